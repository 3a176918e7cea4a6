import type { Clock } from '../base/clock.ts';
import { deviceKey, sameDevice, sameId, type Device } from '../base/device.ts';
import type { Entropy } from '../base/entropy.ts';
import { after, seconds, type DurationMs } from '../base/units.ts';
import type { Carrier, CarrierResult, Dispatch } from './carrier.ts';
import { Fifo } from './fifo.ts';
import type { DirectoryEntry, Freshness, KeyDirectory } from './key-directory.ts';
import { LETTER_ID_BYTES, TEXT_LIMIT, textBytes, type Letter } from './letter.ts';
import type { MessageCipher } from './message-cipher.ts';
import type { Audience, DeviceOutcome, OutgoingMessage, SendResult } from './port.ts';
import { SentMemory } from './sent-memory.ts';

/** What has waited longer behind others is not tried any more: without a network, each of them takes its time to fail. */
const PATIENCE = seconds(20);

export type OutboxParts = {
  readonly carrier: Carrier;
  readonly cipher: Promise<MessageCipher | 'none'>;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly entropy: Entropy;
};

/** Seals and sends, one message after the other, so that no later message can overtake an earlier one to any device. */
export class Outbox {
  #parts: OutboxParts;
  #fifo = new Fifo();
  #sent: SentMemory;
  #closed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#sent = new SentMemory(parts.clock);
  }

  send(message: OutgoingMessage, unlessBackWithin?: DurationMs): Promise<SendResult> {
    if (textBytes(message.text) > TEXT_LIMIT) return Promise.resolve(refused('too-large'));
    const { carrier, clock, entropy } = this.#parts;
    // Drawn at once: the age of a message counts from the user's decision, not from when the network was free.
    const letter: Letter = { conversation: message.conversation, id: entropy.bytes(LETTER_ID_BYTES), sentAt: carrier.backendNow(), text: message.text };
    const refuseAfter = after(clock.now(), PATIENCE);
    return this.#fifo.run(() => (clock.now() > refuseAfter ? Promise.resolve(refused('offline')) : this.#deliver(message, letter, unlessBackWithin)));
  }

  /** A recipient says it had no key: newer ones are looked up, and the message is sealed once more if there are. */
  sendAgain(reference: Uint8Array, claimant: Device): Promise<void> {
    const sent = this.#sent.take(reference, claimant);
    return sent === undefined ? Promise.resolve() : this.#fifo.run(() => this.#sealAgain(sent));
  }

  /** A hint to a device that its envelope could not be opened. */
  async reply(conversation: string, to: Device, bytes: Uint8Array): Promise<void> {
    await this.#parts.carrier.send({ conversation, parcels: [{ to, bytes }], complete: [], except: [], urgency: 'normal' });
  }

  close(): void {
    this.#closed = true;
    this.#sent.clear();
  }

  async #deliver(message: OutgoingMessage, letter: Letter, unlessBackWithin: DurationMs | undefined): Promise<SendResult> {
    const cipher = await this.#parts.cipher;
    if (this.#closed) return refused('closed');
    if (cipher === 'none') return refused('no-keys');
    const addressed = await this.#addressed(message.to, unlessBackWithin === undefined ? 'cached' : 'known');
    if (addressed === 'unavailable') return refused('no-keys');
    const first = await this.#round(cipher, message, letter, addressed, unlessBackWithin);
    // Who leaves a will has no time for a second try.
    if (unlessBackWithin !== undefined) return first.result.type === 'refused' ? first.result : { type: 'taken', outcomes: first.result.outcomes };
    if (first.result.type === 'refused') return first.result;
    const outcomes = new Map<string, DeviceOutcome>();
    for (const outcome of first.result.outcomes) outcomes.set(deviceKey(outcome.device), outcome);
    for (const outcome of first.unsealed) outcomes.set(deviceKey(outcome.device), outcome);
    for (const device of absentFrom(message.to, addressed)) outcomes.set(deviceKey(device), { device, outcome: 'gone' });
    if (first.outdated || needsRefresh(outcomes, first.result.missing)) await this.#second(cipher, message, letter, outcomes);
    return { type: 'taken', outcomes: [...outcomes.values()] };
  }

  /** Asks the directory itself, once, and sends to whom the first round had nothing for. Nobody gets it twice. */
  async #second(cipher: MessageCipher, message: OutgoingMessage, letter: Letter, outcomes: Map<string, DeviceOutcome>): Promise<void> {
    const fresh = await this.#addressed(message.to, 'fresh');
    if (fresh === 'unavailable') return;
    const unserved = fresh.filter(({ device }) => {
      const known = outcomes.get(deviceKey(device))?.outcome;
      return known === undefined || known === 'stale-prekey' || known === 'untrusted' || (known === 'gone' && message.to.type === 'devices');
    });
    if (unserved.length === 0) return;
    const { result, unsealed } = await this.#round(cipher, message, letter, unserved);
    for (const outcome of unsealed) outcomes.set(deviceKey(outcome.device), outcome);
    if (result.type === 'taken') for (const outcome of result.outcomes) outcomes.set(deviceKey(outcome.device), outcome);
  }

  async #round(cipher: MessageCipher, message: OutgoingMessage, letter: Letter, entries: readonly DirectoryEntry[], unlessBackWithin?: DurationMs): Promise<Round> {
    const { carrier } = this.#parts;
    const now = carrier.backendNow();
    const sealings = await Promise.all(entries.map(async (to) => ({ to, sealing: await cipher.seal(letter, to, now) })));
    const parcels: Dispatch['parcels'][number][] = [];
    const unsealed: DeviceOutcome[] = [];
    let outdated = false;
    for (const { to, sealing } of sealings) {
      if (sealing.type === 'unsealed') {
        if (sealing.because === 'too-large') return { result: refused('too-large'), unsealed, outdated };
        unsealed.push({ device: to.device, outcome: sealing.because === 'no-usable-key' ? 'stale-prekey' : 'untrusted' });
        outdated ||= sealing.because !== 'new-device';
        continue;
      }
      parcels.push({ to: to.device, bytes: sealing.bytes });
      if (sealing.reference !== undefined) this.#sent.keep(sealing.reference, { letter, to, urgency: message.urgency });
    }
    if (this.#closed) return { result: refused('closed'), unsealed, outdated };
    const { urgency, ringFor, conversation, to } = message;
    const everyone = to.type === 'users';
    const except = everyone ? [...to.except, ...unsealed.map(({ device }) => device), carrier.self] : [];
    const dispatch = { conversation, parcels, complete: everyone ? to.users : [], except, urgency };
    if (parcels.length === 0 && dispatch.complete.length === 0) return { result: NOTHING_TO_SEND, unsealed, outdated };
    const result = await carrier.send({ ...dispatch, ...(ringFor === undefined ? {} : { ringFor }), ...(unlessBackWithin === undefined ? {} : { unlessBackWithin }) });
    return { result, unsealed, outdated };
  }

  async #sealAgain({ letter, to, urgency }: Parameters<SentMemory['keep']>[1]): Promise<void> {
    const { carrier, directory } = this.#parts;
    const cipher = await this.#parts.cipher;
    if (this.#closed || cipher === 'none') return;
    const answer = await directory.bundles([to.device.user], 'fresh');
    const entry = answer.type === 'found' ? answer.devices.find(({ device }) => sameDevice(device, to.device)) : undefined;
    if (entry === undefined || hasSamePrekey(entry, to)) return;
    const sealing = await cipher.seal(letter, entry, carrier.backendNow());
    if (sealing.type === 'unsealed' || this.#isClosed()) return;
    const parcels = [{ to: entry.device, bytes: sealing.bytes }];
    await carrier.send({ conversation: letter.conversation, parcels, complete: [], except: [], urgency });
  }

  async #addressed(to: Audience, freshness: Freshness): Promise<readonly DirectoryEntry[] | 'unavailable'> {
    const { carrier, directory } = this.#parts;
    const users = to.type === 'users' ? to.users : uniqueUsers(to.devices);
    const answer = users.length === 0 ? NOBODY : await directory.bundles(users, freshness);
    if (answer.type === 'unavailable') return 'unavailable';
    return answer.devices.filter(({ device }) => {
      if (sameDevice(device, carrier.self)) return false;
      return to.type === 'users' ? !to.except.some((other) => sameDevice(other, device)) : to.devices.some((other) => sameDevice(other, device));
    });
  }

  /** Asked anew after an await, where control flow analysis would still believe the old answer. */
  #isClosed(): boolean {
    return this.#closed;
  }
}

