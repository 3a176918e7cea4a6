import { VERSION, type Message } from './message.ts';
import type { WireProps } from './props.ts';

/**
 * The text of a message, fields in AVS's order and ours after them: the same message always gives the same
 * bytes. Parsing the text gives the message back.
 */
export function encodeMessage(message: Message): string {
  if ('fields' in message) return JSON.stringify(message.fields);
  const { type, sessid, src, dest, resp } = message;
  // What is undefined is left out of the text.
  const text: Text = { version: VERSION, type, sessid, src_userid: src?.user, src_clientid: src?.device, dest_userid: dest?.user, dest_clientid: dest?.device, resp };
  addBody(text, message);
  return JSON.stringify(text);
}

type Text = { [field: string]: unknown };

function addBody(text: Text, message: Exclude<Message, { fields: unknown }>): void {
  switch (message.type) {
    case 'SETUP':
    case 'UPDATE':
      text['sdp'] = message.sdp;
      text['props'] = record(message.props);
      text['call'] = message.call;
      text['offer'] = message.offer;
      text['withdrawn'] = message.withdrawn;
      text['commit'] = message.commit;
      text['nonce'] = message.nonce;
      return;
    case 'CANCEL':
    case 'REJECT':
      text['call'] = message.call;
      text['cause'] = message.cause;
      return;
    case 'PROPSYNC':
      text['props'] = record(message.props);
      text['call'] = message.call;
      text['seq'] = message.seq;
      text['ack'] = message.ack;
      text['nonce'] = message.nonce;
      return;
    case 'HANGUP':
    case 'PING':
      text['call'] = message.call;
      return;
    case 'ALERT':
      text['level'] = message.level;
      text['descr'] = message.descr;
      return;
    case 'GROUPSTART':
    case 'GROUPSETUP':
    case 'GROUPLEAVE':
    case 'GROUPCHECK':
    case 'GROUPUPDATE':
      text['sdp'] = message.sdp;
      text['props'] = message.props && record(message.props);
  }
}

function record(props: WireProps): object {
  return Object.fromEntries(props);
}
