import type { Lane } from '../story/lanes.ts';
import type { Moment } from '../story/moment.ts';
import type { Arrow } from '../story/story.ts';
import { messageName, spanInWords, STATES } from '../story/words.ts';
import { h, s } from './dom.ts';
import { layOut, type Layout } from './layout.ts';
import type { View } from './view.ts';

/** The sequence diagram: a lifeline for each device, time from top to bottom, one row for each moment. */
export class Diagram {
  readonly element: HTMLElement;
  readonly #view: View;
  readonly #heads: HTMLElement;
  readonly #canvas: HTMLElement;
  #layout: Layout;
  #selection: SVGElement | undefined;
  #future: SVGElement | undefined;
  #lit: SVGElement[] = [];
  /** Where words stand already. */
  #written: (readonly [x: number, y: number])[] = [];
  readonly #arrows = new Map<Arrow, readonly SVGElement[]>();

  constructor(view: View) {
    this.#view = view;
    this.#heads = h('div', { class: 'heads' });
    this.#canvas = h('div', { class: 'canvas' });
    this.element = h('section', { class: 'diagram', 'aria-label': 'Sequence of events', tabindex: 0 }, this.#heads, this.#canvas);
    this.#layout = layOut(view, 800);
    new ResizeObserver(() => this.#draw()).observe(this.element);
    view.on((what) => (what === 'filters' ? this.#draw() : this.#follow()));
  }

  #draw(): void {
    const layout = layOut(this.#view, this.element.clientWidth);
    this.#layout = layout;
    this.#arrows.clear();
    this.#written = [];
    const { story, visible } = this.#view;
    const svg = s('svg', { width: layout.width, height: layout.height, viewBox: `0 0 ${String(layout.width)} ${String(layout.height)}`, role: 'img', 'aria-label': `Sequence diagram: ${String(story.lanes.all.length)} devices, ${String(visible.length)} events. Use the slider to step through them.` });
    this.#selection = s('rect', { class: 'selection', x: 0, width: layout.width, height: 30 });
    this.#future = s('rect', { class: 'future', x: 0, width: layout.width });
    const rows = this.#drawRows();
    const { lines, words } = this.#drawArrows();
    svg.append(this.#selection, ...this.#lifelines(), ...lines, ...rows, ...words, this.#future);
    svg.addEventListener('click', (event) => {
      const row = (event.target as Element).closest('[data-moment]');
      if (row !== null) this.#view.goTo(story.moments[Number(row.getAttribute('data-moment'))]);
    });
    this.#canvas.replaceChildren(svg);
    this.#heads.style.width = `${String(layout.width)}px`;
    this.#follow();
  }

  /** The state of each device over time, as the colour of its line. */
  #lifelines(): readonly SVGElement[] {
    const { story, visible } = this.#view;
    return story.lanes.all.flatMap((lane) => {
      const x = this.#layout.x[lane.index] ?? 0;
      const marks: SVGElement[] = [s('line', { class: lane.traced ? 'lifeline' : 'lifeline stranger', x1: x, x2: x, y1: 0, y2: this.#layout.height })];
      if (!lane.traced) return marks;
      const own = visible.filter((moment) => moment.lane === lane);
      for (const [place, moment] of own.entries()) {
        const from = this.#layout.y.get(moment.index) ?? 0;
        const next = own[place + 1];
        const to = next === undefined ? this.#layout.height : (this.#layout.y.get(next.index) ?? this.#layout.height);
        if (moment.state !== 'idle') marks.push(s('rect', { class: `band ${moment.state}`, x: x - 3.5, width: 7, y: from, height: Math.max(0, to - from) }));
      }
      return marks;
    });
  }

  /** Words go above all lines. */
  #drawArrows(): { readonly lines: readonly SVGElement[]; readonly words: readonly SVGElement[] } {
    // Those whose words cannot be moved come first: the others make way for them.
    const { arrows } = this.#view.story;
    const drawn = [...arrows.filter(({ fate }) => fate === 'unheard'), ...arrows.filter(({ fate }) => fate !== 'unheard')].flatMap((arrow) => {
      const parts = this.#arrow(arrow);
      if (parts === undefined) return [];
      const kind = `arrow ${kindOfMessage(arrow)} ${arrow.over}${arrow.fate === 'unheard' ? ' unheard' : ''}`;
      const [line, words] = [s('g', { class: kind }, ...parts.line), s('g', { class: kind }, parts.words)];
      this.#arrows.set(arrow, [line, words]);
      return { line, words };
    });
    return { lines: drawn.map(({ line }) => line), words: drawn.map((each) => each.words) };
  }

  #arrow(arrow: Arrow): { readonly line: readonly SVGElement[]; readonly words: SVGElement } | undefined {
    const { x, y, unheard } = this.#layout;
    const heard = arrow.heard === undefined ? undefined : y.get(arrow.heard);
    const sent = arrow.sent === undefined ? undefined : y.get(arrow.sent);
    const from = arrow.from === undefined ? undefined : x[arrow.from.index];
    const to = arrow.to === undefined ? undefined : x[arrow.to.index];
    if (from === undefined || to === undefined) return undefined;
    const side = to > from ? 1 : -1;
    if (arrow.fate === 'unheard') {
      const row = unheard.get(arrow);
      if (row === undefined) return undefined;
      const told = ` never heard by ${arrow.to?.short ?? ''}`;
      const length = (arrow.words.length + told.length) * 6.8;
      const end = from + side * Math.max(44, Math.min(132, Math.abs(to - from) - 40 - length));
      for (let at = 0; at < length; at += 12) this.#written.push([end + side * (12 + at), row - 1]);
      const words = s('text', { class: 'label', x: end + side * 12, y: row + 4, 'text-anchor': side > 0 ? 'start' : 'end' }, s('tspan', {}, arrow.words), s('tspan', { class: 'note' }, told));
      return { line: [s('line', { x1: from + side * 5, y1: row, x2: end - side * 8, y2: row }), cross(end, row)], words };
    }
    const [startY, endY] = [sent ?? heard, heard ?? sent];
    if (startY === undefined || endY === undefined) return undefined;
    const isFolded = arrow.heard !== undefined && heard === undefined;
    if (isFolded && kindOfMessage(arrow) === 'minor') return undefined;
    const start = from + side * this.#clear(arrow.sent);
    const end = to - side * this.#clear(arrow.heard);
    const line: SVGElement[] = [s('line', { x1: start, y1: startY, x2: end - side * 2, y2: endY }), head(end, endY, start, startY)];
    const anchor = side > 0 ? 'end' : 'start';
    if (heard === undefined) return { line, words: s('text', { class: 'label', x: end - side * 13, y: endY - 5, 'text-anchor': anchor }, this.#labelOf(arrow)) };
    const delay = arrow.delay === undefined || this.#view.story.clock === 'steps' || this.#layout.words !== 'all' ? '' : ` ${spanInWords(arrow.delay)}`;
    const again = arrow.copy > 1 ? s('tspan', { class: 'again' }, ' again') : undefined;
    const place = this.#along(start, startY, end, endY, (this.#labelOf(arrow) + delay).length * 7 + (again === undefined ? 0 : 40));
    const words = s('text', { class: 'label', ...place, 'text-anchor': anchor }, s('tspan', {}, this.#labelOf(arrow)), again, s('tspan', { class: 'note' }, delay));
    return { line, words };
  }

  /** Where a text of that length stands on an arrow: upright, just above the line, near the tip unless others stand there. */
  #along(fromX: number, fromY: number, x: number, y: number, length: number): { readonly x: number; readonly y: number; readonly transform: string } {
    const whole = Math.hypot(x - fromX, y - fromY);
    const [unitX, unitY] = [(fromX - x) / whole, (fromY - y) / whole];
    const points = ({ back, lift }: Place): readonly (readonly [number, number])[] => Array.from({ length: Math.ceil(length / 12) }, (_, at) => [x + unitX * (back + at * 12), y + unitY * (back + at * 12) - lift] as const);
    const near = this.#written.slice(-400).filter(([, other]) => other > Math.min(y, fromY) - 20 && other < Math.max(y, fromY) + 20);
    const isFree = (place: Place): boolean => points(place).every(([px, py]) => near.every(([ox, oy]) => Math.abs(px - ox) > 13 || Math.abs(py - oy) > 11));
    const place = PLACES.find((each) => each.back + length < whole - 10 && isFree(each)) ?? PLACES[0];
    this.#written.push(...points(place));
    const slope = (Math.atan((y - fromY) / (x - fromX)) * 180) / Math.PI;
    const [atX, atY] = [x + unitX * place.back, y + unitY * place.back];
    return { x: atX, y: atY - place.lift, transform: `rotate(${slope.toFixed(2)} ${atX.toFixed(1)} ${atY.toFixed(1)})` };
  }

  #labelOf({ message, words }: Arrow): string {
    return this.#layout.words === 'names' ? messageName(message) : words;
  }

  /** How far an arrow keeps away from the middle of a lifeline: boxes are wide. */
  #clear(index: number | undefined): number {
    const moment = index === undefined || !this.#layout.y.has(index) ? undefined : this.#view.story.moments[index];
    return moment === undefined ? 4 : moment.changes ? widthOfBox(moment) / 2 + 2 : 7;
  }

  #drawRows(): readonly SVGElement[] {
    const { width, timeWidth } = this.#layout;
    let lastTime = '';
    return this.#layout.rows.flatMap((row) => {
      switch (row.type) {
        case 'gap':
          return [s('g', { class: 'gap' }, s('line', { x1: timeWidth, x2: width - 12, y1: row.y, y2: row.y }), s('text', { x: width / 2 + timeWidth / 2, y: row.y + 4, 'text-anchor': 'middle' }, spanInWords(row.span)))];
        case 'unheard':
          return [];
        case 'moment': {
          const { moment, y } = row;
          const time = this.#view.timeOf(moment);
          const group = s('g', { class: 'row', 'data-moment': moment.index }, s('rect', { class: 'hit', x: 0, y: y - 15, width, height: 30 }));
          if (time !== lastTime) group.append(s('text', { class: 'time', x: timeWidth - 10, y: y + 4, 'text-anchor': 'end' }, time.replace('step ', '')));
          lastTime = time;
          group.append(...this.#happening(moment, y));
          return [group];
        }
      }
    });
  }

  #happening(moment: Moment, y: number): readonly SVGElement[] {
    const { width, timeWidth, x } = this.#layout;
    const { lane, words, problem } = moment;
    if (lane === undefined) {
      return [s('rect', { class: problem === undefined ? 'verdict' : 'verdict bad', x: timeWidth, y: y - 12, width: width - timeWidth - 12, height: 24, rx: 6 }), s('text', { class: problem === undefined ? 'verdict' : 'verdict bad', x: (timeWidth + width) / 2, y: y + 4.5, 'text-anchor': 'middle' }, words)];
    }
    const middle = x[lane.index] ?? 0;
    const marks: SVGElement[] = [];
    const half = moment.changes ? widthOfBox(moment) / 2 : 5;
    if (moment.changes) {
      marks.push(s('rect', { class: `box ${moment.state}`, x: middle - half, y: y - 10, width: half * 2, height: 20, rx: 6 }), s('text', { class: 'state', x: middle, y: y + 4, 'text-anchor': 'middle' }, STATES[moment.state].short));
    } else marks.push(s('circle', { class: moment.kind === 'note' ? `dot ${fateOf(moment)}` : `dot ${moment.state}`, cx: middle, cy: y, r: 4.5 }));
    if (problem !== undefined && moment.kind !== 'note') marks.push(s('path', { class: 'flag', d: `M${String(middle + half - 1)} ${String(y - 13)} l5 8.5 h-10 z` }, s('title', {}, problem)));
    if (moment.kind !== 'message' && !(moment.kind === 'life' && words.includes('hears '))) {
      const left = this.#isLeft(moment, middle - half);
      const [from, height] = [left ? middle - half - 7 - words.length * 6.4 : middle + half + 7, this.#leaves(moment, left) ? y - 9 : y];
      for (let at = 0; at < words.length * 6.4; at += 12) this.#written.push([from + at, height]);
      marks.push(s('text', { class: moment.kind === 'note' ? `happening ${fateOf(moment)}` : `happening ${moment.kind}`, x: left ? middle - half - 7 : middle + half + 7, y: this.#leaves(moment, left) ? y - 5 : y + 4, 'text-anchor': left ? 'end' : 'start' }, words));
    }
    return marks;
  }

  /** Words stand where no arrow leaves, if there is room. */
  #isLeft({ index, lane, words }: Moment, edge: number): boolean {
    const { x, timeWidth, width } = this.#layout;
    const place = lane?.index ?? 0;
    const room = words.length * 6.4 + 10;
    const fitsLeft = place > 0 || edge - timeWidth > room;
    const fitsRight = place < x.length - 1 || width - (x[place] ?? 0) - 40 > room;
    const [leftwards, rightwards] = [this.#leaves({ index, lane }, true), this.#leaves({ index, lane }, false)];
    if (rightwards && !leftwards && fitsLeft) return true;
    if (leftwards && !rightwards && fitsRight) return false;
    return !fitsRight;
  }

  /** Whether a message leaves to that side. */
  #leaves({ index, lane }: Pick<Moment, 'index' | 'lane'>, left: boolean): boolean {
    return this.#view.sentAt({ index }).some(({ to, fate }) => fate !== 'unheard' && to !== undefined && lane !== undefined && to.index < lane.index === left);
  }

  #follow(): void {
    const { moment, story } = this.#view;
    const y = this.#layout.y.get(moment.index) ?? 0;
    this.#selection?.setAttribute('y', String(y - 15));
    this.#future?.setAttribute('y', String(y + 15));
    this.#future?.setAttribute('height', String(Math.max(0, this.#layout.height - y - 15)));
    for (const arrow of this.#lit) arrow.classList.remove('lit');
    this.#lit = story.arrows.filter(({ sent, heard }) => sent === moment.index || heard === moment.index).flatMap((arrow) => this.#arrows.get(arrow) ?? []);
    for (const arrow of this.#lit) arrow.classList.add('lit');
    this.#heads.replaceChildren(...story.lanes.all.map((lane) => this.#headOf(lane)));
    this.#keepInSight(y, moment.lane === undefined ? undefined : this.#layout.x[moment.lane.index]);
  }

  #headOf(lane: Lane): HTMLElement {
    const latest = this.#view.latestOf(lane);
    const acts = this.#view.moment.lane === lane;
    const state = latest === undefined ? 'idle' : latest.state;
    const head = h('div', { class: acts ? 'head acts' : 'head' }, h('span', { class: 'name', title: lane.name }, lane.name), lane.traced ? h('span', { class: `pill ${state}` }, STATES[state].short) : h('span', { class: 'pill stranger' }, 'not traced'));
    head.style.left = `${String(this.#layout.x[lane.index] ?? 0)}px`;
    return head;
  }

  #keepInSight(y: number, x: number | undefined): void {
    const { element } = this;
    if (x !== undefined && (x < element.scrollLeft + 70 || x > element.scrollLeft + element.clientWidth - 70)) element.scrollLeft = x - element.clientWidth / 2;
    const heads = this.#heads.offsetHeight;
    const top = y - 60;
    const bottom = y + 70 + heads - element.clientHeight;
    if (element.scrollTop > top) element.scrollTop = Math.max(0, top);
    else if (element.scrollTop < bottom) element.scrollTop = bottom;
  }
}

/** How far words stand from the tip of their arrow, and above its line. */
type Place = { readonly back: number; readonly lift: number };
const PLACES = [{ back: 13, lift: 5 }, { back: 50, lift: 5 }, { back: 90, lift: 5 }, { back: 13, lift: -13 }, { back: 50, lift: -13 }, { back: 130, lift: 5 }, { back: 180, lift: 5 }] as const;

/** What hurts is red. */
function fateOf({ words }: Moment): 'fate' | 'fate hurts' {
  return /crash|restart|never hears|lose|refuse/u.test(words) ? 'fate hurts' : 'fate';
}

function widthOfBox({ state }: Moment): number {
  return STATES[state].short.length * 6.3 + 18;
}

function kindOfMessage({ message }: Arrow): string {
  switch (messageName(message).replace('(r)', '')) {
    case 'SETUP':
      return 'opens';
    case 'UPDATE':
      return 'renews';
    case 'CANCEL':
    case 'REJECT':
    case 'BUSY':
    case 'HANGUP':
      return 'ends';
    default:
      return 'minor';
  }
}

function head(x: number, y: number, fromX: number, fromY: number): SVGElement {
  const angle = Math.atan2(y - fromY, x - fromX);
  const wing = (turn: number): string => `${String(x - 8 * Math.cos(angle + turn))},${String(y - 8 * Math.sin(angle + turn))}`;
  return s('polygon', { class: 'tip', points: `${String(x)},${String(y)} ${wing(0.42)} ${wing(-0.42)}` });
}

function cross(x: number, y: number): SVGElement {
  return s('path', { class: 'cross', d: `M${String(x - 5)} ${String(y - 5)} l10 10 m0 -10 l-10 10` });
}
