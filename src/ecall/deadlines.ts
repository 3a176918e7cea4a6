import type { Clock, StopTimer } from '../base/clock.ts';
import { after, between, ms, type DurationMs, type InstantMs } from '../base/units.ts';

/**
 * Named deadlines on one clock. Kept as moments, not as running timers: a process that slept or a throttled
 * tab finds all that fell due, in order, before it looks at anything else.
 */
export class Deadlines<Name extends string> {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #awaitsPeer: (name: Name) => boolean;
  readonly #due = new Map<Name, Due<Name>>();
  #stop: StopTimer | undefined;
  #armedFor: InstantMs | undefined;
  /** The earliest of all: looked at before each input, while deadlines change more rarely. */
  #soonest: InstantMs | undefined;

  /**
   * `wake` is called when the earliest deadline has passed; take it with {@link takeDue}. `awaitsPeer`: which of them
   * are for a peer to say something. One that is found to have passed {@link STANDSTILL} ago tells of us, not of the
   * peer: what it said meanwhile lies unread in the sockets, so that we read them first, once.
   */
  constructor(clock: Clock, wake: () => void, awaitsPeer: (name: Name) => boolean = () => false) {
    this.#clock = clock;
    this.#wake = wake;
    this.#awaitsPeer = awaitsPeer;
  }

  start(name: Name, span: DurationMs): void {
    // Replacing moves the name to the end: equal moments fire in the order in which they were asked for.
    this.#due.delete(name);
    this.#due.set(name, { name, at: after(this.#clock.now(), span), span, late: false });
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
    const now = this.#clock.now();
    if (this.#soonest === undefined || this.#soonest > now) return undefined;
    const due = this.#earliest();
    if (due === undefined) return undefined;
    const { name } = due;
    this.#due.delete(name);
    const unread = !due.late && between(due.at, now) >= STANDSTILL && this.#awaitsPeer(name);
    if (unread) this.#due.set(name, { name, at: after(now, READING), span: due.span, late: true });
    this.#arm();
    return unread ? this.takeDue() : name;
  }

  /** How long until that deadline; `undefined` when it does not run. */
  left(name: Name): DurationMs | undefined {
    const due = this.#due.get(name);
    return due === undefined ? undefined : between(this.#clock.now(), due.at);
  }

  get size(): number {
    return this.#due.size;
  }

  #earliest(): Due<Name> | undefined {
    let earliest: Due<Name> | undefined;
    for (const due of this.#due.values()) if (earliest === undefined || due.at < earliest.at) earliest = due;
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

type Due<Name> = { readonly name: Name; readonly at: InstantMs; readonly span: DurationMs; readonly late: boolean };

/** More than a throttled tab is late by. */
const STANDSTILL = ms(1_100);
/** One round of the event loop is enough to read what is there. */
const READING = ms(50);
