import type { Ecall } from './ecall-state.ts';
import type { EcallInput } from './port.ts';
import type { Trace, TraceEntry } from './trace.ts';

/**
 * Keeps what happens to one call, within bounds: when there is too much, the trace starts from there. A peer
 * decides how long its messages are, not how much of our memory they take.
 */
export class TraceRecorder {
  #initial: Ecall;
  #entries: TraceEntry[] = [];
  #letters = 0;

  constructor(initial: Ecall) {
    this.#initial = initial;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get trace(): Trace {
    return { version: 1, initial: this.#initial, entries: [...this.#entries] };
  }

  /** `before` is the call as it was when the input came. */
  record(before: Ecall, entry: TraceEntry): void {
    if (this.#entries.length >= MOST_ENTRIES || this.#letters >= MOST_LETTERS) {
      this.#initial = before;
      this.#entries = [];
      this.#letters = 0;
    }
    this.#entries.push(entry);
    this.#letters += lettersOf(entry.input);
  }
}

/** Some three hours of a call in which nothing happens but signs of life. */
const MOST_ENTRIES = 20_000;
/** A few hundred offers; an ordinary call has four. */
const MOST_LETTERS = 2_000_000;

/** About as much memory as an input keeps alive. */
function lettersOf(input: EcallInput): number {
  const message = input.type === 'receive' ? input.message : input.type === 'flow' && input.signal.type === 'channel-message' ? input.signal.message : undefined;
  if (message === undefined) return 64;
  const props = 'props' in message ? (message.props ?? []) : [];
  return 512 + ('sdp' in message ? (message.sdp?.length ?? 0) : 0) + props.length * 64;
}
