import { onTerminal, roomOn } from './paint.ts';
import { wrap } from './text-width.ts';

/**
 * Lines that stay, above one that is replaced. The cursor stays below it, where what is being typed is not
 * written over. Off a terminal there is no such line.
 */
export class LiveLine {
  readonly #out: NodeJS.WriteStream;
  #shown = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  get width(): number {
    return roomOn(this.#out);
  }

  print(text: string): void {
    for (const line of wrap(text, this.width, 2)) this.#out.write(this.#shown ? `${INSERT_ABOVE}${line}${BACK}` : `${line}\n`);
  }

  show(text: string): void {
    if (!onTerminal(this.#out) || text === '') return;
    this.#out.write(this.#shown ? `${SAVE}${UP}${CLEAR_LINE}${text}${BACK}` : `${text}\n`);
    this.#shown = true;
  }

  /** Enter was pressed: the typed line, and the live one above it, make room. */
  typed(): void {
    if (this.#shown) this.#out.write(`${UP}${UP}${CLEAR_BELOW}`);
    this.#shown = false;
  }

  clear(): void {
    if (this.#shown) this.#out.write(`${UP}${CLEAR_BELOW}`);
    this.#shown = false;
  }
}

const SAVE = '\u001B7';
const BACK = '\u001B8';
const UP = '\u001B[1A';
const CLEAR_LINE = '\r\u001B[K';
const CLEAR_BELOW = '\r\u001B[J';
/** Everything from the live line on moves down by one, the cursor too. */
const INSERT_ABOVE = `\u001BD${SAVE}\u001B[2A\r\u001B[L`;
