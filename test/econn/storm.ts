import { sameDevice, type Device } from '../../src/base/device.ts';
import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { DEFAULT_PROPS, sameOffer, type Input, type Output, type TimerName } from '../../src/econn/index.ts';
import { answer, end, newOffer, opened, renew, start } from './subject.ts';
import { TwoEconns } from './two-econns.ts';

/**
 * People who do what they like, on a road that keeps no order. Media work: a channel opens as soon as both
 * ends have agreed on a flow, and never closes by itself.
 */
export class Storm {
  readonly call: TwoEconns;
  readonly #devices: readonly Device[];
  readonly #dice: SeededEntropy;
  readonly deeds: string[] = [];

  readonly #loses: boolean;
  /** How often each timer of each device fired. */
  readonly #ticks = new Map<string, number>();

  constructor(devices: readonly Device[], dice: SeededEntropy, loses = false) {
    this.#loses = loses;
    this.call = new TwoEconns(devices, obey);
    this.#devices = devices;
    this.#dice = dice;
  }

  /** Some deeds and deliveries, then all that is under way comes in and all channels open; then time passes. */
  blow(deeds: number): void {
    for (let deed = 0; deed < deeds; deed++) {
      const roll = this.#dice.below(10);
      if (roll < 4) this.#do();
      else if (roll < 9 && this.call.underWay.length > 0) this.#deliver();
      else this.#openChannels();
    }
    for (let round = 0; round < 80; round++) {
      this.deeds.push('settle');
      this.call.settle(this.#dice);
      if (!this.#openChannels() && this.call.underWay.length === 0 && !this.#closeEnded() && !this.#passTime()) return;
    }
    throw new Error('the storm does not end');
  }

  /** What must not be when all has been heard: rings for nobody, calls of one, calls of different names. */
  get wreckage(): readonly string[] {
    return this.#devices.flatMap((device) => {
      const { state, econn: { memory: { call } } } = this.call.at(device);
      if (state === 'idle' || state === 'pendingOutgoing') return [];
      if (call?.peer === undefined) return [`${device.device} is ${state} with nobody`];
      const other = this.call.at(call.peer);
      const agrees = other.econn.memory.call !== undefined && sameOffer(other.econn.memory.call.id, call.id);
      if (state === 'pendingIncoming') return agrees && other.state === 'pendingOutgoing' ? [] : [`${device.device} rings for ${call.peer.device}, who is ${other.state}`];
      const mutual = agrees && other.econn.memory.call?.peer !== undefined && sameDevice(other.econn.memory.call.peer, device);
      return mutual && state === 'established' && other.state === 'established' ? [] : [`${device.device} is ${state} with ${call.peer.device}, who is ${other.state}`];
    });
  }

