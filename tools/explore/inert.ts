import { sameDevice } from '../../src/base/device.ts';
import { covers, sameOffer, type Econn, type OfferId } from '../../src/econn/index.ts';
import type { Packet } from './packet.ts';

/**
 * Whether a message will never again have an effect on a device, whatever happens: it is about a call that is
 * over there, and says no more than that. Such a message is taken off the road at once, which spares the
 * explorer all the moments at which it might still arrive in vain.
 *
 * `test/explore/canonical.test.ts` checks on every known device that it is ignored now, and after every step too.
 */
export function isInert(econn: Econn, { message }: Packet): boolean {
  if (message.type === 'SETUP') return !message.resp && message.offer !== undefined && isOver(econn, message.offer);
  if (message.type === 'CANCEL') return message.call !== undefined && isOver(econn, message.call) && !isIgnored(econn, message.call);
  return message.type === 'REJECT' && message.call !== undefined && isOver(econn, message.call);
}

/** Not the live call, nor one that can become it: those are beyond our counter, or their device's mark. */
function isOver({ memory }: Econn, call: OfferId): boolean {
  if (memory.call !== undefined && (sameOffer(memory.call.id, call) || sameOffer(memory.call.offer, call))) return false;
  if (sameDevice(call, memory.self)) return covers(memory.ledger.own, call);
  return memory.ledger.marks.some((mark) => sameDevice(mark.device, call) && covers(mark, call));
}

function isIgnored({ memory }: Econn, call: OfferId): boolean {
  return memory.call?.ignored.some((other) => sameOffer(other, call)) ?? false;
}
