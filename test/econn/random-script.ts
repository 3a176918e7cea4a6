import { sameDevice, type Device } from '../../src/base/device.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms } from '../../src/base/units.ts';
import { DEFAULT_PROPS, type Econn, type Input, type Message, type OfferId, type TimerName } from '../../src/econn/index.ts';
import type { SetupMessage } from '../../src/econn/message.ts';
import { isLegacy, roadOf } from '../../src/econn/chart-event.ts';
import { a1, a2, b1, b2, LATER_LIFE, LIFE, offer, s1 } from './cast.ts';
import { busy, cancel, hangup, MUTED, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, SILENT, update, updateAnswer } from './letters.ts';
import { inState, stateNames } from './states.ts';
import type { Subject } from './subject.ts';

/**
 * Inputs at random, but from a small world: few devices, few calls, often the live one, so that what is rare
 * in life is common here. A quarter of the peers' messages carry no offer ids, as AVS writes them.
 */
export class RandomScript {
  readonly #dice: SeededEntropy;

  constructor(seed: number) {
    this.#dice = new SeededEntropy(seed);
  }

  /** An ECONN somewhere in the life of a call. */
  opening(): Subject {
    return inState[this.#one(stateNames)]();
  }

  /** At most twelve inputs. */
  length(): number {
    return 1 + this.#dice.below(12);
  }

  input(econn: Econn, running: readonly TimerName[]): Input {
    const roll = this.#dice.below(100);
    if (roll < 12 && running.length > 0) return { type: 'timer-fired', timer: this.#one(running) };
    if (roll < 18 && econn.state === 'pendingOutgoing') return this.#settled(econn);
    return roll < 50 ? this.#local(econn) : this.message(econn);
  }

  /** Any timer, running or not: a tick that comes late. */
  lateTick(): Input {
    return { type: 'timer-fired', timer: this.#one(TIMERS) };
  }

  #local(econn: Econn): Input {
    const props = this.#one([DEFAULT_PROPS, { ...DEFAULT_PROPS, muted: true }]);
    switch (this.#dice.below(19)) {
      case 0: return { type: 'start', sdp: 'a', props };
      case 1:
      case 2: return { type: 'answer', sdp: 'b', props };
      case 3: return { type: 'reject', tellCaller: this.#one(['never', 'when-understood', 'always']) };
      case 4: return { type: 'end' };
      case 5: return this.#chance(3) ? { type: 'destroy' } : { type: 'end' };
      case 6: return { type: 'set-props', props };
      case 7: return { type: 'renew' };
      case 8:
      case 9: return { type: 'offer', sdp: 'c' };
      case 10: return this.#settled(econn);
      case 11:
      case 12: return { type: 'channel-opened' };
      case 13: return { type: 'channel-closed' };
      case 14: return { type: 'link-lost' };
      case 15: return { type: 'link-restored' };
      case 16: return this.#chance(2) ? { type: 'heard' } : { type: 'drained' };
      case 17: return { type: 'flow-failed', failure: this.#one(['no-path', 'bad-description', 'device']) };
      default: return this.#chance(3) ? { type: 'restarted' } : { type: 'channel-opened' };
    }
  }

  #settled(econn: Econn): Input {
    const call = econn.memory.call?.id ?? offer(b1, 5);
    return { type: 'settled', ...this.#one(SETTLED), call, outcome: this.#chance(4) ? 'refused' : 'taken', devices: this.#one([[], [b1], [b1], [b1, b2]]) };
  }

  message(econn: Econn): Input {
    const from = this.#sender(econn);
    const full = this.#letter(econn, from);
    // An id that was made here for a peer without ids cannot come back: no message can hold it.
    const made = 'call' in full && full.call !== undefined && isLegacy(full.call);
    const message = this.#chance(4) || made ? this.#withoutIds(econn, full) : full;
    return { type: 'receive', from, message, via: this.#chance(50) ? 'channel' : roadOf(message), age: ms(this.#one([0, 0, 0, 0, 0, 30_000, 60_001])), ...(this.#chance(12) ? { busy: true } : {}) };
  }

  #letter(econn: Econn, from: Device): Message {
    const call = this.#call(econn, from);
    const newest = this.#chance(2) ? this.#offerOf(from) : (econn.memory.call?.offer ?? call);
    switch (this.#dice.below(18)) {
      case 0:
      case 1: return setup(this.#chance(4) ? call : this.#chance(4) ? newest : this.#offerOf(from));
      case 2:
      case 3:
      case 4: return setupAnswer(call, { incarnation: this.#life(), counter: this.#dice.below(10) });
      case 5:
      case 6: return cancel(call);
      case 7: return reject(call);
      case 8:
      case 16:
      case 17: return busy(call);
      case 9:
      case 10: return update(call, newest);
      case 11: return updateAnswer(call, newest, { incarnation: LIFE, counter: this.#dice.below(10) });
      case 12: return hangup(call, this.#chance(2));
      case 13: return propsync(call, this.#dice.below(4), this.#one([SILENT, MUTED]));
      case 14: return propsyncAnswer(call, this.#dice.below(4), this.#one([SILENT, MUTED]));
      default: return ping(call, this.#chance(2));
    }
  }

  #withoutIds(econn: Econn, message: Message): Message {
    const sessid = this.#chance(2) ? (econn.memory.call?.theirSession ?? 'q1') : this.#one(['q1', 'Q2', 'q3']);
    const dest = this.#one([{}, { dest: a1 }, { dest: a2 }]);
    const { call: _call, offer: _offer, withdrawn: _withdrawn, ...rest } = message as SetupMessage;
    return { ...rest, sessid, ...dest };
  }

  #sender(econn: Econn): Device {
    const peer = econn.memory.call?.peer;
    if (peer !== undefined && this.#chance(2)) return peer;
    return this.#one([b1, b1, b1, b2, b2, SHOUTED, a2, a2, s1, a1]);
  }

  #call(econn: Econn, from: Device): OfferId {
    const { call } = econn.memory;
    if (call !== undefined && !this.#chance(3)) return call.id;
    return this.#one([this.#offerOf(from), this.#offerOf(b1), offer(a1, 1), offer(a1, 2)]);
  }

  #offerOf(device: Device): OfferId {
    const counter = sameDevice(device, a1) ? 1 + this.#dice.below(4) : 2 + this.#dice.below(9);
    return offer(device, counter, this.#life());
  }

  #life(): string {
    return this.#chance(30) ? LATER_LIFE : LIFE;
  }

  #chance(of: number): boolean {
    return this.#dice.below(of) === 0;
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#dice.below(of.length)]!;
  }
}

/** Bob as another backend spells him: the same user, but one who loses a glare against Alice. */
const SHOUTED: Device = { user: 'BOB', device: 'b1' };
const TIMERS: readonly TimerName[] = ['setup', 'channel', 'update', 'reconnect', 'hangupAck', 'hangup', 'decline', 'ping', 'props', 'disconnect'];
const SETTLED = [{ message: 'SETUP', resp: false }, { message: 'SETUP', resp: false }, { message: 'SETUP', resp: true }, { message: 'CANCEL', resp: false }] as const;
