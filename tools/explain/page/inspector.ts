import { econnOf } from '../../../src/trace/bundle.ts';
import type { Props } from '../../../src/econn/index.ts';
import { differenceOf, type Change } from '../story/difference.ts';
import type { Moment, RunningTimer } from '../story/moment.ts';
import { outputInWords, spanInWords, STATES } from '../story/words.ts';
import { h } from './dom.ts';
import { pathInWords, prettyJson, valueInWords } from './values.ts';
import type { View } from './view.ts';

/** What one moment did to one device. */
export class Inspector {
  readonly element: HTMLElement;
  readonly #view: View;
  /** Parts that the person folded out stay so from step to step. */
  readonly #open = new Set<string>();

  constructor(view: View) {
    this.#view = view;
    this.element = h('section', { class: 'inspector', 'aria-label': 'The selected event', tabindex: 0 });
    view.on(() => this.#draw());
    this.#draw();
  }

  #draw(): void {
    const { moment, lane } = this.#view;
    const shown = lane === undefined ? undefined : moment.lane === lane ? moment : this.#view.latestOf(lane);
    this.element.replaceChildren(
      ...this.#headline(moment),
      this.#devices(),
      ...(shown === undefined ? [] : shown === moment ? this.#step(moment) : []),
      ...(shown === undefined ? [] : this.#standing(shown)),
      ...(moment.lane === undefined && lane === undefined ? [this.#everybody()] : []),
    );
    this.element.scrollTop = 0;
  }

  #headline(moment: Moment): readonly HTMLElement[] {
    const { problem, lane, kind, words } = moment;
    const title = h('h2', {}, lane === undefined ? '' : h('b', {}, lane.name), lane === undefined ? words : ` ${words}`);
    const facts = h('p', { class: 'facts' }, `${this.#view.timeOf(moment)} · ${String(this.#view.position + 1)} of ${String(this.#view.visible.length)} · ${KIND_NAMES[kind]}${this.#delayOf(moment)}`);
    return [facts, title, ...(problem === undefined || kind === 'note' ? [] : [h('p', { class: 'problem' }, problem)])];
  }

  #delayOf(moment: Moment): string {
    const { story } = this.#view;
    const arrow = story.arrows.find(({ heard }) => heard === moment.index);
    return arrow?.delay === undefined || story.clock === 'steps' ? '' : ` · ${spanInWords(arrow.delay)} under way`;
  }

  #devices(): HTMLElement {
    const { story, lane, pinned } = this.#view;
    const buttons = story.lanes.all.filter(({ traced }) => traced).map((each) => {
      const button = h('button', { type: 'button', 'aria-pressed': each === lane ? 'true' : 'false', class: each === pinned ? 'pinned' : undefined, title: each === pinned ? 'Follow the events again' : `Keep looking at ${each.name}` }, each.short);
      button.addEventListener('click', () => {
        this.#view.pin(each === pinned ? undefined : each);
        this.element.querySelector<HTMLElement>(`.devices button:nth-of-type(${String(story.lanes.all.indexOf(each) + 1)})`)?.focus();
      });
      return button;
    });
    return h('div', { class: 'devices', role: 'group', 'aria-label': 'Device to look at' }, ...buttons);
  }

  #step({ step }: Moment): readonly HTMLElement[] {
    if (step === undefined) return [];
    const { lanes } = this.#view.story;
    const said = step.outputs.map((output) => outputInWords(output, lanes));
    const changes = differenceOf(step.before, step.after);
    const state = econnOf(step.before).state;
    const now = econnOf(step.after).state;
    return [
      ...(step.recorded === undefined ? [] : [section('Recorded otherwise', h('pre', {}, prettyJson(step.recorded)))]),
      section('State', h('p', { class: 'states' }, pill(state), ...(state === now ? [] : [h('span', { class: 'to', 'aria-label': 'becomes' }, '→'), pill(now)]), h('span', { class: 'about' }, STATES[now].about))),
      section('What it does', said.length === 0 ? h('p', { class: 'none' }, 'nothing') : h('ul', { class: 'said' }, ...said.map((line) => h('li', {}, line)))),
      section('What changes', this.#changes(changes)),
    ];
  }

  #standing(latest: Moment): readonly HTMLElement[] {
    const { moment, story } = this.#view;
    const { step } = latest;
    const call = step === undefined ? undefined : econnOf(step.after).memory.call;
    const parts: HTMLElement[] = [];
    if (latest !== moment) parts.push(section('State', h('p', { class: 'states' }, pill(latest.state), h('span', { class: 'about' }, STATES[latest.state].about))));
    parts.push(section('Deadlines', latest.timers.length === 0 ? h('p', { class: 'none' }, 'none runs') : h('ul', { class: 'timers' }, ...latest.timers.map((timer) => timerLine(timer, moment.at, story.clock)))));
    if (call !== undefined) parts.push(section('Props', propsTable(call.ours, call.theirs)));
    if (step !== undefined) {
      parts.push(this.#fold('What happened, as it was recorded', () => prettyJson(step.input)));
      parts.push(this.#fold('The whole state', () => prettyJson(step.after)));
    }
    return parts;
  }

  /** Where all stand, at something that concerns them all. */
  #everybody(): HTMLElement {
    const traced = this.#view.story.lanes.all.filter((lane) => lane.traced);
    return section('Everybody by then', h('ul', { class: 'everybody' }, ...traced.map((lane) => h('li', {}, h('span', {}, lane.name), pill(this.#view.latestOf(lane)?.state ?? 'idle')))));
  }

  #changes(changes: readonly Change[]): HTMLElement {
    if (changes.length === 0) return h('p', { class: 'none' }, 'nothing');
    const { lanes } = this.#view.story;
    const list = h('dl', { class: 'changes' });
    for (const { path, before, after } of changes) {
      const was = valueInWords(before, lanes);
      const is = valueInWords(after, lanes);
      list.append(h('dt', {}, pathInWords(path)), h('dd', {}, before === undefined ? undefined : h('del', {}, was), before === undefined || after === undefined ? undefined : ' ', after === undefined ? undefined : h('ins', {}, is)));
    }
    return list;
  }

  #fold(title: string, content: () => string): HTMLElement {
    const body = h('pre', { tabindex: 0, 'aria-label': title });
    const details = h('details', { open: this.#open.has(title) }, h('summary', {}, title), body);
    const fill = (): void => {
      if (details.open && body.textContent === '') body.textContent = content();
      if (details.open) this.#open.add(title);
      else this.#open.delete(title);
    };
    details.addEventListener('toggle', fill);
    if (details.open) fill();
    return details;
  }
}

const KIND_NAMES: { readonly [K in Moment['kind']]: string } = {
  person: 'a person', message: 'a message', media: 'media', deadline: 'a deadline', receipt: 'the backend', process: 'the process', life: 'a sign of life', note: 'told by the trace',
};

function section(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'part' }, h('h3', {}, title), ...content);
}

function pill(state: keyof typeof STATES): HTMLElement {
  return h('span', { class: `pill ${state}`, title: STATES[state].about }, STATES[state].full);
}

function timerLine({ name, started, span }: RunningTimer, now: number, clock: 'ms' | 'steps'): HTMLElement {
  if (clock === 'steps') return h('li', {}, h('span', { class: 'what' }, name), h('span', { class: 'left' }, spanInWords(span)));
  const left = Math.max(0, started + span - now);
  const bar = h('span', { class: 'bar', 'aria-hidden': 'true' }, h('span', {}));
  bar.style.setProperty('--left', String(span === 0 ? 0 : left / span));
  return h('li', {}, h('span', { class: 'what' }, name), bar, h('span', { class: 'left' }, `${spanInWords(left)} left of ${spanInWords(span)}`));
}

function propsTable(ours: Props, theirs: Props): HTMLElement {
  const row = (name: string, value: (props: Props) => string): HTMLElement => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value(ours)), h('td', {}, value(theirs)));
  return h('table', {}, h('thead', {}, h('tr', {}, h('td', {}), h('th', { scope: 'col' }, 'ours'), h('th', { scope: 'col' }, 'theirs'))), h('tbody', {},
    row('sound', ({ muted }) => (muted ? 'muted' : 'on')), row('video', ({ video }) => video), row('screen', ({ screen }) => screen), row('constant bit rate', ({ audioCbr }) => (audioCbr ? 'on' : 'off'))));
}
