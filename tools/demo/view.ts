import { onTerminal, paint, roomOn } from '../commands/paint.ts';
import type { Cast } from './cast.ts';
import { fit } from '../commands/text-width.ts';
import { columns } from './columns.ts';
import type { DemoResult } from './result.ts';
import type { StepListener } from './stage.ts';
import { summary } from './summary.ts';

/** Shows a demo to a person while it runs. */
export interface View extends StepListener {
  /** Something changed; also called a few times a second. */
  show(cast: Cast): void;
  finish(result: DemoResult): void;
}

/** Two live columns on a terminal, plain lines elsewhere. With `json` all of it goes to standard error, and the result alone to standard output. */
export function chooseView(json: boolean): View {
  if (json) return new PlainView(process.stderr, (result) => void process.stdout.write(`${JSON.stringify(result)}\n`));
  const print = (result: DemoResult): void => void process.stdout.write(`${summary(result, roomOn(process.stdout))}\n`);
  return onTerminal(process.stdout) ? new LiveView(process.stdout, print) : new PlainView(process.stdout, print);
}

class PlainView implements View {
  readonly #out: NodeJS.WriteStream;
  readonly #print: (result: DemoResult) => void;
  readonly #told = new Set<string>();
  #step = '';

  constructor(out: NodeJS.WriteStream, print: (result: DemoResult) => void) {
    this.#out = out;
    this.#print = print;
  }

  stepBegun(step: string): void {
    this.#step = step;
  }

  stepDone(tookMs: number): void {
    this.#out.write(`✓ ${this.#step} (${Math.round(tookMs)} ms)\n`);
  }

  show({ processes }: Cast): void {
    for (const { name, pid } of processes) {
      if (this.#told.has(name)) continue;
      this.#told.add(name);
      this.#out.write(`  ${name} is process ${pid}\n`);
    }
  }

  finish(result: DemoResult): void {
    this.#print(result);
  }
}

/** Draws over itself, at most ten times a second. */
class LiveView implements View {
  readonly #out: NodeJS.WriteStream;
  readonly #print: (result: DemoResult) => void;
  readonly #start = performance.now();
  readonly #steps: { readonly name: string; took?: number }[] = [];
  #height = 0;
  #cast: Cast | undefined;
  #drawing: NodeJS.Timeout | undefined;

  constructor(out: NodeJS.WriteStream, print: (result: DemoResult) => void) {
    this.#out = out;
    this.#print = print;
    out.write(HIDE_CURSOR);
    process.on('exit', this.#showCursor);
  }

  stepBegun(name: string): void {
    this.#steps.push({ name });
    this.#soon();
  }

  stepDone(tookMs: number): void {
    const last = this.#steps.at(-1);
    if (last !== undefined) last.took = tookMs;
    this.#soon();
  }

  show(cast: Cast): void {
    this.#cast = cast;
    this.#soon();
  }

  finish(result: DemoResult): void {
    clearTimeout(this.#drawing);
    this.#draw();
    this.#showCursor();
    process.off('exit', this.#showCursor);
    this.#print(result);
  }

  #soon(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#draw();
    }, DRAW_EVERY);
  }

  #draw(): void {
    if (this.#cast === undefined) return;
    const width = Math.min(roomOn(this.#out), WIDEST);
    const elapsed = (performance.now() - this.#start) / 1000;
    const table = columns(this.#cast, elapsed, width);
    const room = Math.max(1, (this.#out.rows || 24) - table.length - 2);
    const lines = [...table, ...this.#steps.slice(-room).map((step) => stepLine(step, width))];
    const up = this.#height > 0 ? `\u001B[${this.#height}A` : '';
    this.#out.write(`${up}${lines.map((line) => `\r\u001B[K${line}\n`).join('')}\u001B[J`);
    this.#height = lines.length;
  }

  readonly #showCursor = (): void => void this.#out.write(SHOW_CURSOR);
}

const DRAW_EVERY = 100;
const WIDEST = 119;
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

function stepLine({ name, took }: { readonly name: string; readonly took?: number }, width: number): string {
  if (took === undefined) return paint('yellow', fit(`→ ${name}`, width).trimEnd());
  return `${paint('green', '✓')} ${fit(name, width - 14).trimEnd()} ${paint('dim', `${Math.round(took)} ms`)}`;
}
