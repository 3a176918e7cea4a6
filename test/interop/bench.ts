/**
 * How long a call takes to set up, from start until the caller's data channel is open (DATACHAN_ESTABLISHED), with
 * every candidate gathered before anything is sent: AVS with AVS and callcore with callcore in pages of one Chromium,
 * callcore with callcore in Node. The callee answers in the moment in which it rings; messages take the same road in
 * all of them. The pairs take turns in random order within each round.
 *
 *   npm run bench:interop [-- --rounds 20] [--json]
 */
import { parseArgs } from 'node:util';
import { SeededEntropy } from '../../src/testing/index.ts';
import { median, quantile, shuffled } from '../../tools/bench/figures.ts';
import { toldOf, until, type Party } from './avs/party.ts';
import { AVS, AVS_OTHER, InteropWorld, US, US_LESSER, type Scene } from './avs/world.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
const order = new SeededEntropy(1);
const world = await InteropWorld.open();

const OTHER_AVS = { user: US.user, device: AVS_OTHER.device };
const ours = async (scene: Scene): Promise<[Party, Party]> => [await scene.callcore(US), await scene.callcore(US_LESSER)];
const pairs: Readonly<Record<string, { readonly scene: () => Promise<Scene>; readonly open: (scene: Scene) => Promise<[caller: Party, callee: Party]> }>> = {
  'AVS ↔ AVS': { scene: () => world.scene('native in a page'), open: async (scene) => [await scene.avs(US.user, AVS), await scene.avs(AVS.user, OTHER_AVS)] },
  'callcore ↔ callcore, in pages': { scene: () => world.scene('native in a page'), open: ours },
  'callcore ↔ callcore, in Node': { scene: () => world.scene('werift in Node'), open: ours },
};
/** Upper bounds as a share of AVS ↔ AVS. */
const bounds: Readonly<Record<string, number>> = { 'callcore ↔ callcore, in pages': 0.7, 'callcore ↔ callcore, in Node': 0.25 };

const times: Record<string, number[]> = Object.fromEntries(Object.keys(pairs).map((name) => [name, []]));
for (let round = -2; round < rounds; round++) {
  for (const [name, { scene: make, open }] of shuffled(Object.entries(pairs), () => order.fraction())) {
    const scene = await make();
    const [caller, callee] = await open(scene);
    await callee.act({ do: 'answer-at-once' });
    // Nobody calls in the moment in which their app starts.
    await new Promise((resolve) => {
      setTimeout(resolve, 150);
    });
    const took = await caller.timeCall(callee.self.user);
    if (round >= 0) times[name]?.push(took);
    await toldOf(callee, 'incoming');
    await caller.act({ do: 'end' });
    for (const party of [caller, callee]) await until(party, ({ told }) => told.some((each) => /^(?:ended|closed)/.test(each)), 'its end');
    await scene.close();
  }
}
await world[Symbol.asyncDispose]();

const theirs = median(times['AVS ↔ AVS'] ?? []);
const rows = Object.entries(times).map(([name, all]) => ({ name, median: median(all), p95: quantile(all, 0.95), ratio: Math.round((median(all) / theirs) * 100) / 100, bound: bounds[name] }));
const holds = rows.every(({ ratio, bound }) => bound === undefined || ratio <= bound);
if (values.json) console.log(JSON.stringify({ rounds, rows, holds, node: process.version }));
else {
  console.log(`start → DATACHAN_ESTABLISHED at the caller, ${String(rounds)} interleaved rounds, Node ${process.version}\n`);
  console.log('| pair | median ms | p95 ms | of AVS ↔ AVS | at most |\n|---|---|---|---|---|');
  for (const { name, median: middle, p95, ratio, bound } of rows) console.log(`| ${name} | ${String(middle)} | ${String(p95)} | ${String(ratio)} × | ${bound === undefined ? '' : `${String(bound)} ×`} |`);
  console.log(holds ? '\nall bounds hold' : '\nA BOUND DOES NOT HOLD');
}
process.exit(holds ? 0 : 1);
