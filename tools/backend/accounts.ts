import { createHash, timingSafeEqual } from 'node:crypto';
import { deviceKey, sameDevice, sameId, type Device } from '../../src/base/device.ts';
import type { DirectoryEntry, KeyBundle } from '../../src/transport/index.ts';
import { Mailbox } from './mailbox.ts';
import { RELAY_LIMITS } from './relay-limits.ts';

export type Account = {
  /** As it first wrote its name. */
  readonly device: Device;
  readonly mailbox: Mailbox;
  readonly replies: Replies;
  /** Absent until the device has published: before that nobody can seal for it. */
  listed: boolean;
  bundle: KeyBundle | undefined;
};

/** Whether this token speaks for this user. */
export type Authorise = (user: string, token: string) => boolean;

type User = { readonly tokenDigest: Buffer; readonly devices: Account[] };

/**
 * Every device that ever said hello. A token is a user's, not a device's: who could add a device to somebody
 * would be among those that messages for that user are sealed to. Without an `authorise`, registration is open,
 * and the first token shown for a user is that user's from then on.
 */
export class Accounts {
  #authorise: Authorise | undefined;
  #byDevice = new Map<string, Account>();
  #byUser = new Map<string, User>();

  constructor(authorise?: Authorise) {
    this.#authorise = authorise;
  }

  /** The account of that device if the token is its user's; a new one if there was none. */
  admit(device: Device, token: string): Account | 'wrong-token' | 'full' {
    const tokenDigest = createHash('sha256').update(token).digest();
    const name = device.user.toLowerCase();
    const user = this.#byUser.get(name) ?? { tokenDigest, devices: [] };
    if (!this.#speaksFor(user, device, token, tokenDigest)) return 'wrong-token';
    const known = this.find(device);
    if (known !== undefined) return known;
    if (user.devices.length >= RELAY_LIMITS.devicesPerUser || this.#byDevice.size >= RELAY_LIMITS.devices) return 'full';
    const account: Account = { device, mailbox: new Mailbox(), replies: new Replies(), listed: false, bundle: undefined };
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
    const unique = users.filter((user, index) => users.findIndex((other) => sameId(other, user)) === index);
    return unique
      .flatMap((user) => this.#byUser.get(user.toLowerCase())?.devices ?? [])
      .filter(({ listed }) => listed)
      .map(({ device, bundle }) => (bundle === undefined ? { device } : { device, bundle }));
  }

  /** Published devices of these users beyond those named. */
  missing(users: readonly string[], named: readonly Device[]): readonly Device[] {
    return this.entries(users)
      .map(({ device }) => device)
      .filter((device) => !named.some((other) => sameDevice(other, device)));
  }

  #speaksFor(user: User, { user: name }: Device, token: string, tokenDigest: Buffer): boolean {
    return this.#authorise === undefined ? timingSafeEqual(user.tokenDigest, tokenDigest) : this.#authorise(name, token);
  }
}

/** The latest replies to a device, so that a repeated request is not carried out twice. */
export class Replies {
  #session = '';
  #replies = new Map<number, string>();

  /** Whether the latest connection was of this session: the same run of the same program. */
  isOf(session: string): boolean {
    return session === this.#session;
  }

  /** Another session counts its requests anew. */
  begin(session: string): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#replies.clear();
  }

  find(request: number): string | undefined {
    return this.#replies.get(request);
  }

  keep(request: number, reply: string): void {
    this.#replies.set(request, reply);
    const oldest = this.#replies.keys().next();
    if (this.#replies.size > RELAY_LIMITS.repliesPerDevice && oldest.done !== true) this.#replies.delete(oldest.value);
  }
}
