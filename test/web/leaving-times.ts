/**
 * What the wait of `engine.leave()` has to lie between: for how long a page that reloads is away from its server, and
 * how long it takes the other end to hear of a tab that was closed.
 *
 *   npm run web:leaving [-- --runs 10]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Relay } from '../../tools/backend/relay.ts';
import { median } from '../../tools/bench/figures.ts';
import type { Person } from './person.ts';
import { WebWorld } from './web-world.ts';

/** Runs in the page. */
const NOTE_END = `(() => {
  globalThis.ended = new Promise((resolve) => {
    const look = () => document.body.textContent.includes('They hung up') && resolve(Date.now());
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
})()`;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const [away, heard]: [number[], number[]] = [[], []];
let leftAt: number | undefined;
watchRelay();

const world = await WebWorld.open();
for (let run = 0; run < Number(values.runs); run++) {
  const [ann, ben] = (await world.people(`ann${run}`, `ben${run}`)) as [Person, Person];
  await ann.call(ben.name, 'with video');
  await ben.answer('with video');
  await Promise.all([ann.inPhase('connected'), ann.hears()]);
  await ben.page.reload();
  await Promise.all([ann, ben].map(async (each) => each.inPhase('connected')));
  await ben.hears();
  await ann.page.evaluate(NOTE_END);
  const closedAt = Date.now();
  await ben.closeTab();
  heard.push((await ann.page.evaluate<number>('ended')) - closedAt);
  leftAt = undefined;
  await Promise.all([ann, ben].map((each) => each[Symbol.asyncDispose]()));
}
console.log(`milliseconds, load ${(loadavg()[0] ?? 0).toFixed(1)}\n\n| | runs | median | longest |\n|---|---:|---:|---:|`);
console.log(`| reloading → back at the server | ${away.length} | ${median(away)} | ${Math.max(...away)} |`);
console.log(`| closed → ended at the other end | ${heard.length} | ${median(heard)} | ${Math.max(...heard)} |`);
await world[Symbol.asyncDispose]();

/** From the last will until the greeting that voids it. One page at a time is away. */
function watchRelay(): void {
  const { prototype }: { readonly prototype: { received: (this: Relay, ...heard: Parameters<Relay['received']>) => void } } = Relay;
  const { received } = prototype;
  prototype.received = function noting(link, text) {
    if (String(text).includes('"unlessBackWithin"')) leftAt ??= Date.now();
    else if (leftAt !== undefined && String(text).includes('"hello"')) {
      away.push(Date.now() - leftAt);
      leftAt = undefined;
    }
    received.call(this, link, text);
  };
}
