import type { TraceBundle } from '../../../src/trace/bundle.ts';
import { rulebook } from '../../traces/rulebook.ts';
import type { Kind } from '../story/moment.ts';
import { beginning, storyOf, type Story } from '../story/story.ts';
import { spanInWords } from '../story/words.ts';
import { Diagram } from './diagram.ts';
import { h } from './dom.ts';
import { Inspector } from './inspector.ts';
import { Scrubber } from './scrubber.ts';
import { View } from './view.ts';

const KIND_LABELS: { readonly [K in Kind]: string } = { person: 'People', message: 'Messages', media: 'Media', deadline: 'Deadlines', receipt: 'Backend', process: 'Restarts', life: 'Signs of life' };

function open(): void {
  const bundle = JSON.parse(document.querySelector('#trace')?.textContent ?? '') as TraceBundle;
  const story = storyOf(bundle, rulebook);
  const view = new View(story);
  const scrubber = new Scrubber(view);
  const inspector = new Inspector(view);
  const diagram = new Diagram(view);
  document.body.replaceChildren(header(story, view), h('main', {}, diagram.element, inspector.element), scrubber.element);
  view.goTo(story.moments[Number(/^#(\d+)$/u.exec(location.hash)?.[1] ?? -1)]);
  view.on(() => history.replaceState(null, '', `#${String(view.moment.index)}`));
  document.addEventListener('keydown', (event) => {
    if (press(event, view)) event.preventDefault();
  });
}

function header(story: Story, view: View): HTMLElement {
  const problems = story.moments.filter(({ problem }) => problem !== undefined);
  const traced = story.lanes.all.filter((lane) => lane.traced).length;
  const last = story.moments.at(-1)?.at ?? 0;
  const facts = [`${String(traced)} ${traced === 1 ? 'device' : 'devices'}`, `${String(story.steps)} steps`, ...(story.clock === 'ms' ? [spanInWords(last - beginning(story))] : [])];
  const badge = story.same ? h('span', { class: 'badge good', title: 'This page ran the engine over the recorded inputs just now' }, 'replayed here, every step as recorded') : h('span', { class: 'badge bad' }, 'does not replay as recorded');
  const jump = h('button', { type: 'button', class: problems.length === 0 ? 'badge' : 'badge bad', disabled: problems.length === 0 }, `${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}`);
  jump.addEventListener('click', () => {
    const [first] = problems;
    if (view.moment === problems.at(-1)) view.goTo(first);
    else if (problems.some(({ index }) => index > view.moment.index)) view.jump('problem', 1);
    else view.goTo(first);
  });
  const filters = h('div', { class: 'filters', role: 'group', 'aria-label': 'Show' }, ...view.kinds.map((kind) => filter(kind, view)));
  return h('header', {}, h('div', { class: 'title' }, h('h1', {}, story.title), h('p', {}, facts.join(' · '), ' ', badge, ' ', jump)), filters);
}

function filter(kind: Kind, view: View): HTMLElement {
  const button = h('button', { type: 'button', 'aria-pressed': view.isHidden(kind) ? 'false' : 'true' }, KIND_LABELS[kind], ' ', h('span', { class: 'count' }, String(view.countOf(kind))));
  button.addEventListener('click', () => {
    view.toggle(kind);
    button.setAttribute('aria-pressed', view.isHidden(kind) ? 'false' : 'true');
  });
  return button;
}

/** Whether the key was for the page. The slider knows its own keys, and what is scrolled scrolls. */
function press({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent, view: View): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const onSlider = target instanceof HTMLInputElement;
  const reading = target instanceof Element && target.closest('.inspector') !== null;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      if (onSlider) return false;
      view.step(key === 'ArrowRight' ? 1 : -1);
      return true;
    case 'ArrowUp':
    case 'ArrowDown':
      if (onSlider || reading) return false;
      view.step(key === 'ArrowDown' ? 1 : -1);
      return true;
    case 'Home':
    case 'End':
      if (onSlider || reading) return false;
      view.goTo(key === 'Home' ? view.visible[0] : view.visible.at(-1));
      return true;
    case 'PageUp':
    case 'PageDown':
      if (onSlider || reading) return false;
      view.step(key === 'PageDown' ? 10 : -10);
      return true;
    case 'c':
    case 'C':
      view.jump('change', key === 'c' ? 1 : -1);
      return true;
    case 'p':
    case 'P':
      view.jump('problem', key === 'p' ? 1 : -1);
      return true;
    default:
      return false;
  }
}

open();
