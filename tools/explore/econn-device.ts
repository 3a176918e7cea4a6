import { sameDevice, type Device } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import { covers, DEFAULT_PROPS, resumable, sameOffer, type Audience, type Econn, type Input, type Message, type OfferId, type Output, type StateName, type TimerName } from '../../src/econn/index.ts';
import { canonicalEconn, wholeEconn } from './canonical.ts';
import type { Budget, Configuration, Restore } from './configuration.ts';
import type { DeviceModel, Fed, FlowEnd, Step, View } from './device-model.ts';
import { exchange } from './exchange.ts';
import { isInert } from './inert.ts';
import { Lives } from './lives.ts';
import { offerInWords, type Packet } from './packet.ts';
import { PostOffice, type Settling } from './post-office.ts';
import { brokenByAge, brokenByRepetition, brokenByRestoring, brokenStepLaw } from './step-laws.ts';

/** One device that runs the real ECONN over a small model of flows: descriptions are tokens that name their offer. */
export type EconnDevice = {
  readonly econn: Econn;
  /** The flow that carries the call, and the one that is to replace it. */
  readonly current?: FlowEnd;
  readonly coming?: FlowEnd;
  /** The question that its ECALL is busy with. */
  readonly asked?: Asked;
  /** The offer that rings. */
  readonly ringing?: string;
  /** Messages of the live call of which the backend has not told what became. */
  readonly settling: readonly Settling[];
  readonly timers: readonly TimerName[];
  readonly left: Budget;
  readonly life: number;
  /** What was stored at some time; only where a device may come back with it. */
  readonly stored?: Econn;
  /** How long this attempt can have been waiting, at most, when its present deadline expires. */
  readonly patience?: number;
  /** How many messages it has said about each call; only where they are counted. */
  readonly said?: Readonly<Record<string, number>>;
};

export type Asked = { readonly for: 'answer' | 'renewed answer'; readonly offer: string } | { readonly for: 'offer' } | { readonly for: 'drain' };
export type Handle = (econn: Econn, input: Input) => readonly [Econn, readonly Output[]];

/** These only ask for signs of life and repeat props, which are left out. */
const UNFIRED: readonly TimerName[] = ['ping', 'props'];

export class EconnDeviceModel implements DeviceModel<EconnDevice> {
  readonly #configuration: Configuration;
  readonly #position: number;
  readonly #handle: Handle;
  readonly #self: Device;
  readonly #office: PostOffice;
  readonly #lives: Lives;

  constructor(configuration: Configuration, position: number, handle: Handle) {
    this.#configuration = configuration;
    this.#position = position;
    this.#handle = handle;
    this.#self = configuration.devices[position]!.self;
    this.#office = new PostOffice(configuration, position);
    this.#lives = new Lives(configuration, position);
  }

  opening(): EconnDevice {
    return this.#settled({ econn: this.#lives.newborn(0), settling: [], timers: [], left: this.#configuration.devices[this.#position]!.budget, life: 0 });
  }

  keyOf(device: EconnDevice): string {
    const { econn, stored, said, current, coming, asked, ringing, settling, timers, left, life, patience } = device;
    const { ledger, call } = econn.memory;
    const kept = stored === undefined ? undefined : [stored.state, stored.memory.ledger, stored.memory.call];
    const words = said === undefined ? undefined : Object.entries(said).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return JSON.stringify([econn.state, ledger, call, current, coming, asked, ringing, settling, timers, left, life, patience, kept, words]);
  }

