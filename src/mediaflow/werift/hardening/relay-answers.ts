import { classes, parseMessage, type Message, type TurnProtocol } from 'werift';
import type { MessageInside, TurnInside } from './werift-internals.ts';

/**
 * Lets a TURN server say no. A server that does not know our key cannot sign its answer with it (RFC 8489 §9.2.4),
 * and stock werift hears only signed ones: wrong credentials look like a dead server for six seconds, and a nonce
 * that has grown stale in the middle of a call costs the relay.
 */
export function hearRefusals(turn: TurnProtocol): void {
  const inside = turn as unknown as TurnInside;
  const stock = inside.handleSTUNMessage.bind(turn);
  inside.handleSTUNMessage = (data, from) => {
    const message = parseMessage(data);
    const transaction = message === undefined ? undefined : inside.transactions[message.transactionIdHex];
    if (message !== undefined && transaction !== undefined && mayBeUnsigned(message)) transaction.integrityKey = undefined;
    stock(data, from);
  };
  const request = turn.request.bind(turn);
  turn.request = async (message, ...rest) => {
    unsign(message);
    return request(message, ...rest);
  };
}

/** What is said again with another nonce is signed anew; stock werift puts the second signature over the first. */
function unsign(message: Message): void {
  const attributes = (message as unknown as MessageInside).attributes;
  const content = attributes.filter(([name]) => name !== 'MESSAGE-INTEGRITY' && name !== 'FINGERPRINT');
  attributes.splice(0, attributes.length, ...content);
}

/** The code of the server's answer, when an error is one (RFC 8489 §14.8). */
export function codeOf(error: unknown): number | undefined {
  const response = error instanceof Error && 'response' in error ? (error.response as Message | undefined) : undefined;
  const code: unknown = (response?.getAttributeValue('ERROR-CODE') as readonly unknown[] | undefined)?.[0];
  return typeof code === 'number' ? code : undefined;
}

/** Unauthorized, forbidden, stale nonce twice in a row, wrong credentials. */
export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && UNSIGNED.has(code);
}

function mayBeUnsigned(message: Message): boolean {
  if (message.messageClass !== classes.ERROR || message.attributesKeys.includes('MESSAGE-INTEGRITY')) return false;
  const code: unknown = (message.getAttributeValue('ERROR-CODE') as readonly unknown[] | undefined)?.[0];
  return typeof code === 'number' && UNSIGNED.has(code);
}

const UNSIGNED = new Set([401, 403, 438, 441]);
