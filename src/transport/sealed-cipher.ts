import type { Device } from '../base/device.ts';
import { sameDevice } from '../base/device.ts';
import type { Entropy } from '../base/entropy.ts';
import type { BackendTimeMs } from '../base/units.ts';
import type { Parcel } from './carrier.ts';
import type { DeviceKeys } from './device-keys.ts';
import { envelopeReference, openEnvelope, sealEnvelope, unknownPrekeyNotice } from './envelope.ts';
import type { IdentityPins } from './identity-pins.ts';
import type { DirectoryEntry, KeyDirectory } from './key-directory.ts';
import { TEXT_LIMIT, textBytes, type Letter } from './letter.ts';
import type { MessageCipher, Opening, Sealing } from './message-cipher.ts';
import type { Refusal } from './refusal.ts';
import { PrekeyJudge } from './signed-prekey.ts';
import { keyPairOf } from './sodium.ts';

export type SealedCipherOptions = {
  readonly self: Device;
  /** Owned from here on: closing the cipher wipes them. */
  readonly keys: DeviceKeys;
  readonly directory: KeyDirectory;
  readonly pins: IdentityPins;
  readonly entropy: Entropy;
};

/**
 * callcore's own end-to-end encryption: one Noise X envelope for each message and device. There is no session
 * that could get out of step; every envelope has an ephemeral key of its own, so no nonce can repeat.
 */
export class SealedCipher implements MessageCipher {
  readonly protection = 'sealed' as const;
  #self: Device;
  #keys: DeviceKeys;
  #directory: KeyDirectory;
  #pins: IdentityPins;
  #entropy: Entropy;
  #judge: PrekeyJudge;

  constructor({ self, keys, directory, pins, entropy }: SealedCipherOptions) {
    this.#self = self;
    this.#keys = keys;
    this.#directory = directory;
    this.#pins = pins;
    this.#entropy = entropy;
    this.#judge = new PrekeyJudge(keys.sodium);
  }

  /** The ephemeral key is drawn at once: neither order nor keys can depend on what is awaited. */
  async seal(letter: Letter, { device, bundle }: DirectoryEntry, now: BackendTimeMs): Promise<Sealing> {
    const secret = this.#entropy.bytes(32);
    if (!this.#pins.knows(device.user)) {
      const answer = await this.#directory.bundles([device.user], 'cached');
      if (answer.type === 'found') this.#pins.meet(device.user, answer.devices);
    }
    const sealing = this.#seal(letter, device, bundle, now, secret);
    this.#keys.sodium.memzero(secret);
    return sealing;
  }

  async open(parcel: Parcel): Promise<Opening> {
    if (this.#keys.closed) return { type: 'refused', because: 'not-authentic' };
    const { sodium } = this.#keys;
    const addressing = { conversation: parcel.conversation, from: parcel.from, to: this.#self };
    const opening = openEnvelope(sodium, addressing, { recipientIdentity: this.#keys.identityKey, prekey: (id) => this.#keys.prekey(id) }, parcel.bytes);
    if (opening.type === 'notice') return opening;
    if (opening.type === 'refused') {
      if (opening.because !== 'unknown-prekey') return opening;
      return { ...opening, reply: unknownPrekeyNotice(envelopeReference(sodium, parcel.bytes)) };
    }
    const objection = await this.#objection(parcel.from, opening.senderIdentity);
    return objection === undefined ? { type: 'opened', letter: opening.letter } : { type: 'refused', because: objection };
  }

  close(): void {
    this.#keys.close();
  }

  #seal(letter: Letter, to: Device, bundle: DirectoryEntry['bundle'], now: BackendTimeMs, secret: Uint8Array): Sealing {
    if (textBytes(letter.text) > TEXT_LIMIT) return { type: 'unsealed', because: 'too-large' };
    if (this.#keys.closed || bundle === undefined) return NO_USABLE_KEY;
    const { sodium } = this.#keys;
    if (!this.#judge.isGood(bundle, now)) return NO_USABLE_KEY;
    const verdict = this.#pins.admit(to, bundle.identityKey, 'we-write');
    if (verdict !== 'accepted') return { type: 'unsealed', because: verdict };
    const keys = {
      senderIdentity: this.#keys.identityKey,
      sender: this.#keys.exchange,
      recipientIdentity: bundle.identityKey,
      recipientPrekey: bundle.prekey.publicKey,
      ephemeral: keyPairOf(sodium, secret),
    };
    const bytes = sealEnvelope(sodium, { from: this.#self, to }, keys, letter);
    return bytes === undefined ? NO_USABLE_KEY : { type: 'sealed', bytes, reference: envelopeReference(sodium, bytes) };
  }

  /**
   * Why the holder of this key is not to be believed to be that device. A pinned key needs no directory; any
   * other must be the one that the directory lists now, and pass the app's policy.
   */
  async #objection(from: Device, identityKey: Uint8Array): Promise<Refusal | undefined> {
    if (this.#pins.judge(from, identityKey) === 'same') return this.#verdict(from, identityKey);
    let listing: 'same' | 'different' | 'absent' | 'unavailable' = 'absent';
    for (const freshness of ['cached', 'recent'] as const) {
      const answer = await this.#directory.bundles([from.user], freshness);
      listing = answer.type === 'unavailable' ? 'unavailable' : this.#listing(answer.devices, from, identityKey);
      if (answer.type === 'unavailable' || listing !== 'same') continue;
      this.#pins.meet(from.user, answer.devices);
      return this.#verdict(from, identityKey);
    }
    if (listing === 'unavailable') return 'directory-unavailable';
    return listing === 'absent' ? 'unknown-sender' : 'sender-mismatch';
  }

  #verdict(from: Device, identityKey: Uint8Array): Refusal | undefined {
    const verdict = this.#pins.admit(from, identityKey, 'they-write');
    return verdict === 'accepted' ? undefined : verdict;
  }

  #listing(devices: readonly DirectoryEntry[], from: Device, identityKey: Uint8Array): 'same' | 'different' | 'absent' {
    const listed = devices.find(({ device }) => sameDevice(device, from))?.bundle?.identityKey;
    if (listed === undefined) return 'absent';
    return listed.length === identityKey.length && this.#keys.sodium.memcmp(listed, identityKey) ? 'same' : 'different';
  }
}

const NO_USABLE_KEY: Sealing = { type: 'unsealed', because: 'no-usable-key' };
