// What the network may still do to backend messages, in one word of a world.

const REPEAT = 1 << 8;

/** Something was lost for good: only deadlines can bring the devices to rest. */
export const LOSSY = 1 << 16;

export function allowance(losses: number, repeats: number): number {
  return losses + repeats * REPEAT;
}

export function mayLose(left: number): boolean {
  return (left & 0xff) > 0;
}

export function afterLoss(left: number): number {
  return (left - 1) | LOSSY;
}

export function mayRepeat(left: number): boolean {
  return (left & 0xff00) > 0;
}

export function afterRepeat(left: number): number {
  return left - REPEAT;
}

export function isLossy(left: number): boolean {
  return (left & LOSSY) !== 0;
}
