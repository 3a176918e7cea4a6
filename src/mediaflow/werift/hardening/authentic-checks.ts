import { parseMessage, type Message } from 'werift';
import { CheckedOnce } from './checked-once.ts';
import type { CheckedSenders } from './checked-senders.ts';
import type { IceInside } from './werift-internals.ts';

/**
 * Hears only connectivity checks from whoever has our password (RFC 8445 §7.3: MESSAGE-INTEGRITY). Stock
 * werift answers anybody's: a stranger that finds the port learns that it is one of ours, fills the list of
 * candidates, turns the roles round, and has the media sent to itself by naming itself the chosen path.
 * Whoever was heard is known to `senders`. Once a connection stands, a check that was recorded and comes from
 * somewhere else is not heard.
 */
export function hearAuthenticChecksOnly(ice: IceInside, senders: CheckedSenders): void {
  const once = new CheckedOnce();
  const ensureProtocol = ice.ensureProtocol.bind(ice);
  ice.ensureProtocol = (protocol) => {
    const requests = protocol.onRequestReceived;
    const execute = requests.execute.bind(requests);
    requests.execute = (message, address, datagram) => {
      if (datagram === undefined || !isAuthentic(ice, message, datagram)) return;
      const replayed = once.isReplayed(message.transactionIdHex, address);
      // Whoever overtakes the peer with its own checks must not keep a call from being set up.
      if ((!replayed || ice.nominated === undefined) && senders.admit(address)) execute(message, address, datagram);
    };
    ensureProtocol(protocol);
  };
}

function isAuthentic(ice: IceInside, message: Message, datagram: Buffer): boolean {
  const username: unknown = message.getAttributeValue('USERNAME');
  if (typeof username !== 'string') return false;
  const [ours = ''] = username.split(':', 1);
  const password = ours === ice.localUsername ? ice.localPassword : Object.hasOwn(ice.userHistory, ours) ? ice.userHistory[ours] : undefined;
  return password !== undefined && parseMessage(datagram, Buffer.from(password)) !== undefined;
}
