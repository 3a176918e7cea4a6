import type { Clock, StopTimer } from '../base/clock.ts';
import { after, between, type DurationMs, type InstantMs } from '../base/units.ts';

/**
 * Named deadlines on one clock. Kept as moments, not as running timers: a process that slept or a throttled
 * tab finds all that fell due, in order, before it looks at anything else.
 */
export class Deadlines<Name extends string> {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #due = new Map<Name, Due>();
  #stop: StopTimer | undefined;
  #armedFor: InstantMs | undefined;
  /** The earliest of all: looked at before each input, while deadlines change more rarely. */
  #soonest: InstantMs | undefined;

  /** `wake` is called when the earliest deadline has passed; take it with {@link takeDue}. */
  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  start(name: Name, span: DurationMs): void {
    // Replacing moves the name to the end: equal moments fire in the order in which they were asked for.
    this.#due.delete(name);
    this.#due.set(name, { at: after(this.#clock.now(), span), span });
    this.#arm();
  }

  /** Lets the whole span of a deadline pass anew from here. False, and nothing done, when it does not run or has passed. */
  putOff(name: Name): boolean {
    const due = this.#due.get(name);
    const now = this.#clock.now();
    if (due === undefined || due.at <= now) return false;
    this.start(name, due.span);
    return true;
  }

  stop(name: Name): void {
    if (this.#due.delete(name)) this.#arm();
  }

  stopAll(except: (name: Name) => boolean = () => false): void {
    for (const name of this.#due.keys()) if (!except(name)) this.#due.delete(name);
    this.#arm();
  }

  /** The earliest deadline that has passed, forgotten by being taken; `undefined` when none has. */
  takeDue(): Name | undefined {
    if (this.#soonest === undefined || this.#soonest > this.#clock.now()) return undefined;
    const earliest = this.#earliest();
    if (earliest === undefined) return undefined;
    this.#due.delete(earliest.name);
    this.#arm();
    return earliest.name;
  }

  /** How long until that deadline; `undefined` when it does not run. */
  left(name: Name): DurationMs | undefined {
    const due = this.#due.get(name);
    return due === undefined ? undefined : between(this.#clock.now(), due.at);
  }

  get size(): number {
    return this.#due.size;
  }

  #earliest(): { readonly name: Name; readonly at: InstantMs } | undefined {
    let earliest: { readonly name: Name; readonly at: InstantMs } | undefined;
    for (const [name, { at }] of this.#due) if (earliest === undefined || at < earliest.at) earliest = { name, at };
    return earliest;
  }

  #arm(): void {
    const at = this.#earliest()?.at;
    this.#soonest = at;
    // What is put off again and again costs a timer each time that it was due, not each time that it is put off.
    if (at === this.#armedFor || (at !== undefined && this.#armedFor !== undefined && at > this.#armedFor)) return;
    this.#stop?.();
    this.#armedFor = at;
    this.#stop = undefined;
    if (at === undefined) return;
    this.#stop = this.#clock.schedule(between(this.#clock.now(), at), () => {
      this.#armedFor = undefined;
      this.#stop = undefined;
      this.#wake();
      // A timer of the platform may fire a moment early by our clock.
      this.#arm();
    });
  }
}

type Due = { readonly at: InstantMs; readonly span: DurationMs };
