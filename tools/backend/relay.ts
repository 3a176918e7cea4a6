import { deviceKey, sameDevice, type Device } from '../../src/base/device.ts';
import type { StopTimer } from '../../src/base/clock.ts';
import { backendTime, type DurationMs } from '../../src/base/units.ts';
import { encodeServerFrame, parseClientFrame, PROTOCOL_VERSION, type CarrierOutcome, type ClientFrame, type DenialReason, type Dispatch, type ServerFrame } from '../../src/transport/index.ts';
import { Accounts, type Account, type Authorise } from './accounts.ts';
import type { Mail } from './mailbox.ts';
import { RELAY_LIMITS } from './relay-limits.ts';

/** One connection, as the relay sees it. */
export type Link = {
  send(text: string): void;
  /** Ends it. The relay has let go of it already. */
  close(): void;
};

export type RelayOptions = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Sets the parcel ids of this run apart from those of earlier ones. */
  readonly run: string;
  /** Runs `act` after that span; returns what calls it off. Without it no last wills are kept. */
  readonly later?: (span: DurationMs, act: () => void) => StopTimer;
  /** Whose token a token is. Default: registration is open; the first token shown for a user is that user's from then on. */
  readonly authorise?: Authorise | undefined;
  /** Mail came for a device that is not there: where a push service would wake it. */
  readonly onAway?: (device: Device, mail: Mail) => void;
};

type Conversation = { readonly type: 'stranger' } | { readonly type: 'device'; readonly account: Account };

/**
 * The relay without its sockets: texts in, texts out, synchronously. It keeps directory and mail in memory,
 * sees who writes to whom, and cannot read what they write.
 */
