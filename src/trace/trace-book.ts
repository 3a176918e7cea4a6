import type { InstantMs } from '../base/units.ts';
import type { Ecall } from '../ecall/ecall-state.ts';
import type { TraceEntry } from '../ecall/trace.ts';
import type { TracedStep } from '../ecall/world.ts';
import { FORMAT, OURS, type EcallPart, type Note, type TraceBundle } from './bundle.ts';

/**
 * Writes down every step of several engines, for tests and simulations: give each engine `onStep: book.listen(name)`.
 * What it holds has ids and descriptions in it; `redactBundle` takes them out.
 */
export class TraceBook {
  readonly #steps: (TracedStep & { readonly name: string })[] = [];
  readonly #notes: { readonly at: InstantMs; readonly name: string | undefined; readonly kind: Note['kind']; readonly text: string }[] = [];
  readonly #names: string[] = [];
  readonly #rules: string;

  /** `rules`: by whose name the engines play, when their policy holds others than ours. */
  constructor({ rules = OURS }: { readonly rules?: string } = {}) {
    this.#rules = rules;
  }

  /** For an engine of the device of that name; a device that starts up again keeps its name. */
  listen(name: string): (step: TracedStep) => void {
    if (!this.#names.includes(name)) this.#names.push(name);
    return (step) => {
      this.#steps.push({ ...step, name });
    };
  }

  note(at: InstantMs, kind: Note['kind'], text: string, name?: string): void {
    this.#notes.push({ at, kind, text, name });
  }

  /** The conversations in which something happened, in the order in which it did. */
  get conversations(): readonly string[] {
    return [...new Set(this.#steps.map(({ conversation }) => conversation))];
  }

  /** All that happened in a conversation so far, with the devices in the order in which they came. */
  bundle(title: string, conversation: string): TraceBundle {
    const steps = this.#steps.filter((step) => step.conversation === conversation);
    const devices = this.#names.map((name) => ({ name, parts: partsOf(steps.filter((step) => step.name === name), this.#rules) }));
    const notes = this.#notes.map(({ at, kind, text, name }): Note => {
      const device = name === undefined ? -1 : this.#names.indexOf(name);
      return { at, ...(device === -1 ? {} : { device }), kind, text };
    });
    return { format: FORMAT, version: 1, title, clock: 'ms', devices, notes };
  }
}

/** Where a step begins with another state than the last one left, another part begins. */
function partsOf(steps: readonly TracedStep[], rules: string): readonly EcallPart[] {
  const parts: { readonly level: 'ecall'; readonly rules: string; readonly initial: Ecall; readonly entries: TraceEntry[] }[] = [];
  let last: Ecall | undefined;
  for (const { before, after, entry } of steps) {
    const part = parts.at(-1);
    if (part === undefined || before !== last) parts.push({ level: 'ecall', rules, initial: before, entries: [entry] });
    else part.entries.push(entry);
    last = after;
  }
  return parts;
}
