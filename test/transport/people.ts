import type { Device } from '../../src/base/device.ts';
import type { IncomingMessage, OutgoingMessage, SealedChannel } from '../../src/transport/index.ts';

export const ALICE: Device = { user: 'alice', device: 'phone' };
export const ALICES_OTHER: Device = { user: 'alice', device: 'laptop' };
export const BOB: Device = { user: 'bob', device: 'phone' };
export const BOBS_OTHER: Device = { user: 'bob', device: 'laptop' };
export const MALLORY: Device = { user: 'mallory', device: 'phone' };

/** A ring for everyone who is called so. */
export function ring(text: string, user = 'bob', conversation = 'alice-and-bob'): OutgoingMessage {
  return { conversation, to: { type: 'users', users: [user], except: [] }, text, urgency: 'ring' };
}

/** What a channel hears from now on. */
export function listen(channel: SealedChannel): IncomingMessage[] {
  const heard: IncomingMessage[] = [];
  channel.onMessage((message) => heard.push(message));
  return heard;
}

export function texts(heard: readonly IncomingMessage[]): string[] {
  return heard.map(({ text }) => text);
}
