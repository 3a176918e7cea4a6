import type { Device } from '../../src/base/device.ts';
import { encodeMessage, parseMessage, type Audience, type Message } from '../../src/econn/index.ts';
import type { Town } from '../../src/testing/index.ts';
import type { BackendChannel } from '../../src/transport/index.ts';

/** A device without an engine: it says what a test writes, and keeps what it hears. */
export class Hand {
  readonly heard: Message[] = [];
  readonly #channel: BackendChannel;

  private constructor(channel: BackendChannel) {
    this.#channel = channel;
    channel.onMessage(({ text }) => {
      const parsed = parseMessage(text);
      if (parsed.ok) this.heard.push(parsed.message);
    });
  }

  static async of(town: Town, device: Device): Promise<Hand> {
    return new Hand(await town.hub.channel(device));
  }

  async say(to: Device, ...messages: readonly Message[]): Promise<void> {
    const audience: Audience = { type: 'devices', devices: [to] };
    for (const message of messages) await this.#channel.send({ conversation: 'c', to: audience, text: encodeMessage(message), urgency: 'normal' });
  }
}
