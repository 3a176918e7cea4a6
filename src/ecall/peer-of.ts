import { sameId, type Device } from '../base/device.ts';
import type { Message } from '../econn/index.ts';

/**
 * Whose conversation it is, from its first message: the other user says it by speaking, our own devices by
 * the call they name, or by whom they write to.
 */
export function peerOf(self: Device, from: Device, message: Message): string | undefined {
  if (!sameId(from.user, self.user)) return from.user;
  const offerer = 'call' in message ? message.call?.user : undefined;
  return [offerer, message.dest?.user].find((user) => user !== undefined && !sameId(user, self.user));
}
