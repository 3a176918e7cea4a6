const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Paint = keyof typeof CODES;

/** Colours text for standard output: only on a terminal, and never when NO_COLOR is set (no-color.org). */
export function paint(colour: Paint, text: string): string {
  return onTerminal(process.stdout) && (process.env['NO_COLOR'] ?? '') === '' ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text;
}

/** Whether a line may be written over. */
export function onTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

/** How many columns a line may take; no end of them off a terminal. One that does not know its size tells 0. */
export function roomOn(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  if (!onTerminal(stream)) return Infinity;
  return (stream.columns === undefined || stream.columns === 0 ? 80 : stream.columns) - 1;
}
