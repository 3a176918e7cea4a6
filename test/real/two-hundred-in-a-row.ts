import { connect, hangUp, twoEngines } from './two-engines.ts';

/** Two hundred real calls one after another in one conversation. Prints by how many bytes the heap grew after warm-up. Needs --expose-gc; the optimiser off, or its code counts. */
const engines = await twoEngines();
for (let warm = 0; warm < 40; warm++) await hangUp(await connect(engines));
const before = await settledHeap();
for (let round = 0; round < 200; round++) await hangUp(await connect(engines));
const growth = (await settledHeap()) - before;
await engines.alice.close();
await engines.bob.close();
console.log(JSON.stringify({ growth }));

async function settledHeap(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
