import { h, s } from './dom.ts';
import type { View } from './view.ts';

/** The whole trace from left to right, with every device's states as colours, and a handle to go through it. */
export class Scrubber {
  readonly element: HTMLElement;
  readonly #view: View;
  readonly #slider: HTMLInputElement;
  readonly #strip: HTMLElement;
  readonly #told: HTMLElement;

  constructor(view: View) {
    this.#view = view;
    this.#slider = h('input', { type: 'range', min: 0, step: 1, value: 0, 'aria-label': 'Event' });
    this.#strip = h('div', { class: 'strip', 'aria-hidden': 'true' });
    this.#told = h('output', { class: 'told' });
    this.#slider.addEventListener('input', () => view.goTo(view.visible[Number(this.#slider.value)]));
    this.element = h('footer', { class: 'scrubber' },
      h('div', { class: 'buttons', role: 'group', 'aria-label': 'Step' },
        button('‹ problem', 'Problem before (Shift P)', () => view.jump('problem', -1)), button('‹ change', 'State change before (Shift C)', () => view.jump('change', -1)),
        button('‹', 'Event before (left arrow)', () => view.step(-1)), button('›', 'Next event (right arrow)', () => view.step(1)),
        button('change ›', 'Next state change (C)', () => view.jump('change', 1)), button('problem ›', 'Next problem (P)', () => view.jump('problem', 1))),
      this.#told, h('div', { class: 'track' }, this.#strip, this.#slider));
    view.on((what) => {
      if (what === 'filters') this.#draw();
      this.#follow();
    });
    this.#draw();
    this.#follow();
  }

  #draw(): void {
    const { story, visible } = this.#view;
    const traced = story.lanes.all.filter((lane) => lane.traced);
    const count = Math.max(1, visible.length);
    const height = traced.length * 6 + 8;
    const svg = s('svg', { viewBox: `0 0 ${String(count)} ${String(height)}`, preserveAspectRatio: 'none' });
    for (const [row, lane] of traced.entries()) {
      let state = 'idle';
      let since = 0;
      const flush = (until: number): void => {
        if (state !== 'idle' && until > since) svg.append(s('rect', { class: `band ${state}`, x: since, width: until - since, y: 7 + row * 6, height: 4 }));
      };
      for (const [place, moment] of visible.entries()) {
        if (moment.lane !== lane || moment.state === state) continue;
        flush(place);
        state = moment.state;
        since = place;
      }
      flush(count);
    }
    for (const [place, moment] of visible.entries()) if (moment.problem !== undefined) svg.append(s('rect', { class: 'mark', x: place + 0.2, width: 0.6, y: 0, height: 5 }));
    this.#strip.replaceChildren(svg);
    this.#slider.max = String(count - 1);
  }

  #follow(): void {
    const { moment, position, visible } = this.#view;
    this.#slider.value = String(position);
    const words = `${moment.lane === undefined ? '' : `${moment.lane.name} `}${moment.words}`;
    this.#slider.setAttribute('aria-valuetext', `${String(position + 1)} of ${String(visible.length)}, ${this.#view.timeOf(moment)}: ${words}${moment.problem === undefined ? '' : `. Problem: ${moment.problem}`}`);
    this.#told.textContent = `${this.#view.timeOf(moment)}  ${words}`;
    this.#strip.style.setProperty('--at', String((position + 0.5) / Math.max(1, visible.length)));
  }
}

function button(label: string, title: string, act: () => void): HTMLElement {
  const element = h('button', { type: 'button', title, 'aria-label': title }, label);
  element.addEventListener('click', act);
  return element;
}