/** `outdated`: for some, a newer look-up may give a key that serves. */
type Round = { readonly result: CarrierResult; readonly unsealed: readonly DeviceOutcome[]; readonly outdated: boolean };

const NOBODY = { type: 'found', devices: [] } as const;
const NOTHING_TO_SEND: CarrierResult = { type: 'taken', outcomes: [], missing: [] };

function refused<Because extends string>(because: Because): { readonly type: 'refused'; readonly because: Because } {
  return { type: 'refused', because };
}

function needsRefresh(outcomes: ReadonlyMap<string, DeviceOutcome>, missing: readonly Device[]): boolean {
  return missing.length > 0 || [...outcomes.values()].some(({ outcome }) => outcome === 'gone');
}

function absentFrom(to: Audience, entries: readonly DirectoryEntry[]): readonly Device[] {
  return to.type === 'users' ? [] : to.devices.filter((device) => !entries.some((entry) => sameDevice(entry.device, device)));
}

function uniqueUsers(devices: readonly Device[]): readonly string[] {
  return devices.map(({ user }) => user).filter((user, index, all) => all.findIndex((other) => sameId(other, user)) === index);
}

function hasSamePrekey(left: DirectoryEntry, right: DirectoryEntry): boolean {
  const [one, other] = [left.bundle?.prekey.publicKey, right.bundle?.prekey.publicKey];
  return one === undefined || other === undefined || (one.length === other.length && one.every((byte, index) => byte === other[index]));
}
