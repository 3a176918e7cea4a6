import { sameDevice, sameId, type Device } from '../../src/base/device.ts';
import type { Audience, Input, Message, OfferId } from '../../src/econn/index.ts';
import { canonicalMessage } from './canonical.ts';
import type { Configuration } from './configuration.ts';
import type { Packet } from './packet.ts';

/** What a sender hears of what became of its message. */
export type Settling = Input & { readonly type: 'settled' };

/** Turns what one device says into packets for the devices that it addresses. */
export class PostOffice {
  readonly #configuration: Configuration;
  readonly #position: number;

  constructor(configuration: Configuration, position: number) {
    this.#configuration = configuration;
    this.#position = position;
  }

  /** Over the backend. Answers with what the sender will hear of it, if that can make a difference. */
  post(to: Audience, message: Message, live: OfferId | undefined, refused: boolean, sent: Packet[]): Settling | undefined {
    const addressed = this.#configuration.devices.flatMap(({ self }, position) => (this.#isAddressed(to, self) ? [position] : []));
    if (!refused) sent.push(...addressed.map((position) => this.#packet(position, message)));
    const call = 'call' in message && message.call !== undefined ? message.call : live;
    if (call === undefined || !(message.type === 'SETUP' || message.type === 'CANCEL')) return undefined;
    return { type: 'settled', message: message.type, resp: message.resp, call, outcome: refused ? 'refused' : 'taken', devices: refused ? [] : addressed.map((position) => this.deviceAt(position)) };
  }

  /** Over the channel whose other end has this description. Signs of life and props are left out. */
  say(to: Device, message: Message, flow: string, sent: Packet[]): void {
    if (message.type === 'HANGUP') sent.push({ ...this.#packet(this.positionOf(to), message), flow });
  }

  deviceAt(position: number): Device {
    return this.#configuration.devices[position]!.self;
  }

  positionOf(device: Device): number {
    return this.#configuration.devices.findIndex(({ self }) => sameDevice(self, device));
  }

  #packet(to: number, message: Message): Packet {
    return { from: this.#position, to, message: this.#configuration.canonical ? canonicalMessage(message) : message };
  }

  #isAddressed(to: Audience, device: Device): boolean {
    if (sameDevice(device, this.deviceAt(this.#position))) return false;
    if (to.type === 'devices') return to.devices.some((other) => sameDevice(other, device));
    return to.users.some((user) => sameId(user, device.user)) && !to.except.some((other) => sameDevice(other, device));
  }
}
