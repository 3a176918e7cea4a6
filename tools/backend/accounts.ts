import { createHash, timingSafeEqual } from 'node:crypto';
import { deviceKey, type Device } from '../../src/base/device.ts';
import type { DirectoryEntry, KeyBundle } from '../../src/transport/index.ts';
import { Allowance } from './allowance.ts';
import { Mailbox, PostOffice } from './mailbox.ts';
import { RELAY_LIMITS } from './relay-limits.ts';

export type Account = {
  /** As it first wrote its name. */
  readonly device: Device;
  readonly mailbox: Mailbox;
  /** Shared with the user's other devices. */
  readonly allowance: Allowance;
  readonly replies: Replies;
  /** Absent until the device has published: before that nobody can seal for it. */
  listed: boolean;
  bundle: KeyBundle | undefined;
};

/** Whether this token speaks for this user. */
export type Authorise = (user: string, token: string) => boolean;

type User = { readonly tokenDigest: Buffer; readonly allowance: Allowance; readonly devices: Account[] };

/**
 * Every device that ever said hello. A token is a user's, not a device's: who could add a device to somebody
 * would be among those that messages for that user are sealed to. Without an `authorise`, registration is open,
 * and the first token shown for a user is that user's from then on.
 */
export class Accounts {
  #authorise: Authorise | undefined;
  #byDevice = new Map<string, Account>();
  #byUser = new Map<string, User>();
  #postOffice = new PostOffice();

  constructor(authorise?: Authorise) {
    this.#authorise = authorise;
  }

  /** The account of that device if the token is its user's; a new one if there was none. */
  admit(device: Device, token: string, now: number): Account | 'wrong-token' | 'full' {
    const tokenDigest = createHash('sha256').update(token).digest();
    const name = device.user.toLowerCase();
    const user = this.#byUser.get(name) ?? { tokenDigest, allowance: new Allowance(now), devices: [] };
    if (!this.#speaksFor(user, device, token, tokenDigest)) return 'wrong-token';
    const known = this.find(device);
    if (known !== undefined) return known;
    if (user.devices.length >= RELAY_LIMITS.devicesPerUser || this.#byDevice.size >= RELAY_LIMITS.devices) return 'full';
    const mailbox = new Mailbox(this.#postOffice);
    const account: Account = { device, mailbox, allowance: user.allowance, replies: new Replies(), listed: false, bundle: undefined };
    this.#byDevice.set(deviceKey(device), account);
    this.#byUser.set(name, user);
    user.devices.push(account);
    return account;
  }

  find(device: Device): Account | undefined {
    return this.#byDevice.get(deviceKey(device));
  }

  /** The published devices of these users. */
  entries(users: readonly string[]): readonly DirectoryEntry[] {
    return this.#listed(users).map(({ device, bundle }) => (bundle === undefined ? { device } : { device, bundle }));
  }

  /** Published devices of these users beyond those named. */
  missing(users: readonly string[], named: readonly Device[]): readonly Device[] {
    const known = new Set(named.map(deviceKey));
    return this.#listed(users).flatMap(({ device }) => (known.has(deviceKey(device)) ? [] : [device]));
  }

  /** How many devices a look-up of these users goes through. */
  count(users: readonly string[]): number {
    return users.reduce((count, user) => count + (this.#byUser.get(user.toLowerCase())?.devices.length ?? 0), 0);
  }

  #listed(users: readonly string[]): readonly Account[] {
    const unique = new Set(users.map((user) => user.toLowerCase()));
    return [...unique].flatMap((user) => this.#byUser.get(user)?.devices ?? []).filter(({ listed }) => listed);
  }

  #speaksFor(user: User, { user: name }: Device, token: string, tokenDigest: Buffer): boolean {
    return this.#authorise === undefined ? timingSafeEqual(user.tokenDigest, tokenDigest) : this.#authorise(name, token);
  }
}

/** The latest replies to a device, so that a repeated request is not carried out twice. */
export class Replies {
  #session = '';
  #replies = new Map<number, string>();
  #characters = 0;

  /** Whether the latest connection was of this session: the same run of the same program. */
  isOf(session: string): boolean {
    return session === this.#session;
  }

  /** Another session counts its requests anew. */
  begin(session: string): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#replies.clear();
    this.#characters = 0;
  }

  find(request: number): string | undefined {
    return this.#replies.get(request);
  }

  keep(request: number, reply: string): void {
    this.#characters += reply.length - (this.#replies.get(request)?.length ?? 0);
    this.#replies.set(request, reply);
    for (const [oldest, { length }] of this.#replies) {
      if (this.#replies.size <= RELAY_LIMITS.repliesPerDevice && this.#characters <= RELAY_LIMITS.replyCharactersPerDevice) return;
      if (oldest === request) continue;
      this.#replies.delete(oldest);
      this.#characters -= length;
    }
  }
}
