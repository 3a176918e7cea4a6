import type { Device } from '../base/device.ts';
import type { Call, CallEngine, CallTarget, SavedEngine } from '../ecall/index.ts';
import type { FakeMediaEngine } from '../mediaflow/index.ts';

/** The ends of a resident's life that the town holds. */
export type Thread = { readonly place: string; readonly cut: () => void };

/** One device with its engine, and what its user saw. */
export class Resident {
  readonly engine: CallEngine;
  readonly media: FakeMediaEngine;
  /** Where it is on the town's network. */
  readonly place: string;
  /** Calls that rang, oldest first. */
  readonly rang: Call[] = [];
  readonly missed: { readonly conversation: string; readonly from: Device; readonly age: number }[] = [];
  readonly turnedAway: Device[] = [];
  readonly #cutThread: () => void;
  #alive = true;

  constructor(engine: CallEngine, media: FakeMediaEngine, thread: Thread) {
    this.engine = engine;
    this.media = media;
    this.place = thread.place;
    this.#cutThread = thread.cut;
    engine.on('incoming', (call) => this.#alive && this.rang.push(call));
    engine.on('missed', (missed) => this.#alive && this.missed.push(missed));
    engine.on('turned-away', ({ from }) => this.#alive && this.turnedAway.push(from));
  }

  get self(): Device {
    return this.engine.self;
  }

  /** False once it has crashed. */
  get alive(): boolean {
    return this.#alive;
  }

  call(user: string, options: Partial<CallTarget> = {}): Call {
    return this.engine.call({ conversation: 'c', ...options, user });
  }

  /** The newest call that rang. */
  get ringing(): Call {
    const call = this.rang.at(-1);
    if (call === undefined) throw new Error(`nobody has called ${this.self.user}`);
    return call;
  }

  /** The process dies: nothing is said, nothing is heard any more. What it had stored is returned. */
  crash(): SavedEngine {
    const saved = this.engine.save();
    this.#alive = false;
    this.#cutThread();
    return saved;
  }
}
