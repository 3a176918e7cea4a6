import dgram from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { classes, Message, methods, type RTCPeerConnection } from 'werift';
import { isSignedToTheEnd } from '../../../src/mediaflow/werift/hardening/signed-to-the-end.ts';
import { hardened, stock, until, within } from './pair.ts';

/** Sees what the peer sends to us, and has no password. */
let onlooker: dgram.Socket;
beforeEach(() => (onlooker = dgram.createSocket('udp4')));
afterEach(() => onlooker.close());

const CONTROLLING = attribute(0x802a, Buffer.alloc(8, 0xff));
const USE_CANDIDATE = attribute(0x0025);

describe('a check of the peer to which an onlooker has appended that it controls', () => {
  test('turns the roles round in stock werift: the defect', async () => {
    const peer = await offering(stock());
    say(Buffer.concat([checkFor(peer), CONTROLLING]), peer);
    await until(1_000, 'the turn of roles', () => !controls(peer));
    await peer.close();
  });

  test('changes nothing in a hardened peer', async () => {
    const peer = await offering(await hardened());
    say(Buffer.concat([checkFor(peer), CONTROLLING]), peer);
    expect(await answersUntilHonest(peer)).toBe(1);
    expect(controls(peer)).toBe(true);
    await peer.close();
  });
});

test('nothing but another signature or a checksum may stand behind the signature of a message', () => {
  const message = Buffer.concat([Buffer.alloc(20), attribute(0x0006, Buffer.from('who')), attribute(0x0008, Buffer.alloc(20))]);
  const [sha256, checksum] = [attribute(0x001c, Buffer.alloc(32)), attribute(0x8028, Buffer.alloc(4))];
  const allowed = [[], [checksum], [sha256], [sha256, checksum]];
  expect(allowed.map((rest) => isSignedToTheEnd(Buffer.concat([message, ...rest])))).toEqual([true, true, true, true]);
  const refused = [[USE_CANDIDATE], [checksum, USE_CANDIDATE], [sha256, USE_CANDIDATE, checksum], [attribute(0x0020, Buffer.alloc(8))]];
  expect(refused.map((rest) => isSignedToTheEnd(Buffer.concat([message, ...rest])))).toEqual([false, false, false, false]);
});

test('what is not signed may say anything: it is believed nowhere', () => {
  expect(isSignedToTheEnd(Buffer.concat([Buffer.alloc(20), USE_CANDIDATE, CONTROLLING]))).toBe(true);
});

async function offering(peer: RTCPeerConnection): Promise<RTCPeerConnection> {
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  (peer.iceTransports[0]!.connection as unknown as { iceControlling: boolean }).iceControlling = true;
  return peer;
}

const controls = (peer: RTCPeerConnection): boolean => (peer.iceTransports[0]!.connection as unknown as { iceControlling: boolean }).iceControlling;

/** What the peer of a call sends, with the password that it was given. */
function checkFor(peer: RTCPeerConnection): Buffer {
  const { localUsername, localPassword } = peer.iceTransports[0]!.connection;
  const check = new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', `${localUsername}:peer`).setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 1n);
  check.addMessageIntegrity(Buffer.from(localPassword));
  check.addFingerprint();
  return check.bytes;
}

/** How many answers there are until that to an honest check that left later. */
async function answersUntilHonest(peer: RTCPeerConnection): Promise<number> {
  const honest = checkFor(peer);
  let answers = 0;
  const answered = new Promise<void>((resolve) => {
    onlooker.on('message', (answer) => {
      answers += 1;
      if (answer.subarray(8, 20).equals(honest.subarray(8, 20))) resolve();
    });
  });
  say(honest, peer);
  await within(1_000, 'the answer', answered);
  return answers;
}

function say(message: Buffer, peer: RTCPeerConnection): void {
  const [, host, port] = /a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/.exec(peer.localDescription!.sdp) ?? [];
  const counted = Buffer.from(message);
  counted.writeUInt16BE(message.length - 20, 2);
  onlooker.send(counted, Number(port), host);
}

function attribute(type: number, value = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc(-value.length & 3)]);
}