  #do(): void {
    const device = this.#devices[this.#dice.below(this.#devices.length)]!;
    const { state } = this.call.at(device);
    const choices: readonly Input[] = ({
      idle: [start],
      pendingOutgoing: [end],
      pendingIncoming: [answer, answer, { type: 'reject', tellCaller: 'when-understood' }, { type: 'reject', tellCaller: 'never' }],
      conflict: [answer, answer, end],
      answered: [end],
      established: [renew, renew, end, { type: 'set-props', props: { ...DEFAULT_PROPS, muted: true } }],
      updateSent: [newOffer, newOffer, renew, end],
      updateReceived: [answer, answer, end],
      hangupSent: [],
      terminating: [],
      declining: [],
    } as const)[state];
    const deed = state !== 'idle' && this.#dice.below(25) === 0 ? RESTARTED : choices[this.#dice.below(choices.length)];
    if (deed === undefined) return;
    this.deeds.push(`${device.device} ${deed.type}`);
    this.call.feed(device, deed);
  }

  #deliver(): void {
    const letter = this.call.underWay[this.#dice.below(this.call.underWay.length)]!;
    if (this.#loses && this.#dice.below(5) === 0) {
      this.deeds.push('lost');
      return this.call.lose((candidate) => candidate === letter);
    }
    this.deeds.push(`${letter.from.device}→${letter.to.device} ${letter.message.type}${letter.message.resp ? '(r)' : ''}`);
    this.call.deliver((candidate) => candidate === letter);
    // Once in a while the road says it twice.
    if (this.#dice.below(8) === 0 && letter.via === 'backend') this.call.underWay.push({ ...letter });
  }

  /** True when one did. What is wanted of the media is made here, too, so that nobody waits for a deed. */
  #openChannels(): boolean {
    let any = false;
    for (const device of this.#devices) {
      const { state, econn: { memory: { call } } } = this.call.at(device);
      const wants = state === 'conflict' || (state === 'updateReceived' && call?.answer === undefined) ? answer : state === 'updateSent' && call?.sent === undefined && this.#isUnasked(device) ? newOffer : undefined;
      if (wants !== undefined) {
        this.deeds.push(`${device.device} ${wants.type}`);
        this.call.feed(device, wants);
        any = true;
      }
    }
    for (const device of this.#devices) {
      const here = this.call.at(device);
      const { call } = here.econn.memory;
      if (call?.peer === undefined || !['answered', 'updateSent', 'updateReceived'].includes(here.state)) continue;
      const there = this.call.at(call.peer);
      const theirs = there.econn.memory.call;
      if (theirs?.peer === undefined || !sameDevice(theirs.peer, device) || !sameOffer(theirs.offer, call.offer)) continue;
      const bothAgreed = [call, theirs].every(({ sent, answer: ours, offer }, side) => sent === undefined && (ours !== undefined || sameDevice(offer, side === 0 ? device : call.peer!)));
      if (!bothAgreed || !['answered', 'updateSent', 'updateReceived'].includes(there.state)) continue;
      this.deeds.push(`${device.device}–${call.peer.device} open`);
      this.call.feed(device, opened);
      this.call.feed(call.peer, opened);
      any = true;
    }
    return any;
  }

  /** The deadlines of those who have ended come; nobody else's. */
  #closeEnded(): boolean {
    const ended = this.#devices.filter((device) => ['hangupSent', 'terminating'].includes(this.call.at(device).state));
    for (const device of ended) this.call.expire(device, 'hangup');
    return ended.length > 0;
  }

  /** With loss, those who are in a wreck wait for their deadlines, the next one first. False: nobody is. */
  #passTime(): boolean {
    const { wreckage } = this;
    if (!this.#loses || wreckage.length === 0) return false;
    for (const device of this.#devices.filter((name) => wreckage.some((wreck) => wreck.startsWith(`${name.device} `)))) {
      const { timers } = this.call.at(device);
      const [next] = [...timers].sort(([, a], [, b]) => a - b);
      if (next === undefined) continue;
      const timer = this.#outlasted(device, next[0], timers);
      this.deeds.push(`${device.device} ${timer} expires`);
      this.call.expire(device, timer);
    }
    return true;
  }

  /** A timer that repeats gives way, in the end, to the longer one beside it. */
  #outlasted(device: Device, timer: TimerName, timers: ReadonlyMap<TimerName, number>): TimerName {
    const name = `${device.device} ${timer}`;
    const count = (this.#ticks.get(name) ?? 0) + 1;
    this.#ticks.set(name, count);
    if (timer === 'update' && count % 6 === 0) return 'reconnect';
    return timer === 'props' && count % 3 === 0 && timers.has('ping') ? 'ping' : timer;
  }

  #isUnasked(device: Device): boolean {
    const { told } = this.call.at(device);
    return told.findLast(({ type }) => type === 'offer-wanted' || type === 'update-answered')?.type === 'offer-wanted';
  }
}

const RESTARTED: Input = { type: 'restarted' };

function obey(output: Output): readonly Input[] {
  return output.type === 'notify' && output.event.type === 'drain-wanted' ? [{ type: 'drained' }] : [];
}
