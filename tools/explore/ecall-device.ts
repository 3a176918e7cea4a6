import { sameDevice } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import { handle } from '../../src/ecall/ecall.ts';
import { reset, resume, type Ecall, type EcallStep } from '../../src/ecall/ecall-state.ts';
import { DEFAULT_POLICY, otherRules, type Policy } from '../../src/ecall/policy.ts';
import type { AskResult, CallTimer, EcallInput, EcallOutput } from '../../src/ecall/port.ts';
import { covers, DEFAULT_PROPS, resumable, sameOffer, type Message, type OfferId } from '../../src/econn/index.ts';
import { canonicalEconn, wholeEconn } from './canonical.ts';
import type { Budget, Configuration, Restore } from './configuration.ts';
import type { DeviceModel, Fed, FlowEnd, Step, View } from './device-model.ts';
import { exchange } from './exchange.ts';
import { isInert } from './inert.ts';
import { Lives } from './lives.ts';
import { offerInWords, type Packet } from './packet.ts';
import { PostOffice, type Settling } from './post-office.ts';
import { handleUnder } from './rule-variants.ts';
import { brokenByRestoring } from './step-laws.ts';

/** One device that runs the real ECALL, with its flows and slow work; only the flows themselves are a model. */
export type EcallDevice = {
  readonly ecall: Ecall;
  readonly ends: readonly NumberedEnd[];
  readonly settling: readonly Settling[];
  readonly timers: readonly CallTimer[];
  readonly left: Budget;
  readonly life: number;
};

type NumberedEnd = { readonly flow: number; readonly local?: string; readonly remote?: string; readonly open: boolean };

const UNFIRED: readonly CallTimer[] = ['ping', 'props', 'no-media'];

export class EcallDeviceModel implements DeviceModel<EcallDevice> {
  readonly #configuration: Configuration;
  readonly #position: number;
  readonly #office: PostOffice;
  readonly #lives: Lives;
  readonly #policy: Policy;

  constructor(configuration: Configuration, position: number) {
    this.#configuration = configuration;
    this.#position = position;
    this.#office = new PostOffice(configuration, position);
    this.#lives = new Lives(configuration, position);
    const { rules, tellCaller } = configuration;
    this.#policy = { ...DEFAULT_POLICY, tellCaller, ...(rules === 'ours' ? {} : { [otherRules]: handleUnder(rules) }) };
  }

