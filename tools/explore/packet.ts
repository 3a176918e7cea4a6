import type { Message } from '../../src/econn/index.ts';

/** One message on its way to one device, by position in the configuration. */
export type Packet = {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
  /** Over the data channel: the receiver's end, by its description. Absent: over the backend. */
  readonly flow?: string;
};

/** How people speak of it: type, whose offer, and which of them. */
export function packetInWords({ message }: Packet): string {
  const name = message.type === 'REJECT' && message.cause === 'busy' ? 'BUSY' : message.resp ? `${message.type}(r)` : message.type;
  const about = 'offer' in message && message.offer !== undefined ? message.offer : 'call' in message ? message.call : undefined;
  const withdrawn = 'withdrawn' in message && message.withdrawn !== undefined && message.withdrawn.counter > 0 ? ` −${String(message.withdrawn.counter)}` : '';
  return about === undefined ? `${name} ${message.sessid}` : `${name} ${offerInWords(about)}${withdrawn}`;
}

/** `a1.2`: the second offer of a1; `a1′.2`: in its second life. `a1~Xy12`: that session of a1. */
export function offerInWords(offer: { readonly device: string; readonly incarnation: string; readonly counter: number }): string {
  if (offer.incarnation.startsWith('~')) return `${offer.device}${offer.incarnation}`;
  return `${offer.device}${'′'.repeat(Number(offer.incarnation.replace(/\D/gu, '')) || 0)}.${String(offer.counter)}`;
}
