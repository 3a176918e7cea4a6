import { expect, test } from 'vitest';
import { TurnProtocol } from 'werift';
import { endUnreadableStream } from '../../../src/mediaflow/werift/hardening/unreadable-turn-stream.ts';

const SERVER: [string, number] = ['127.0.0.1', 3478];
/** Neither STUN nor channel data. */
const NOISE = Buffer.alloc(1_000, 0xff);

test('a TURN server that sends what is no message fills the memory of stock werift: the defect', () => {
  const { turn, inside } = overStream();
  for (let pieces = 0; pieces < 200; pieces += 1) inside.dataReceived(NOISE, SERVER);
  expect(inside.tcpBuffer.length).toBe(200_000);
  expect(turn.transport.closed).toBe(false);
});

test('its road is ended after the length of the longest message', () => {
  const { turn, inside } = overStream();
  endUnreadableStream(turn);
  for (let pieces = 0; pieces < 200; pieces += 1) inside.dataReceived(NOISE, SERVER);
  expect(inside.tcpBuffer.length).toBeLessThan(66_000);
  expect(turn.transport.closed).toBe(true);
});

test('messages in pieces of any size are put together as before', () => {
  const { turn, inside } = overStream();
  endUnreadableStream(turn);
  inside.addrByChannel[0x4000] = ['10.0.0.1', 5_000];
  const heard: Buffer[] = [];
  turn.onData.subscribe((data) => heard.push(data));
  const message = Buffer.concat([Buffer.from('4000ffff', 'hex'), Buffer.alloc(65_536, 7)]);
  for (let at = 0; at < message.length; at += 1_200) inside.dataReceived(message.subarray(at, at + 1_200), SERVER);
  expect(heard.map(({ length }) => length)).toEqual([65_535]);
  expect(turn.transport.closed).toBe(false);
});

function overStream(): { readonly turn: TurnProtocol; readonly inside: { tcpBuffer: Buffer; addrByChannel: Record<number, [string, number]>; dataReceived(data: Buffer, from: [string, number]): void } } {
  const transport = { type: 'tcp', closed: false, onData: () => {}, address: {}, send: async () => {}, close: async () => void (transport.closed = true) };
  const turn = new TurnProtocol(SERVER, 'u', 'p', 600, transport as unknown as TurnProtocol['transport']);
  return { turn, inside: turn as unknown as ReturnType<typeof overStream>['inside'] };
}
