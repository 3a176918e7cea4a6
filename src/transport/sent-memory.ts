import type { Clock } from '../base/clock.ts';
import { deviceKey, type Device } from '../base/device.ts';
import { seconds, type InstantMs } from '../base/units.ts';
import type { DirectoryEntry } from './key-directory.ts';
import type { Letter } from './letter.ts';
import type { OutgoingMessage } from './port.ts';

export type Sent = { readonly letter: Letter; readonly to: DirectoryEntry; readonly urgency: OutgoingMessage['urgency'] };

/** Beyond this a call attempt is over and sending again would help nobody. */
const KEPT_FOR = seconds(75);
/** Some 200 kB of offers: enough for the calls that one device can have under way. */
const KEPT = 64;

/**
 * What was sealed lately, so that a recipient which lacked the key can get it once more. An entry is given
 * out once: however many notices are forged, a message is sealed again at most once.
 */
export class SentMemory {
  #clock: Clock;
  #entries = new Map<string, { readonly at: InstantMs; readonly sent: Sent }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(reference: Uint8Array, sent: Sent): void {
    this.#forgetOld();
    this.#entries.set(nameOf(reference, sent.to.device), { at: this.#clock.now(), sent });
  }

  /** What went to `device` under that reference, unless it was taken before. */
  take(reference: Uint8Array, device: Device): Sent | undefined {
    this.#forgetOld();
    const name = nameOf(reference, device);
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    return entry?.sent;
  }

  clear(): void {
    this.#entries.clear();
  }

  #forgetOld(): void {
    for (const [name, { at }] of this.#entries) {
      if (this.#entries.size < KEPT && this.#clock.now() - at < KEPT_FOR) return;
      this.#entries.delete(name);
    }
  }
}

function nameOf(reference: Uint8Array, device: Device): string {
  return `${String.fromCharCode(...reference)}${deviceKey(device)}`;
}
