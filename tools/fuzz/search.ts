import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import type { Counters } from './bundle.ts';
import { Coverage } from './coverage.ts';
import { heapInUse } from './heap.ts';
import type { Prepared, Target } from './target.ts';

export type SearchPlan = {
  readonly inputs: number;
  readonly seed: number;
  readonly corpus: readonly Uint8Array[];
  /** Told of each input before it is fed. */
  readonly feeds?: (input: Uint8Array) => void;
  /** Keeps what was found; returns where. */
  readonly found: (input: Uint8Array, problem: unknown) => string;
};

export type Searched = {
  readonly target: string;
  readonly inputs: number;
  readonly cpuSeconds: number;
  /** Places reached by the honest seeds, by the corpus that was kept, and at the end. */
  readonly places: { readonly seeds: number; readonly corpus: number; readonly end: number; readonly of: number };
  /** CPU of the slowest, the best of several runs, and how long it is. */
  readonly slowest: { readonly cpuMs: number; readonly bytes: number };
  /** After a tenth of the inputs and after all of them, garbage collected, without the inputs that are kept. */
  readonly heapMb: { readonly early: number; readonly end: number };
  readonly findings: readonly string[];
  /** Inputs of this search that went somewhere new. */
  readonly kept: readonly Uint8Array[];
};

/** Feeds a target with spoilt inputs, keeping those that reach new code to spoil them further. The same for the same seed. */
export async function search(target: Target, counters: Counters, plan: SearchPlan): Promise<Searched> {
  const dice = new SeededEntropy(plan.seed);
  const coverage = new Coverage(counters);
  const findings = new Map<string, string>();
  const kept: Uint8Array[] = [];
  const slowest = new Slowest();
  let recent: Uint8Array[] = [];
  const note = (input: Uint8Array, problem: unknown): void => {
    const name = nameOf(problem);
    if (!findings.has(name) && findings.size < MOST_FINDINGS) findings.set(name, plan.found(input, problem));
  };
  // What is rejected later is somebody's of the latest turn.
  const late = (problem: unknown): void => void recent.map((input) => note(input, problem));
  process.on('unhandledRejection', late);
  process.on('uncaughtException', late);
  const prepared = await target.prepare();
  coverage.clear();
  const feed = async (input: Uint8Array): Promise<void> => {
    plan.feeds?.(input);
    const begun = performance.now();
    try {
      const fed = prepared.feed(input);
      if (fed !== undefined) await fed;
    } catch (problem) {
      note(input, problem);
    }
    slowest.note(performance.now() - begun, input);
    recent.push(input);
    if (coverage.take() === 'new') kept.push(input);
  };
  const rest = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await prepared.check?.();
    } catch (problem) {
      const said = problem instanceof Error ? problem : new Error(String(problem));
      note(recent.at(-1) ?? new Uint8Array(), said);
    }
    recent = [];
    coverage.clear();
  };
  const cpu = process.cpuUsage();
  for (const input of prepared.seeds) await feed(input);
  await rest();
  const seeds = coverage.places;
  for (const input of plan.corpus) await feed(input);
  await rest();
  const corpus = coverage.places;
  const pool = [...prepared.seeds, ...kept];
  const alive = (): number => heapInUse() - pool.reduce((sum, { length }) => sum + length, 0) / 2 ** 20;
  let early = alive();
  for (let number = prepared.seeds.length + plan.corpus.length; number < plan.inputs; number++) {
    // The newest lead on; but each has its turn.
    const input = pick(pool, dice);
    const before = kept.length;
    await feed(target.mutator(input, pool[dice.below(pool.length)]!, dice, target.longest));
    if (kept.length > before) pool.push(kept.at(-1)!);
    if (number % TURN === 0) await rest();
    if (number === Math.floor(plan.inputs / 10)) early = alive();
  }
  await rest();
  const { user, system } = process.cpuUsage(cpu);
  const end = alive();
  const worst = await slowest.measured(prepared);
  await prepared.close?.();
  process.off('unhandledRejection', late);
  process.off('uncaughtException', late);
  return {
    target: target.name, inputs: plan.inputs, cpuSeconds: (user + system) / 1e6, places: { seeds, corpus, end: coverage.places, of: counters.length },
    slowest: worst, heapMb: { early, end }, findings: [...findings.values()], kept,
  };
}

function pick(pool: readonly Uint8Array[], dice: SeededEntropy): Uint8Array {
  const newest = dice.below(3) === 0;
  return pool[newest ? pool.length - 1 - dice.below(Math.min(pool.length, 16)) : dice.below(pool.length)]!;
}

/** Two problems are one when they say the same and come from the same place. */
function nameOf(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  const place = problem.stack?.split('\n').slice(1, 3).map((line) => line.trim().split(' ')[1]).join(' ') ?? '';
  return `${problem.name}: ${problem.message.replaceAll(/\d+/g, 'N').slice(0, 60)} ${place}`;
}

/** Wall time finds candidates, which on a busy machine are often innocent; CPU time tells. */
class Slowest {
  #candidates: { readonly ms: number; readonly input: Uint8Array }[] = [];
  #least = 0;

  note(ms: number, input: Uint8Array): void {
    if (ms <= this.#least) return;
    this.#candidates.push({ ms, input });
    if (this.#candidates.length < 64) return;
    this.#candidates = this.#candidates.sort((one, other) => other.ms - one.ms).slice(0, 32);
    this.#least = this.#candidates.at(-1)?.ms ?? 0;
  }

  async measured(prepared: Prepared): Promise<{ cpuMs: number; bytes: number }> {
    let worst = { cpuMs: 0, bytes: 0 };
    for (const { input } of this.#candidates) {
      let best = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 5; time++) {
        const cpu = process.cpuUsage();
        try {
          await prepared.feed(input);
        } catch {
          // Noted when it was first fed.
        }
        const { user, system } = process.cpuUsage(cpu);
        best = Math.min(best, (user + system) / 1000);
      }
      if (best > worst.cpuMs) worst = { cpuMs: best, bytes: input.length };
    }
    return worst;
  }
}

/** Inputs between two turns of the event loop, in which what was rejected comes to light and honest use is checked. */
const TURN = 256;
const MOST_FINDINGS = 20;
