import { VERSION, type Address, type Message } from './message.ts';
import type { WireProps } from './props.ts';

/**
 * The text of a message, fields in AVS's order and ours after them: the same message always gives the same
 * bytes. Parsing the text gives the message back.
 */
export function encodeMessage(message: Message): string {
  if ('fields' in message) return JSON.stringify(message.fields);
  return JSON.stringify({
    version: VERSION,
    type: message.type,
    sessid: message.sessid,
    ...address('src', message.src),
    ...address('dest', message.dest),
    resp: message.resp,
    ...body(message),
  });
}

function body(message: Exclude<Message, { fields: unknown }>): object {
  switch (message.type) {
    case 'SETUP':
    case 'UPDATE': {
      const { sdp, props, call, offer, withdrawn, commit, nonce } = message;
      return { sdp, props: record(props), call, offer, withdrawn, commit, nonce };
    }
    case 'CANCEL':
    case 'REJECT':
      return { call: message.call, cause: message.cause };
    case 'PROPSYNC':
      return { props: record(message.props), call: message.call, seq: message.seq, ack: message.ack, nonce: message.nonce };
    case 'HANGUP':
    case 'PING':
      return { call: message.call };
    case 'ALERT':
      return { level: message.level, descr: message.descr };
    case 'GROUPSTART':
    case 'GROUPSETUP':
    case 'GROUPLEAVE':
    case 'GROUPCHECK':
    case 'GROUPUPDATE':
      return { sdp: message.sdp, props: message.props && record(message.props) };
  }
}

function address(prefix: 'src' | 'dest', of: Address | undefined): object {
  return of === undefined ? {} : { [`${prefix}_userid`]: of.user, [`${prefix}_clientid`]: of.device };
}

function record(props: WireProps): object {
  return Object.fromEntries(props);
}