  own(device: EconnDevice): readonly Step<EconnDevice>[] {
    const { asked, settling, ...rest } = device;
    const steps: Step<EconnDevice>[] = [];
    const [first, ...later] = settling;
    if (first !== undefined) steps.push(...this.#feed({ ...device, settling: later }, first, `hears that ${first.message} is ${first.outcome}`));
    switch (asked?.for) {
      case 'answer':
        steps.push(...this.#answer({ ...rest, settling }, asked.offer, 'current', 'answers'));
        break;
      case 'renewed answer':
        steps.push(...this.#answer({ ...rest, settling }, asked.offer, 'coming', 'answers the renewal'));
        break;
      case 'offer': {
        const sdp = this.#nextOffer(device);
        steps.push(...this.#feed({ ...rest, settling, coming: { local: sdp, open: false } }, { type: 'offer', sdp }, 'offers a renewal'));
        break;
      }
      case 'drain':
        steps.push(...this.#feed({ ...rest, settling }, { type: 'drained' }, 'has drained its channel'));
        break;
      case undefined:
    }
    return steps;
  }

  wishes(device: EconnDevice): readonly Step<EconnDevice>[] {
    const { econn, left, ringing } = device;
    const steps: Step<EconnDevice>[] = [];
    const { state } = econn;
    if (state === 'idle' && left.starts > 0) {
      const sdp = this.#nextOffer(device);
      steps.push(...this.#feed({ ...device, left: { ...left, starts: left.starts - 1 }, current: { local: sdp, open: false } }, { type: 'start', sdp, props: DEFAULT_PROPS }, 'calls'));
    }
    if (state === 'pendingIncoming' && ringing !== undefined) {
      steps.push(...this.#answer(device, ringing, 'current', 'takes the call'));
      const { tellCaller } = this.#configuration;
      steps.push(...this.#feed(device, { type: 'reject', tellCaller }, tellCaller === 'never' ? 'declines, which the caller is not told' : 'declines', tellCaller === 'never'));
    } else if (state !== 'idle' && state !== 'hangupSent' && state !== 'terminating' && state !== 'declining') {
      steps.push(...this.#feed(device, { type: 'end' }, 'ends'));
    }
    if (state === 'established' && left.renews > 0) steps.push(...this.#feed({ ...device, left: { ...left, renews: left.renews - 1 } }, { type: 'renew' }, 'renews'));
    if (left.failures > 0 && (device.coming ?? device.current) !== undefined) {
      steps.push(...this.#feed({ ...device, left: { ...left, failures: left.failures - 1 } }, { type: 'flow-failed', failure: 'no-path' }, 'loses its newest flow', true));
    }
    if (left.crashes > 0 && device.stored === undefined && this.#configuration.restores.includes('older')) steps.push(this.#step({ ...device, stored: econn }, econn, [], 'stores what it knows', undefined));
    if (left.crashes > 0) for (const restore of this.#configuration.restores) steps.push(...this.#crash(device, restore));
    return steps;
  }

  deadlines(device: EconnDevice, early: boolean): readonly Step<EconnDevice>[] {
    const { left } = device;
    if (early && left.expiries === 0) return [];
    if (device.econn.state === 'established' && device.current?.open !== true) return this.#fallSilent(device);
    const used = early ? { ...left, expiries: left.expiries - 1 } : left;
    return device.timers
      .filter((timer) => !UNFIRED.includes(timer) && !(timer === 'hangup' && device.timers.includes('hangupAck')))
      .flatMap((timer) => this.#feed({ ...device, left: used, timers: device.timers.filter((other) => other !== timer) }, { type: 'timer-fired', timer }, `${timer} expires`))
      // Who gives up without a word leaves the other to its own deadline.
      .map((step) => (step.next.econn.state === 'idle' && step.sent.length === 0 ? { ...step, loses: true } : step));
  }

  /** Nothing is heard on a channel that is not open: the probes go out in vain. */
  #fallSilent(device: EconnDevice): readonly Step<EconnDevice>[] {
    let silent = device;
    const probes: Fed[] = [];
    for (let probe = 1; probe < device.econn.memory.timeouts.pings; probe++) {
      const [econn] = this.#handleAndNote(silent.econn, { type: 'timer-fired', timer: 'ping' }, probes);
      silent = { ...silent, econn };
    }
    return this.#feed(silent, { type: 'timer-fired', timer: 'ping' }, 'hears nothing for a while', false, probes);
  }

  receive(device: EconnDevice, { from, message, flow }: Packet): readonly Step<EconnDevice>[] {
    if (flow !== undefined && device.current?.local !== flow && device.coming?.local !== flow) return [];
    return this.#feed(device, { type: 'receive', from: this.#office.deviceAt(from), via: flow === undefined ? 'backend' : 'channel', message, age: ms(0) }, 'hears');
  }

  channel(device: EconnDevice, local: string, event: 'opened' | 'closed'): readonly Step<EconnDevice>[] {
    const { current, coming } = device;
    if (event === 'closed') return current?.local === local && current.open ? this.#feed({ ...device, current: { ...current, open: false, remote: 'gone' } }, { type: 'channel-closed' }, 'loses its channel') : [];
    if (coming?.local === local) return this.#feed({ ...device, coming: { ...coming, open: true } }, { type: 'channel-opened' }, 'opens the new channel');
    if (current?.local !== local) return [];
    const opened = { ...device, current: { ...current, open: true } };
    // Only the newest flow's channel is told of, as the port demands.
    const newest = coming === undefined && device.asked?.for !== 'renewed answer' && device.asked?.for !== 'offer';
    return newest ? this.#feed(opened, { type: 'channel-opened' }, 'opens its channel') : [this.#step(opened, opened.econn, [], 'opens its old channel', undefined)];
  }

  isInert(device: EconnDevice, packet: Packet): boolean {
    if (packet.flow !== undefined) return device.current?.local !== packet.flow && device.coming?.local !== packet.flow;
    // What was over may not be, for one that forgets.
    return this.#configuration.tidy && device.left.crashes === 0 && this.#configuration.rules === 'ours' && isInert(device.econn, packet);
  }

  view(device: EconnDevice): View {
    const { econn, current, coming } = device;
    const { call } = econn.memory;
    const flows = [current, coming].filter((flow) => flow !== undefined);
    const { ledger } = econn.memory;
    const hasHeard = (offer: OfferId): boolean => ledger.marks.some((mark) => sameDevice(mark.device, offer) && covers(mark, offer));
    const said = device.said ?? {};
    if (call === undefined) return { state: econn.state, flows, said, hasHeard, hasIgnored: () => false };
    const peer = call.peer === undefined ? -1 : this.#office.positionOf(call.peer);
    return { state: econn.state, call: offerInWords(call.id), id: call.id, flows, said, hasHeard, hasIgnored: (offer) => call.ignored.some((other) => sameOffer(other, offer)), ...(peer === -1 ? {} : { peer }) };
  }

  rename(device: EconnDevice, one: string, other: string): EconnDevice {
    return this.#settled(exchange(device, one, other));
  }

  #answer(device: EconnDevice, offer: string, place: 'current' | 'coming', label: string): readonly Step<EconnDevice>[] {
    const sdp = `${this.#self.device}${'′'.repeat(device.life)} to ${offer}`;
    const { ringing: _ringing, ...rest } = device;
    return this.#feed({ ...rest, [place]: { local: sdp, remote: offer, open: false } }, { type: 'answer', sdp, props: DEFAULT_PROPS }, label);
  }

  /** The offer names itself: no two are ever alike. */
  #nextOffer({ econn }: EconnDevice): string {
    const { own, self } = econn.memory.ledger;
    return offerInWords({ device: self.device, incarnation: own.incarnation, counter: own.counter + 1 });
  }

  #crash(device: EconnDevice, restore: Restore): readonly Step<EconnDevice>[] {
    const life = device.life + 1;
    const econn = restore === 'nothing' ? this.#lives.newborn(life) : restore === 'older' ? device.stored : restore === 'resumes' ? resumable(device.econn) : device.econn;
    if (econn === undefined) return [];
    const left = { ...device.left, crashes: device.left.crashes - 1 };
    const { stored } = device;
    const reborn: EconnDevice = { econn, settling: [], timers: [], left, life, ...(stored === undefined ? {} : { stored }), ...(device.said === undefined ? {} : { said: device.said }) };
    const label = restore === 'resumes' ? 'reloads and goes on' : `crashes and comes back with ${restore === 'nothing' ? restore : `its ${restore} memory`}`;
    const loses = restore === 'older' || restore === 'nothing';
    if (restore === 'resumes') return this.#feed({ ...reborn, econn: this.#lives.reborn(econn, life) }, { type: 'channel-closed' }, label);
    if (restore === 'nothing') return [this.#step(reborn, econn, [], label, undefined, loses)];
    return this.#feed(reborn, { type: 'restarted' }, label, loses).map((step) => ({ ...step, next: this.#settled({ ...step.next, econn: this.#lives.reborn(step.next.econn, life) }) }));
  }

  /** All that can become of an input: everything is taken by the backend, or one message is refused. */
  #feed(device: EconnDevice, input: Input, label: string, loses = false, earlier: readonly Fed[] = []): readonly Step<EconnDevice>[] {
    const fed = [...earlier];
    const [after, outputs] = this.#handleAndNote(device.econn, input, fed);
    const taken = this.#carryOut(device, input, after, outputs, label, -1, loses, fed);
    if (device.left.refusals === 0) return [taken];
    const refused = outputs.flatMap((output, at) => (output.type === 'send' && output.via === 'backend' ? [at] : []));
    const left = { ...device.left, refusals: device.left.refusals - 1 };
    return [taken, ...refused.map((at) => this.#carryOut({ ...device, left }, input, after, outputs, `${label}, but the backend refuses`, at, true, fed))];
  }

  #carryOut(device: EconnDevice, input: Input, after: Econn, outputs: readonly Output[], label: string, refused: number, loses: boolean, earlier: readonly Fed[]): Step<EconnDevice> {
    const sent: Packet[] = [];
    const fed = [...earlier];
    let next: EconnDevice = withPatience(device, after, outputs);
    for (const [at, output] of outputs.entries()) next = this.#obey(next, output, at === refused, sent);
    let broken = this.#configuration.rules === 'ours' ? brokenStepLaw(device.econn, input, after, outputs, next.timers.length) : undefined;
    if (broken === undefined && this.#configuration.rules === 'ours' && (next.patience ?? 0) > 75_000) broken = `P17 ${after.state} after ${String(next.patience)} ms`;
    if (broken === undefined && input.type === 'receive' && this.#configuration.rules === 'ours') {
      const [twice, again] = this.#handle(after, input);
      broken = brokenByRepetition(after, twice, again) ?? brokenByAge((age) => this.#handle(device.econn, { ...input, age }));
    }
    if (broken === undefined && this.#configuration.rules === 'ours') broken = brokenByRestoring(device.econn, (econn) => this.#handle(econn, input), after, outputs);
    if (this.#configuration.settles === 'at once' || refused !== -1) {
      const { settling } = next;
      next = { ...next, settling: [] };
      for (const news of settling) {
        const [econn, more] = this.#handleAndNote(next.econn, news, fed);
        next = { ...next, econn };
        for (const output of more) next = this.#obey(next, output, false, sent);
      }
      next = { ...next, settling: [] };
      if (next.asked?.for === 'drain') next = this.#drained(next, sent, fed);
    }
    return this.#step(next, next.econn, sent, label, broken, loses, fed);
  }

  #drained({ asked: _asked, ...device }: EconnDevice, sent: Packet[], fed: Fed[]): EconnDevice {
    const [econn, outputs] = this.#handleAndNote(device.econn, { type: 'drained' }, fed);
    let next: EconnDevice = { ...device, econn };
    for (const output of outputs) next = this.#obey(next, output, false, sent);
    return next;
  }

  #handleAndNote(before: Econn, input: Input, fed: Fed[]): readonly [Econn, readonly Output[]] {
    const [after, outputs] = this.#handle(before, input);
    fed.push({ level: 'econn', before, input, after, outputs });
    return [after, outputs];
  }

  #step(device: EconnDevice, econn: Econn, sent: readonly Packet[], label: string, broken: string | undefined, loses = false, fed: readonly Fed[] = []): Step<EconnDevice> {
    return { label, next: this.#settled({ ...device, econn }), sent, loses, fed, ...(broken === undefined ? {} : { broken }) };
  }

  #obey(device: EconnDevice, output: Output, refused: boolean, sent: Packet[]): EconnDevice {
    switch (output.type) {
      case 'send':
        return output.via === 'backend' ? this.#post(device, output.to, output.message, refused, sent) : this.#say(device, output.message, sent);
      case 'start-timer':
        return { ...device, timers: [...device.timers.filter((timer) => timer !== output.timer), output.timer].toSorted() };
      case 'stop-timer':
        return { ...device, timers: device.timers.filter((timer) => timer !== output.timer) };
      case 'stop-timers':
        return { ...device, timers: [] };
      case 'refuse':
        return device;
      case 'notify':
        return this.#notice(device, output.event);
    }
  }

  #post(device: EconnDevice, to: Audience, message: Message, refused: boolean, sent: Packet[]): EconnDevice {
    const news = this.#office.post(to, message, device.econn.memory.call?.id, refused, sent);
    const counted = this.#counting(device, message);
    return news === undefined ? counted : { ...counted, settling: [...counted.settling, news] };
  }

  /** Renewals are another matter: an UPDATE is said again for as long as nobody answers. */
  #counting(device: EconnDevice, message: Message): EconnDevice {
    if (!this.#configuration.counts || message.type === 'UPDATE' || !('call' in message) || message.call === undefined) return device;
    const call = offerInWords(message.call);
    return { ...device, said: { ...device.said, [call]: (device.said?.[call] ?? 0) + 1 } };
  }

  /** What is said on a channel that is not open is lost. */
  #say(device: EconnDevice, message: Message, sent: Packet[]): EconnDevice {
    const { current, econn } = device;
    const { peer } = econn.memory.call ?? {};
    if (current?.open !== true || current.remote === undefined || peer === undefined) return device;
    this.#office.say(peer, message, current.remote, sent);
    return this.#counting(device, message);
  }

  #notice(device: EconnDevice, event: (Output & { type: 'notify' })['event']): EconnDevice {
    switch (event.type) {
      case 'incoming':
        return { ...device, ringing: event.sdp };
      case 'glare-lost': {
        const { current: _current, ...rest } = device;
        return { ...rest, asked: { for: 'answer', offer: event.sdp } };
      }
      case 'answered':
        return device.current === undefined ? device : { ...device, current: { ...device.current, remote: event.sdp } };
      case 'offer-wanted':
        return { ...withoutComing(device), asked: { for: 'offer' } };
      case 'answer-wanted':
        return { ...withoutComing(device), asked: { for: 'renewed answer', offer: event.sdp } };
      case 'update-answered':
        return device.coming === undefined ? device : { ...device, coming: { ...device.coming, remote: event.sdp } };
      case 'renewed': {
        const { coming, ...rest } = device;
        return coming === undefined ? device : { ...rest, current: coming };
      }
      case 'renewal-failed':
      case 'ending':
        return withoutComing(device);
      case 'drain-wanted':
        return { ...device, asked: { for: 'drain' } };
      case 'closed': {
        const { current: _current, coming: _coming, asked: _asked, ringing: _ringing, ...rest } = device;
        return rest;
      }
      case 'renewing':
        // A flow that failed opens no channel any more, at either end.
        return event.because !== 'flow-failed' || device.coming === undefined ? device : { ...device, coming: { ...device.coming, remote: 'gone' } };
      case 'connected':
      case 'peer-props':
      case 'turned-away':
      case 'missed':
      case 'revealed':
        return device;
    }
  }

  /** What is told of a call that is over has no effect. */
  #settled(device: EconnDevice): EconnDevice {
    const econn = this.#configuration.canonical ? canonicalEconn(device.econn) : wholeEconn(device.econn);
    const { call } = econn.memory;
    const settling = device.settling.filter((news) => call !== undefined && sameOffer(news.call, call.id));
    const { stored, ringing, ...rest } = device;
    return {
      ...rest,
      econn,
      settling,
      ...(ringing === undefined || econn.state !== 'pendingIncoming' ? {} : { ringing }),
      ...(stored === undefined || device.left.crashes === 0 ? {} : { stored }),
    };
  }
}

/**
 * Time passes where nothing but a deadline can happen: while it rings, and until the channel opens. Not in a
 * conflict, whose answer is on its way. `settled`, which comes after the same step, starts none.
 */
function withPatience({ patience = 0, ...device }: EconnDevice, econn: Econn, outputs: readonly Output[]): EconnDevice {
  if (!WAITS.has(econn.state)) return { ...device, econn };
  const anew = device.econn.state === 'idle' || outputs.some((output) => output.type === 'notify' && output.event.type === 'incoming');
  const spans = econn.state === 'conflict' ? [] : outputs.flatMap((output) => (output.type === 'start-timer' && (output.timer === 'setup' || output.timer === 'channel') ? [output.in] : []));
  return { ...device, econn, patience: spans.reduce((sum, span) => sum + span, anew ? 0 : patience) };
}

const WAITS: ReadonlySet<StateName> = new Set(['pendingOutgoing', 'pendingIncoming', 'conflict', 'answered']);

function withoutComing(device: EconnDevice): EconnDevice {
  const { coming: _coming, asked, ...rest } = device;
  return asked === undefined || asked.for === 'offer' || asked.for === 'renewed answer' ? rest : { ...rest, asked };
}

