/** The value below which `share` of all values lie (nearest rank), rounded to a tenth. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return Math.round((sorted[rank] ?? Number.NaN) * 10) / 10;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The same values in another order; `random` gives numbers in [0, 1). */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values.map((value) => ({ value, order: random() })).toSorted((a, b) => a.order - b.order).map(({ value }) => value);
}
