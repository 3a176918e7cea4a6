import type { Counters } from './bundle.ts';
import { Coverage } from './coverage.ts';
import type { Target } from './target.ts';

/** Of many inputs a few, short ones first, that together reach what all of them do; as many as fit into `bytes`. */
export async function smallestCover(target: Target, counters: Counters, inputs: readonly Uint8Array[], bytes: number): Promise<Uint8Array[]> {
  const prepared = await target.prepare();
  const coverage = new Coverage(counters);
  const reaches = async (input: Uint8Array): Promise<boolean> => {
    coverage.clear();
    const before = coverage.places;
    try {
      await prepared.feed(input);
    } catch {
      return false;
    }
    coverage.take();
    return coverage.places > before;
  };
  for (const seed of prepared.seeds) await reaches(seed);
  const cover: Uint8Array[] = [];
  let size = 0;
  for (const input of [...inputs].sort((one, other) => one.length - other.length)) {
    if (size + input.length > bytes || !(await reaches(input))) continue;
    cover.push(input);
    size += input.length;
  }
  await prepared.close?.();
  return cover;
}
