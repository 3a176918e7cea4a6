import { wins, type Message, type OfferId, type StateName } from '../../src/econn/index.ts';
import type { Configuration } from './configuration.ts';
import type { DeviceModel, FlowEnd, Step, View } from './device-model.ts';
import { exchange } from './exchange.ts';
import type { Packet } from './packet.ts';

/**
 * A peer without offer ids, as AVS behaves on the wire: sessions instead of offers, no memory of what is over, a
 * re-call for every SETUP, no deadline once answered, a refusal that the caller does not hear of. Only set-up,
 * glare, withdrawal and hang-up; it never renews.
 */
export type AvsDevice = {
  readonly state: StateName;
  /** How many sessions it has opened: each has another id. */
  readonly sessions: number;
  readonly theirs?: string;
  readonly peer?: number;
  readonly ringing?: string;
  readonly current?: FlowEnd;
  readonly starts: number;
};

export class AvsDeviceModel implements DeviceModel<AvsDevice> {
  readonly #configuration: Configuration;
  readonly #position: number;

  constructor(configuration: Configuration, position: number) {
    this.#configuration = configuration;
    this.#position = position;
  }

  opening(): AvsDevice {
    return { state: 'idle', sessions: 0, starts: this.#configuration.devices[this.#position]!.budget.starts };
  }

  keyOf(device: AvsDevice): string {
    return JSON.stringify(device);
  }

  own(device: AvsDevice): readonly Step<AvsDevice>[] {
    if (device.state !== 'conflict' || device.ringing === undefined) return [];
    return [this.#answer(device, device.ringing, 'answers')];
  }

  wishes(device: AvsDevice): readonly Step<AvsDevice>[] {
    switch (device.state) {
      case 'idle':
        return device.starts === 0 ? [] : [this.#start(device)];
      case 'pendingIncoming':
        // REJECT goes to its own other devices only.
        return [this.#answer(device, device.ringing ?? '', 'takes the call'), this.#step(over(device), [], 'declines, which the caller is not told', true)];
      case 'pendingOutgoing':
      case 'answered':
        return [this.#step(over(device), this.#toPeer(device, this.#cancel(device)), 'ends')];
      case 'established':
        return [this.#step({ ...device, state: 'hangupSent' }, this.#say(device, false), 'ends')];
      case 'conflict':
      case 'updateSent':
      case 'updateReceived':
      case 'hangupSent':
      case 'terminating':
      case 'declining':
        return [];
    }
  }

  deadlines(device: AvsDevice, early: boolean): readonly Step<AvsDevice>[] {
    if (early) return [];
    if (device.state === 'pendingOutgoing') return [this.#step(over(device), this.#toPeer(device, this.#cancel(device)), 'setup expires')];
    if (device.state === 'pendingIncoming' || device.state === 'hangupSent') return [this.#step(over(device), [], `${device.state === 'hangupSent' ? 'hangup' : 'setup'} expires`, true)];
    return [];
  }

  receive(device: AvsDevice, { from, message, flow }: Packet): readonly Step<AvsDevice>[] {
    if (flow !== undefined && device.current?.local !== flow) return [];
    const known = device.peer === from && device.theirs?.toLowerCase() === message.sessid.toLowerCase();
    if (message.type === 'SETUP') return message.resp ? this.#answered(device, from, message) : this.#called(device, from, message);
    if (!known) return [];
    if (message.type === 'HANGUP') return [this.#step(over(device), message.resp || device.state === 'hangupSent' ? [] : this.#say(device, true), 'hears')];
    const cancellable = device.state === 'pendingIncoming' || device.state === 'answered' || device.state === 'established';
    return message.type === 'CANCEL' && cancellable ? [this.#step(over(device), [], 'hears')] : [];
  }

  channel(device: AvsDevice, local: string, event: 'opened' | 'closed'): readonly Step<AvsDevice>[] {
    const { current } = device;
    if (current?.local !== local) return [];
    if (event === 'opened') return [this.#step({ ...device, state: device.state === 'answered' ? 'established' : device.state, current: { ...current, open: true } }, [], 'opens its channel')];
    return [this.#step(over(device), this.#toPeer(device, this.#cancel(device)), 'loses its channel')];
  }

  isInert(device: AvsDevice, packet: Packet): boolean {
    return packet.flow !== undefined && device.current?.local !== packet.flow;
  }

  view({ state, peer, current, theirs }: AvsDevice): View {
    const flows = current === undefined ? [] : [current];
    const never = (_offer: OfferId): boolean => false;
    return { state, flows, hasHeard: never, hasIgnored: never, ...(theirs === undefined ? {} : { call: `session ${theirs}` }), ...(peer === undefined ? {} : { peer }) };
  }

  rename(device: AvsDevice, one: string, other: string): AvsDevice {
    return exchange(device, one, other);
  }

  #start(device: AvsDevice): Step<AvsDevice> {
    const next: AvsDevice = { state: 'pendingOutgoing', sessions: device.sessions + 1, starts: device.starts - 1, current: { local: `${this.#name}:${String(device.sessions + 1)}`, open: false } };
    return this.#step(next, this.#toPeer(next, this.#setup(next, false)), 'calls');
  }

  #called(device: AvsDevice, from: number, message: Message & { type: 'SETUP' }): readonly Step<AvsDevice>[] {
    const { devices } = this.#configuration;
    if (device.peer !== undefined && device.peer !== from) return [];
    const ringing: AvsDevice = { state: 'pendingIncoming', sessions: device.sessions, starts: device.starts, theirs: message.sessid, peer: from, ringing: message.sdp };
    if (device.state !== 'pendingOutgoing') return [this.#step(ringing, [], 'hears')];
    return wins(devices[this.#position]!.self, devices[from]!.self) ? [] : [this.#step({ ...ringing, state: 'conflict' }, [], 'hears')];
  }

  #answered(device: AvsDevice, from: number, message: Message & { type: 'SETUP' }): readonly Step<AvsDevice>[] {
    if (device.state !== 'pendingOutgoing' || device.current === undefined) return [];
    return [this.#step({ ...device, state: 'answered', theirs: message.sessid, peer: from, current: { ...device.current, remote: message.sdp } }, [], 'hears')];
  }

  /** In a glare it keeps the session of its own call. */
  #answer(device: AvsDevice, offer: string, label: string): Step<AvsDevice> {
    const { ringing: _ringing, ...rest } = device;
    const sessions = device.state === 'conflict' ? device.sessions : device.sessions + 1;
    const next: AvsDevice = { ...rest, sessions, state: 'answered', current: { local: `${this.#name}:${String(sessions)} to ${offer}`, remote: offer, open: false } };
    return this.#step(next, this.#toPeer(next, this.#setup(next, true)), label);
  }

  #setup(device: AvsDevice, resp: boolean): Message {
    return { type: 'SETUP', sessid: this.#session(device), resp, sdp: device.current?.local ?? '', props: [], ...this.#dest(device) };
  }

  /** It names whom it is in a call with, and nobody while it calls. */
  #dest({ peer }: AvsDevice): Pick<Message, 'dest'> {
    return peer === undefined ? {} : { dest: this.#configuration.devices[peer]!.self };
  }

  #cancel(device: AvsDevice): Message {
    return { type: 'CANCEL', sessid: this.#session(device), resp: false, ...this.#dest(device) };
  }

  #say(device: AvsDevice, resp: boolean): readonly Packet[] {
    const { current, peer } = device;
    if (current?.remote === undefined || peer === undefined) return [];
    return [{ from: this.#position, to: peer, flow: current.remote, message: { type: 'HANGUP', sessid: this.#session(device), resp } }];
  }

  #toPeer(device: AvsDevice, message: Message): readonly Packet[] {
    const { devices } = this.#configuration;
    const user = devices[this.#position]!.self.user;
    return devices.flatMap(({ self }, to) => (self.user !== user && (device.peer === undefined || device.peer === to) ? [{ from: this.#position, to, message }] : []));
  }

  #session(device: AvsDevice): string {
    return `${this.#name}${String(device.sessions)}`;
  }

  get #name(): string {
    return this.#configuration.devices[this.#position]!.self.device;
  }

  /** It runs no engine of ours. */
  #step(next: AvsDevice, sent: readonly Packet[], label: string, loses = false): Step<AvsDevice> {
    return { label, next, sent, loses, fed: [] };
  }
}

/** What it had is forgotten; only the next session has another id. */
function over({ sessions, starts }: AvsDevice): AvsDevice {
  return { state: 'idle', sessions, starts };
}