export class Relay {
  #options: RelayOptions;
  #accounts: Accounts;
  #links = new Map<Link, Conversation>();
  #strangers = new Set<Link>();
  #online = new Map<string, Link>();
  /** Last wills by their sender. */
  #wills = new Map<string, Set<StopTimer>>();
  #parcels = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#accounts = new Accounts(options.authorise);
  }

  get connections(): number {
    return this.#links.size;
  }

  opened(link: Link): void {
    if (this.#links.size >= RELAY_LIMITS.connections) return this.#deny(link, 'full');
    this.#links.set(link, { type: 'stranger' });
    this.#strangers.add(link);
    // Who has something to say says it at once: of those that are waited for, the longest silent gives way.
    for (const silent of this.#strangers) {
      if (this.#strangers.size <= RELAY_LIMITS.strangers) return;
      this.#deny(silent, 'full');
    }
  }

  closed(link: Link): void {
    const conversation = this.#links.get(link);
    this.#links.delete(link);
    this.#strangers.delete(link);
    if (conversation?.type !== 'device') return;
    this.#online.delete(deviceKey(conversation.account.device));
  }

  /** One text of a connection. Total: nonsense ends the connection, not the relay. */
  received(link: Link, text: unknown): void {
    const conversation = this.#links.get(link);
    switch (conversation?.type) {
      case 'stranger': {
        const frame = typeof text === 'string' && text.length <= HELLO_LIMIT ? parseClientFrame(text) : undefined;
        return frame?.type === 'hello' ? this.#greet(link, frame) : this.#deny(link, 'nonsense');
      }
      case 'device': {
        const { account } = conversation;
        if (!this.#charge(account, costOfSize(text))) return this.#deny(link, 'too-fast');
        const frame = parseClientFrame(text);
        if (frame === undefined) return this.#deny(link, 'nonsense');
        return this.#charge(account, this.#work(frame)) ? this.#serve(link, account, frame) : this.#deny(link, 'too-fast');
      }
      case undefined:
    }
  }

  #charge({ allowance }: Account, cost: number): boolean {
    return allowance.spend(cost, this.#options.now());
  }

  /** What a frame costs beyond its size. */
  #work(frame: ClientFrame): number {
    switch (frame.type) {
      case 'send': {
        const { parcels, complete, except } = frame.dispatch;
        return parcels.length + Math.ceil((complete.length + this.#accounts.count(complete) + except.length) / 8);
      }
      case 'bundles':
        return Math.ceil((frame.users.length + this.#accounts.count(frame.users)) / 4);
      case 'hello':
      case 'publish':
      case 'ack':
      case 'ping':
        return 0;
    }
    return frame satisfies never;
  }

  #greet(link: Link, { version, self, token, session }: Extract<ClientFrame, { type: 'hello' }>): void {
    if (version !== PROTOCOL_VERSION) return this.#deny(link, 'unknown-version');
    const account = this.#accounts.admit(self, token, this.#options.now());
    if (account === 'wrong-token' || account === 'full') return this.#deny(link, account);
    // Its mail comes with the welcome, each time.
    if (!this.#charge(account, 1 + Math.floor(account.mailbox.bytes / 65_536))) return this.#deny(link, 'too-fast');
    const key = deviceKey(account.device);
    const former = this.#online.get(key);
    // A device that changed networks comes back before its old connection is known to be dead.
    if (former !== undefined) this.#replace(former, account.replies.isOf(session));
    this.#links.set(link, { type: 'device', account });
    this.#strangers.delete(link);
    this.#online.set(key, link);
    this.#voidWills(key);
    account.replies.begin(session);
    this.#say(link, { type: 'welcome', now: backendTime(this.#options.now()) });
    for (const { id, parcel } of account.mailbox.list(this.#options.now())) this.#say(link, { type: 'parcel', id, parcel });
  }

  #serve(link: Link, account: Account, frame: ClientFrame): void {
    switch (frame.type) {
      case 'hello':
        return this.#deny(link, 'nonsense');
      case 'ping':
        return this.#say(link, { type: 'pong', now: backendTime(this.#options.now()) });
      case 'ack':
        // Whoever sent it has paid for a parcel's way, acknowledgement included.
        for (const id of frame.parcels) if (account.mailbox.remove(id)) account.allowance.giveBack(1 / frame.parcels.length);
        return;
      case 'publish':
        account.listed = true;
        account.bundle = frame.bundle;
        return this.#say(link, { type: 'published', request: frame.request });
      case 'bundles':
        return this.#say(link, { type: 'bundles', request: frame.request, devices: this.#accounts.entries(frame.users) });
      case 'send': {
        const answered = account.replies.find(frame.request);
        const reply = answered ?? encodeServerFrame({ type: 'sent', request: frame.request, result: this.#dispatch(account, frame.dispatch) });
        account.replies.keep(frame.request, reply);
        return link.send(reply);
      }
    }
  }

  #dispatch(from: Account, dispatch: Dispatch): Extract<ServerFrame, { type: 'sent' }>['result'] {
    const { parcels, complete, except, unlessBackWithin } = dispatch;
    if (unlessBackWithin !== undefined) return this.#keepWill(from, dispatch, unlessBackWithin);
    const outcomes = parcels.map((parcel) => this.#deliver(from, dispatch, parcel));
    const named = [from.device, ...except, ...parcels.map(({ to }) => to)];
    return { type: 'taken', outcomes, missing: this.#accounts.missing(complete, named) };
  }

  /** A device has a few at a time, one for each of its calls; more are not taken. */
  #keepWill(from: Account, { unlessBackWithin: _, ...dispatch }: Dispatch, span: DurationMs): Extract<ServerFrame, { type: 'sent' }>['result'] {
    const key = deviceKey(from.device);
    const wills = this.#wills.get(key) ?? new Set();
    const { later } = this.#options;
    if (later === undefined || wills.size >= RELAY_LIMITS.wills) return { type: 'refused', because: 'rejected' };
    this.#wills.set(key, wills);
    const stop = later(span, () => {
      wills.delete(stop);
      this.#dispatch(from, dispatch);
    });
    wills.add(stop);
    return { type: 'taken', outcomes: [], missing: [] };
  }

  #voidWills(key: string): void {
    for (const stop of this.#wills.get(key) ?? []) stop();
    this.#wills.delete(key);
  }

  #deliver(from: Account, { conversation, urgency, ringFor }: Dispatch, { to, bytes }: Dispatch['parcels'][number]): CarrierOutcome {
    const account = this.#accounts.find(to);
    if (account === undefined || !account.listed || sameDevice(to, from.device)) return { device: to, outcome: 'gone' };
    const id = `${this.#options.run}-${++this.#parcels}`;
    const parcel = { conversation, from: from.device, bytes };
    const at = this.#options.now();
    const mail: Mail = ringFor === undefined ? { id, parcel, at, urgency } : { id, parcel, at, urgency, ringUntil: at + ringFor };
    account.mailbox.put(mail);
    const link = this.#online.get(deviceKey(to));
    if (link === undefined) {
      this.#options.onAway?.(to, mail);
      return { device: to, outcome: 'away' };
    }
    this.#say(link, { type: 'parcel', id, parcel });
    return { device: to, outcome: 'delivered' };
  }

  #replace(link: Link, bySameProgram: boolean): void {
    if (bySameProgram) {
      this.closed(link);
      link.close();
    } else this.#deny(link, 'replaced');
  }

  #deny(link: Link, because: DenialReason): void {
    this.#say(link, { type: 'denied', because });
    this.closed(link);
    link.close();
  }

  #say(link: Link, frame: ServerFrame): void {
    link.send(encodeServerFrame(frame));
  }
}

/** A greeting is some names. */
const HELLO_LIMIT = 8192;

/** What a frame costs by its size, before anything of it is read. */
function costOfSize(text: unknown): number {
  return 1 + (typeof text === 'string' ? Math.floor(text.length / 4096) : 0);
}
