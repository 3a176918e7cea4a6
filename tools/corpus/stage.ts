import { sameDevice, sameId, type Device } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import { DEFAULT_PROPS, openEconn, reincarnate, type Audience, type Econn, type Input, type Message, type Output, type Road, type TimerName } from '../../src/econn/index.ts';
import { offerInWords, packetInWords } from '../explore/packet.ts';
import { handleLike, OUR_HOST, type HostRules, type OldRule } from './old-rules.ts';
import type { Told } from './told.ts';

/** A message on its way. `number`: which one it is from that sender to that device. */
export type Letter = { readonly from: string; readonly to: string; readonly via: Road; readonly message: Message; readonly sentAt: number; readonly number: number };

type Running = { readonly timer: TimerName; readonly at: number };

/** One device on the stage: its ECONN, its running timers, and what its channel and link are like. */
export type Actor = {
  readonly self: Device;
  econn: Econn;
  timers: Running[];
  /** The device at the other end of the open channel. */
  channel: string | undefined;
  linkIsLost: boolean;
  /** Its platform fires no timers for now. */
  throttled: boolean;
  asked: string | undefined;
  life: number;
};

/** Some ECONNs, the messages between them, and time that passes when a trace says so. Played by our rules or by others. */
export class Stage {
  now = 0;
  readonly actors: ReadonlyMap<string, Actor>;
  underWay: Letter[] = [];
  /** Everything that any of them told or said, with the time and the input it came from. */
  readonly told: Told[] = [];
  readonly #handle: (econn: Econn, input: Input) => readonly [Econn, readonly Output[]];
  readonly #host: HostRules;
  readonly #sent = new Map<string, number>();
  readonly #heard = new Map<string, number>();
  readonly #held: Letter[] = [];

  constructor(devices: readonly Device[], rule: OldRule | undefined) {
    this.#handle = handleLike(rule ?? { says: 'ours' });
    this.#host = { ...OUR_HOST, ...rule };
    this.actors = new Map(devices.map((self) => [self.device, this.#newborn(self, devices, 0)]));
  }

  at(name: string): Actor {
    const actor = this.actors.get(name);
    if (actor === undefined) throw new Error(`nobody on the stage is called ${name}`);
    return actor;
  }

  /** Feeds an input to a device, as its host would. */
  feed(name: string, input: Input): void {
    if (this.#host.deadlines === 'first') this.#fireDue(name);
    this.#step(name, input);
    if (this.#host.deadlines === 'when called back') this.#fireDue(name);
  }

  /** Delivers a letter, as this host takes mail. `woken`: by a process that a push has started. */
  deliver(letter: Letter, woken = false): void {
    this.underWay = this.underWay.filter((other) => other !== letter);
    if (woken && this.#host.push === 'all but CANCEL' && letter.message.type === 'CANCEL') return;
    if (this.#host.mail === 'as it comes' || letter.via === 'channel') return this.#hear(letter);
    this.#held.push(letter);
    for (let next = this.#nextInRow(letter); next !== undefined; next = this.#nextInRow(letter)) {
      this.#held.splice(this.#held.indexOf(next), 1);
      this.#heard.set(road(next), next.number);
      this.#hear(next);
    }
  }

  /** Time passes; deadlines fire in their order, but for those of a device whose platform has no time for them. */
  pass(span: number): void {
    const until = this.now + span;
    for (;;) {
      const due = [...this.actors.values()].filter(({ throttled }) => !throttled).flatMap(({ self, timers }) => timers.map((running) => ({ name: self.device, running }))).filter(({ running }) => running.at <= until).sort((a, b) => a.running.at - b.running.at)[0];
      if (due === undefined) break;
      this.now = Math.max(this.now, due.running.at);
      this.#fire(due.name, due.running);
    }
    this.now = until;
  }

  /** The process dies and comes back with all it knew, or with nothing. */
  restart(name: string, memory: 'all' | 'nothing'): void {
    const actor = this.at(name);
    const devices = [...this.actors.values()].map(({ self }) => self);
    const { self, econn, life } = actor;
    Object.assign(actor, this.#newborn(self, devices, life + 1));
    if (memory === 'nothing') return;
    actor.econn = econn;
    this.feed(name, { type: 'restarted' });
    actor.econn = reincarnate(actor.econn, `i${life + 1}`);
  }

  /** How a device stands, in words. */
  inWords(name: string): string {
    const { state, memory } = this.at(name).econn;
    return memory.call === undefined ? state : `${state} ${offerInWords(memory.call.id)}`;
  }

  #newborn(self: Device, devices: readonly Device[], life: number): Actor {
    const peer = devices.find(({ user }) => user !== self.user);
    return { self, econn: openEconn({ self, peerUser: peer?.user ?? '', incarnation: `i${life}` }), timers: [], channel: undefined, linkIsLost: false, throttled: false, asked: undefined, life };
  }

  #nextInRow(letter: Letter): Letter | undefined {
    return this.#held.find((held) => road(held) === road(letter) && held.number === (this.#heard.get(road(letter)) ?? 0) + 1);
  }

  #hear({ from, to, via, message, sentAt }: Letter): void {
    this.feed(to, { type: 'receive', from: this.at(from).self, via, message, age: ms(this.now - sentAt) });
  }

  #fireDue(name: string): void {
    for (;;) {
      const due = this.at(name).timers.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) return;
      this.#fire(name, due);
    }
  }

  #fire(name: string, running: Running): void {
    const actor = this.at(name);
    actor.timers = actor.timers.filter((other) => other !== running);
    this.#step(name, { type: 'timer-fired', timer: running.timer });
  }

  #step(name: string, input: Input): void {
    const actor = this.at(name);
    const before = actor.econn;
    const [after, outputs] = this.#handle(before, input);
    actor.econn = after;
    this.told.push({ at: this.now, who: name, input, before, after, outputs });
    for (const output of outputs) this.#carryOut(actor, output);
    if (after.state === 'idle') actor.channel = undefined;
  }

  #carryOut(actor: Actor, output: Output): void {
    switch (output.type) {
      case 'send':
        if (output.via === 'channel') this.#say(actor, output.message);
        else this.#post(actor, output.to, output.message);
        return;
      case 'start-timer':
        if (this.#host.restartedTimer === 'replaced') actor.timers = actor.timers.filter(({ timer }) => timer !== output.timer);
        actor.timers.push({ timer: output.timer, at: this.now + output.in });
        return;
      case 'stop-timer': {
        const newest = actor.timers.findLastIndex(({ timer }) => timer === output.timer);
        if (newest !== -1) actor.timers.splice(newest, 1);
        return;
      }
      case 'stop-timers':
        actor.timers = [];
        return;
      case 'notify':
        this.#notice(actor, output.event);
        return;
      case 'refuse':
    }
  }

  #notice(actor: Actor, event: (Output & { type: 'notify' })['event']): void {
    const { device } = actor.self;
    switch (event.type) {
      case 'incoming':
      case 'glare-lost':
      case 'answer-wanted':
        actor.asked = event.sdp;
        return;
      case 'offer-wanted':
        return this.#step(device, { type: 'offer', sdp: `${device} at ${this.now}` });
      case 'drain-wanted':
        return this.#step(device, { type: 'drained' });
      case 'answered':
      case 'update-answered':
      case 'renewed':
      case 'connected':
      case 'revealed':
      case 'renewing':
      case 'renewal-failed':
      case 'ending':
      case 'peer-props':
      case 'turned-away':
      case 'missed':
      case 'closed':
    }
  }

