import { median, quantile } from './figures.ts';

/** What became of the calls of one row, for one way of learning of the trouble. */
export type Column = {
  readonly calls: number;
  readonly median: number;
  readonly p95: number;
  /** Calls whose sound never came back. */
  readonly never: number;
  readonly sameCall: boolean;
  readonly stillMuted: boolean;
};

export type Row = { readonly name: string; readonly where: string; readonly told: Column; readonly watched?: Column; readonly silent: Column };

/** Milliseconds until both hear each other, at the 95th percentile. */
export const AT_MOST = { told: 2_000, watched: 8_000, silent: 8_000 } as const;

/** `back`: milliseconds, `Infinity` for never. */
export function columnOf(back: readonly number[], sameCall: boolean, stillMuted: boolean): Column {
  return {
    calls: back.length, median: Math.round(median(back)), p95: Math.round(quantile(back, 0.95)),
    never: back.filter((span) => span === Infinity).length, sameCall, stillMuted,
  };
}

export function isGood({ told, watched, silent }: Row): boolean {
  const all = [[told, AT_MOST.told], [silent, AT_MOST.silent], ...(watched === undefined ? [] : [[watched, AT_MOST.watched] as const])] as const;
  return all.every(([column, atMost]) => column.never === 0 && column.sameCall && column.stillMuted && column.p95 <= atMost);
}

/** As Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const cells = (column: Column | undefined): string => (column === undefined ? '| | ' : `| ${column.median} | ${column.p95} `);
  const lines = rows.map((row) => {
    const { name, where, told, watched, silent } = row;
    const kept = [told, watched, silent].every((column) => column === undefined || (column.sameCall && column.stillMuted && column.never === 0));
    return `| ${name} | ${where} ${cells(told)}${cells(watched)}${cells(silent)}| ${kept ? 'all' : 'NOT ALL'} | ${isGood(row) ? 'yes' : 'no'} |`;
  });
  return [
    '| what happened | where | told: median | p95 | watched: median | p95 | silent: median | p95 | same call, still muted | within bounds |',
    '|---|---|---:|---:|---:|---:|---:|---:|---|---|',
    ...lines,
  ].join('\n');
}
