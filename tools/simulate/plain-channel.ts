import type { Device } from '../../src/base/device.ts';
import { ms } from '../../src/base/units.ts';
import type { BackendChannel, Carrier, CarrierResult, IncomingMessage, MemoryDirectory, OutgoingMessage, SendResult } from '../../src/transport/index.ts';

/**
 * The shortest channel over a carrier: a moment, a blank, the text. Unlike a sealed one it lets repeated mail
 * through, so that the engine has to deal with it.
 */
export class PlainChannel implements BackendChannel {
  readonly protection = 'plaintext';
  readonly self: Device;
  readonly #carrier: Carrier;
  readonly #directory: MemoryDirectory;

  constructor(carrier: Carrier, directory: MemoryDirectory) {
    this.self = carrier.self;
    this.#carrier = carrier;
    this.#directory = directory;
  }

  send({ conversation, to, text, urgency }: OutgoingMessage): Promise<SendResult> {
    const devices = to.type === 'devices' ? to.devices : to.users.flatMap((user) => this.#directory.devicesOf(user, [this.self, ...to.except]));
    const bytes = Buffer.from(`${this.backendNow()} ${text}`);
    return this.#carrier.send({ conversation, parcels: devices.map((device) => ({ to: device, bytes })), complete: [], except: [], urgency }).then(withoutMissing);
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    this.#carrier.onParcel(({ conversation, from, bytes }) => {
      const letter = textOf(bytes);
      const blank = letter.indexOf(' ');
      listener({ conversation, from, text: letter.slice(blank + 1), age: ms(Math.max(0, this.backendNow() - Number(letter.slice(0, blank)))) });
      return DEALT_WITH;
    });
  }

  backendNow(): ReturnType<BackendChannel['backendNow']> {
    return this.#carrier.backendNow();
  }

  close(): Promise<void> {
    return this.#carrier.close();
  }
}

const DEALT_WITH = Promise.resolve('dealt-with' as const);

function withoutMissing(result: CarrierResult): SendResult {
  return result.type === 'taken' ? { type: 'taken', outcomes: result.outcomes } : result;
}

/** As a TextDecoder says it, at a third of the cost. */
function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}