  #post(actor: Actor, to: Audience, message: Message): void {
    const addressed = [...this.actors.values()].map(({ self }) => self).filter((self) => isAddressed(to, self) && !sameDevice(self, actor.self));
    for (const { device } of addressed) this.#send(actor, device, 'backend', message);
    const call = 'call' in message ? message.call : undefined;
    if (call !== undefined && (message.type === 'SETUP' || message.type === 'CANCEL')) this.#step(actor.self.device, { type: 'settled', message: message.type, resp: message.resp, call, outcome: 'taken', devices: addressed });
  }

  /** What is said on a channel of which one end is gone is lost. */
  #say(actor: Actor, message: Message): void {
    const { channel } = actor;
    if (channel === undefined || actor.linkIsLost || this.at(channel).channel !== actor.self.device) return;
    // Signs of life and props come at once; how they get lost is not what any of this is about.
    if (message.type === 'HANGUP') this.#send(actor, channel, 'channel', message);
    else this.#hear({ from: actor.self.device, to: channel, via: 'channel', message, sentAt: this.now, number: 0 });
  }

  #send(actor: Actor, to: string, via: Road, message: Message): void {
    const from = actor.self.device;
    const number = (this.#sent.get(`${from} ${to}`) ?? 0) + (via === 'backend' ? 1 : 0);
    this.#sent.set(`${from} ${to}`, number);
    this.underWay.push({ from, to, via, message, sentAt: this.now, number });
  }
}

export function wordsOf(message: Message): string {
  return packetInWords({ from: 0, to: 0, message });
}

export const PROPS = DEFAULT_PROPS;

function road({ from, to }: Letter): string {
  return `${from} ${to}`;
}

function isAddressed(to: Audience, device: Device): boolean {
  if (to.type === 'devices') return to.devices.some((other) => sameDevice(other, device));
  return to.users.some((user) => sameId(user, device.user)) && !to.except.some((other) => sameDevice(other, device));
}
