import type { Device } from '../../src/base/device.ts';
import { BugError } from '../../src/base/absurd.ts';
import { DEFAULT_PROPS, handle, openEconn, stateOf, type CallEvent, type Econn, type Identity, type Input, type Message, type Output, type StateName, type TimerName } from '../../src/econn/index.ts';
import { a1, b1, LIFE } from './cast.ts';

/** One ECONN that writes down all it asked for. Its timers run when told to. */
export class Subject {
  econn: Econn;
  readonly outputs: Output[] = [];
  readonly timers = new Map<TimerName, number>();

  constructor(econn: Econn) {
    this.econn = econn;
  }

  static of(self: Device, peerUser: string, more: Partial<Identity> = {}): Subject {
    return new Subject(openEconn({ self, peerUser, incarnation: LIFE, ...more }));
  }

  static alice(): Subject {
    return Subject.of(a1, 'bob');
  }

  static bob(): Subject {
    return Subject.of(b1, 'alice');
  }

  get state(): StateName {
    return stateOf(this.econn);
  }

  /** Feeds the inputs one after another; returns what the last of them made the ECONN ask for. */
  feed(...inputs: readonly Input[]): readonly Output[] {
    let last: readonly Output[] = [];
    for (const input of inputs) {
      [this.econn, last] = handle(this.econn, input);
      this.outputs.push(...last);
      for (const output of last) this.#keepTime(output);
    }
    return last;
  }

  /** The timer's time has come. It must be running: a host fires no other. */
  expire(timer: TimerName): readonly Output[] {
    if (!this.timers.delete(timer)) throw new BugError(`${timer} does not run in ${this.state}`);
    return this.feed({ type: 'timer-fired', timer });
  }

  /** What was sent so far, or by one step. */
  static sent(outputs: readonly Output[]): readonly Message[] {
    return outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []));
  }

  static told(outputs: readonly Output[]): readonly CallEvent[] {
    return outputs.flatMap((output) => (output.type === 'notify' ? [output.event] : []));
  }

  get sent(): readonly Message[] {
    return Subject.sent(this.outputs);
  }

  get told(): readonly CallEvent[] {
    return Subject.told(this.outputs);
  }

  #keepTime(output: Output): void {
    if (output.type === 'start-timer') this.timers.set(output.timer, output.in);
    else if (output.type === 'stop-timer') this.timers.delete(output.timer);
    else if (output.type === 'stop-timers') this.timers.clear();
  }
}

export const start: Input = { type: 'start', sdp: 'our offer', props: DEFAULT_PROPS };
export const answer: Input = { type: 'answer', sdp: 'our answer', props: DEFAULT_PROPS };
export const end: Input = { type: 'end' };
export const opened: Input = { type: 'channel-opened' };
export const renew: Input = { type: 'renew' };
export const newOffer: Input = { type: 'offer', sdp: 'our new offer' };