  opening(): EcallDevice {
    const ecall = reset(this.#lives.newborn(0), this.#policy, 0, 0);
    return this.#plain({ ecall, ends: [], settling: [], timers: [], left: this.#configuration.devices[this.#position]!.budget, life: 0 });
  }

  keyOf({ ecall, ...rest }: EcallDevice): string {
    const { econn, policy: _policy, ...open } = ecall;
    return JSON.stringify([econn.state, econn.memory.ledger, econn.memory.call, open, rest]);
  }

  own(device: EcallDevice): readonly Step<EcallDevice>[] {
    const [first, ...later] = device.settling;
    const steps = first === undefined ? [] : [...this.#feed({ ...device, settling: later }, first, `hears that ${first.message} is ${first.outcome}`)];
    const { open } = device.ecall;
    if (open === undefined) return steps;
    const answer = (next: EcallDevice, result: AskResult, label: string): void => {
      steps.push(...this.#feed(next, { type: 'asked', ask: open.id, result }, label));
    };
    switch (open.what.type) {
      case 'create-offer': {
        const sdp = `${this.#office.deviceAt(this.#position).device}${'′'.repeat(device.life)}#${String(open.flow)}`;
        answer(withEnd(device, open.flow, { local: sdp }), { type: 'described', sdp }, 'has its offer');
        break;
      }
      case 'create-answer': {
        const sdp = `${this.#office.deviceAt(this.#position).device}${'′'.repeat(device.life)}#${String(open.flow)} to ${open.what.offer}`;
        answer(withEnd(device, open.flow, { local: sdp, remote: open.what.offer }), { type: 'described', sdp }, 'has its answer');
        break;
      }
      case 'accept-answer':
        answer(withEnd(device, open.flow, { remote: open.what.answer }), { type: 'done' }, 'has applied the answer');
        break;
      case 'drain':
        answer(device, { type: 'done' }, 'has drained its channel');
        break;
    }
    return steps;
  }

  wishes(device: EcallDevice): readonly Step<EcallDevice>[] {
    const { ecall, left } = device;
    const { state } = ecall.econn;
    const steps: Step<EcallDevice>[] = [];
    const calling = ecall.open?.purpose === 'call';
    if (state === 'idle' && ecall.open === undefined && left.starts > 0) steps.push(...this.#feed({ ...device, left: { ...left, starts: left.starts - 1 } }, { type: 'start', props: DEFAULT_PROPS }, 'calls'));
    if (ecall.ringing !== undefined) {
      steps.push(...this.#feed(device, { type: 'answer', props: DEFAULT_PROPS }, 'takes the call'));
      steps.push(...this.#feed(device, { type: 'reject' }, 'declines', this.#configuration.tellCaller === 'never'));
    } else if (calling || (state !== 'idle' && state !== 'hangupSent' && state !== 'terminating' && state !== 'declining')) {
      steps.push(...this.#feed(device, { type: 'end' }, 'ends'));
    }
    if (state === 'established' && left.renews > 0) steps.push(...this.#feed({ ...device, left: { ...left, renews: left.renews - 1 } }, { type: 'renew' }, 'renews'));
    if (left.failures > 0) steps.push(...this.#fail({ ...device, left: { ...left, failures: left.failures - 1 } }));
    if (left.crashes > 0) for (const restore of this.#configuration.restores) steps.push(...this.#crash({ ...device, left: { ...left, crashes: left.crashes - 1 } }, restore));
    return steps;
  }

  deadlines(device: EcallDevice, early: boolean): readonly Step<EcallDevice>[] {
    const { left, timers } = device;
    if (early && left.expiries === 0) return [];
    const carries = device.ends.some(({ flow, open }) => flow === device.ecall.current && open);
    if (device.ecall.econn.state === 'established' && !carries) return this.#fallSilent(device);
    const used = early ? { ...left, expiries: left.expiries - 1 } : left;
    return timers
      .filter((timer) => !UNFIRED.includes(timer) && !(timer === 'hangup' && timers.includes('hangupAck')))
      .flatMap((timer) => this.#feed({ ...device, left: used, timers: timers.filter((other) => other !== timer) }, { type: 'timer-fired', timer }, `${timer} expires`))
      .map((step) => (step.next.ecall.econn.state === 'idle' && step.sent.length === 0 ? { ...step, loses: true } : step));
  }

  /** Nothing is heard on a channel that is not open: the probes go out in vain. */
  #fallSilent(device: EcallDevice): readonly Step<EcallDevice>[] {
    let silent = device;
    const probes: Fed[] = [];
    for (let probe = 1; probe < device.ecall.econn.memory.timeouts.pings; probe++) {
      const [ecall] = this.#handleAndNote(silent.ecall, { type: 'timer-fired', timer: 'ping' }, probes);
      silent = { ...silent, ecall };
    }
    return this.#feed(silent, { type: 'timer-fired', timer: 'ping' }, 'hears nothing for a while', false, probes);
  }

  receive(device: EcallDevice, { from, message, flow }: Packet): readonly Step<EcallDevice>[] {
    if (flow === undefined) return this.#feed(device, { type: 'receive', from: this.#office.deviceAt(from), message, age: ms(0) }, 'hears');
    const end = device.ends.find(({ local }) => local === flow);
    return end === undefined ? [] : this.#feed(device, { type: 'flow', flow: end.flow, signal: { type: 'channel-message', message } }, 'hears');
  }

  channel(device: EcallDevice, local: string, event: 'opened' | 'closed'): readonly Step<EcallDevice>[] {
    const end = device.ends.find((other) => other.local === local);
    if (end === undefined) return [];
    const { flow } = end;
    if (event === 'opened') return this.#feed(withEnd(device, flow, { open: true }), { type: 'flow', flow, signal: { type: 'channel-opened' } }, flow === device.ecall.coming ? 'opens the new channel' : 'opens its channel');
    return this.#feed(withEnd(device, flow, { open: false, remote: 'gone' }), { type: 'flow', flow, signal: { type: 'channel-closed' } }, 'loses its channel');
  }

  isInert(device: EcallDevice, packet: Packet): boolean {
    if (packet.flow !== undefined) return !device.ends.some(({ local }) => local === packet.flow);
    // What was over may not be, for one that forgets.
    return this.#configuration.tidy && device.left.crashes === 0 && this.#configuration.rules === 'ours' && isInert(device.ecall.econn, packet);
  }

  view({ ecall, ends }: EcallDevice): View {
    const { state, memory } = ecall.econn;
    const { call, ledger } = memory;
    const flows = ends.flatMap(({ local, remote, open }): readonly FlowEnd[] => (local === undefined ? [] : [{ local, open, ...(remote === undefined ? {} : { remote }) }]));
    const hasHeard = (offer: OfferId): boolean => ledger.marks.some((mark) => sameDevice(mark.device, offer) && covers(mark, offer));
    if (call === undefined) return { state, flows, hasHeard, hasIgnored: () => false };
    const peer = call.peer === undefined ? -1 : this.#office.positionOf(call.peer);
    return { state, call: offerInWords(call.id), id: call.id, flows, hasHeard, hasIgnored: (offer) => call.ignored.some((other) => sameOffer(other, offer)), ...(peer === -1 ? {} : { peer }) };
  }

  rename(device: EcallDevice, one: string, other: string): EcallDevice {
    return this.#plain(exchange(device, one, other));
  }

  #fail(device: EcallDevice): readonly Step<EcallDevice>[] {
    const { open, coming, current } = device.ecall;
    const steps: Step<EcallDevice>[] = [];
    if (open !== undefined && open.what.type !== 'drain') steps.push(...this.#feed(device, { type: 'asked', ask: open.id, result: { type: 'failed', failure: 'no-path' } }, `cannot ${open.what.type.replace('-', ' an ').replace('accept an', 'apply the')}`, true));
    const flow = coming ?? current;
    if (flow !== undefined) steps.push(...this.#feed(device, { type: 'flow', flow, signal: { type: 'failed', failure: 'no-path' } }, 'loses its newest flow', true));
    return steps;
  }

  #crash(device: EcallDevice, restore: Restore): readonly Step<EcallDevice>[] {
    const life = device.life + 1;
    const { econn } = device.ecall;
    const policy = this.#policy;
    const reborn: EcallDevice = { ecall: reset(econn, policy, 0, 0), ends: [], settling: [], timers: [], left: device.left, life };
    switch (restore) {
      case 'nothing':
        return [this.#step({ ...reborn, ecall: reset(this.#lives.newborn(life), policy, 0, 0) }, [], 'crashes and comes back with nothing', true)];
      case 'newest':
        return this.#feed(reborn, { type: 'restarted' }, 'crashes and comes back with its newest memory').map((step) => {
          const { ecall } = step.next;
          return { ...step, next: this.#plain({ ...step.next, ecall: { ...ecall, econn: this.#lives.reborn(ecall.econn, life) } }) };
        });
      case 'resumes': {
        const standing = resumable(econn);
        if (standing === undefined) return [];
        return this.#feed({ ...reborn, ecall: resume(this.#lives.reborn(standing, life), policy) }, { type: 'resumed' }, 'reloads and goes on');
      }
      case 'older':
        return [];
    }
  }

  /** A device that was renamed or kept on disk is plain data; the rules that it plays by are not. */
  #handle(ecall: Ecall, input: EcallInput): EcallStep {
    return handle(ecall.policy === this.#policy ? ecall : { ...ecall, policy: this.#policy }, input);
  }

  #handleAndNote(before: Ecall, input: EcallInput, fed: Fed[]): EcallStep {
    const [after, outputs] = this.#handle(before, input);
    fed.push({ level: 'ecall', before, input, after, outputs });
    return [after, outputs];
  }

  #feed(device: EcallDevice, input: EcallInput, label: string, loses = false, earlier: readonly Fed[] = []): readonly Step<EcallDevice>[] {
    const fed = [...earlier];
    const [ecall, outputs] = this.#handleAndNote(device.ecall, input, fed);
    const sent: Packet[] = [];
    let next: EcallDevice = { ...device, ecall };
    for (const output of outputs) next = this.#obey(next, output, sent);
    for (let turn = 0; this.#configuration.settles === 'at once' && next.settling.length > 0; turn++) {
      const [news, ...later] = next.settling;
      const [after, more] = this.#handleAndNote(next.ecall, news!, fed);
      next = { ...next, ecall: after, settling: later };
      for (const output of more) next = this.#obey(next, output, sent);
    }
    const broken = this.#configuration.rules === 'ours' ? (this.#broken(next, outputs) ?? brokenByRestoring(device.ecall.econn, (econn) => this.#handle({ ...device.ecall, econn }, input), ecall.econn, outputs)) : undefined;
    return [{ ...this.#step(next, sent, label, loses), fed, ...(broken === undefined ? {} : { broken }) }];
  }

  /** P6, P13 and P18 at this level. */
  #broken({ ecall, ends, timers }: EcallDevice, outputs: readonly EcallOutput[]): string | undefined {
    const idle = ecall.econn.state === 'idle';
    if (idle === timers.some((timer) => timer !== 'no-media')) return `P6 ${ecall.econn.state} with ${String(timers.length)} deadlines`;
    if (ends.length > 2) return `P13 ${String(ends.length)} flows`;
    if (idle && ecall.open === undefined && ends.length > 0) return 'P13 a flow without a call';
    return outputs.length > 12 ? `P18 ${String(outputs.length)} outputs at once` : undefined;
  }

  #obey(device: EcallDevice, output: EcallOutput, sent: Packet[]): EcallDevice {
    switch (output.type) {
      case 'send': {
        const news = this.#office.post(output.to, output.message, device.ecall.econn.memory.call?.id, false, sent);
        return news === undefined ? device : { ...device, settling: [...device.settling, news] };
      }
      case 'say':
        return this.#say(device, output.flow, output.message, sent);
      case 'start-timer':
        return { ...device, timers: [...device.timers.filter((timer) => timer !== output.timer), output.timer].toSorted() };
      case 'stop-timer':
        return { ...device, timers: device.timers.filter((timer) => timer !== output.timer) };
      case 'stop-timers':
        return { ...device, timers: device.timers.filter((timer) => timer === 'no-media') };
      case 'open-flow':
        return { ...device, ends: [...device.ends, { flow: output.flow, open: false }] };
      case 'close-flow':
        return { ...device, ends: device.ends.filter(({ flow }) => flow !== output.flow) };
      case 'ask':
      case 'carry-media':
      case 'apply-props':
      case 'notify':
      case 'refuse':
        return device;
    }
  }

  #say(device: EcallDevice, flow: number, message: Message, sent: Packet[]): EcallDevice {
    const end = device.ends.find((other) => other.flow === flow);
    const { peer } = device.ecall.econn.memory.call ?? {};
    if (end?.open === true && end.remote !== undefined && peer !== undefined) this.#office.say(peer, message, end.remote, sent);
    return device;
  }

  #step(device: EcallDevice, sent: readonly Packet[], label: string, loses: boolean): Step<EcallDevice> {
    return { label, next: this.#plain(device), sent, loses, fed: [] };
  }

  /** Asks are numbered anew: only whether a question is the open one counts. */
  #plain(device: EcallDevice): EcallDevice {
    const { open } = device.ecall;
    const econn = this.#configuration.canonical ? canonicalEconn(device.ecall.econn) : wholeEconn(device.ecall.econn);
    const { call } = econn.memory;
    const numbered = !this.#configuration.canonical ? device.ecall : open === undefined ? { ...device.ecall, lastAsk: 0 } : { ...device.ecall, lastAsk: 1, open: { ...open, id: 1 } };
    return { ...device, ecall: { ...numbered, econn }, settling: device.settling.filter((news) => call !== undefined && sameOffer(news.call, call.id)) };
  }
}

function withEnd(device: EcallDevice, flow: number, facts: Partial<NumberedEnd>): EcallDevice {
  return { ...device, ends: device.ends.map((end) => (end.flow === flow ? { ...end, ...facts } : end)) };
}
