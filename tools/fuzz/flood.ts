/**
 * What one hostile packet costs at each entry, in CPU, and what share of a core ten thousand of them a second
 * would take. A flow that is flooded must go on.
 *
 *   npm run bench:flood [-- --packets 20000]
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { classes, Message, methods, RtpHeader } from 'werift';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { parseMessage } from '../../src/econn/index.ts';
import { readDescription } from '../../src/mediaflow/sdp/read-description.ts';
import type { Address } from '../../src/mediaflow/werift/hardening/werift-internals.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { createDeviceKeys } from '../../src/transport/device-keys.ts';
import { openEnvelope } from '../../src/transport/envelope.ts';
import { recordedDescriptions } from './fixture.ts';
import { LOCAL_TAG, LoneAssociation } from './lone-association.ts';
import { realPair } from './real-pair.ts';
import { rightSctp } from './sctp-packet.ts';

const { values } = parseArgs({ options: { packets: { type: 'string', default: '20000' } } });
const PACKETS = Number(values.packets);
const STRANGER: Address = ['127.0.0.1', 9];

type Entry = { readonly name: string; readonly hear: (number: number) => void };

const pair = await realPair();
const { near, far } = pair;
const peer = near.farAddress;
const sealing = far.transport as unknown as { srtp: { encrypt(payload: Buffer, header: RtpHeader): Buffer }; srtcp: { encrypt(packet: Buffer): Buffer } };
const { localUsername, localPassword } = near.ice as unknown as { localUsername: string; localPassword: string };
const keys = await createDeviceKeys({ clock: new VirtualTime(), entropy: new SeededEntropy(7) });
const envelope = new Uint8Array(4_096);
envelope.set([0xca, 0x11, 1, 1]);
const known = envelope.slice();
known.set(keys.sodium.crypto_generichash(64, keys.bundle.prekey.publicKey, null).slice(0, 8), 4);
const description = recordedDescriptions()[0]!;
const offer = JSON.stringify({ version: '3.0', type: 'SETUP', sessid: 'S', resp: false, sdp: 'v'.repeat(30_000), props: {} });
const association = new LoneAssociation('established');
const holey = new LoneAssociation('established');
const [, video = 0] = near.sources;

const check = (password: string): Buffer => {
  const message = new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', `${localUsername}:abcd`).setAttribute('PRIORITY', 1).setAttribute('ICE-CONTROLLED', 1n);
  return message.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes;
};
const [wrong, right] = [check('not the password at all'), check(localPassword)];
const rtp = (size: number): Buffer => Buffer.concat([Buffer.of(0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9), randomBytes(size)]);
const noise = rtp(1_000);
const extended = Buffer.concat([Buffer.of(0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0xff, 0xff), Buffer.alloc(20, 0x11)]);
const dtls = Buffer.concat([Buffer.from('17fefd0001000000ffff00', 'hex'), Buffer.of(0x03, 0xe8), randomBytes(1_000)]);
const hello = Buffer.concat([Buffer.from('16fefd0000000000000000', 'hex'), Buffer.of(0x00, 0x32, 1, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0, 38), Buffer.from('fefd', 'hex'), Buffer.alloc(36)]);
const nack = Buffer.alloc(12 + 4 * 300, 0xff);
nack.writeUInt32BE((0x81cd << 16 | 302) >>> 0, 0);
nack.writeUInt32BE(9, 4);
nack.writeUInt32BE(video, 8);
const sctp = rightSctp(Buffer.concat([Buffer.from('13881388', 'hex'), Buffer.alloc(8), Buffer.from('00030014', 'hex'), Buffer.from('0000006400010000000000337b7d0000', 'hex')]), LOCAL_TAG);
const chunkOf = (tsn: number): Buffer => {
  const packet = Buffer.from(sctp);
  packet.writeUInt32BE(tsn, 16);
  return rightSctp(packet, LOCAL_TAG);
};
// Every second chunk is missing, so that each is a block of its own in what is acknowledged.
for (let tsn = 102; tsn < 600; tsn += 2) {
  holey.hear(chunkOf(tsn));
  if (tsn % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
}
const late = chunkOf(500);
const heartbeat = rightSctp(Buffer.concat([Buffer.from('13881388', 'hex'), Buffer.alloc(8), Buffer.from('0400000c0001000800000000', 'hex')]), LOCAL_TAG);
const header = new RtpHeader({ payloadType: 111, ssrc: far.sources[0] ?? 1, timestamp: 960 });

const entries: readonly Entry[] = [
  { name: 'UDP, a stranger: noise', hear: () => near.hear(noise, STRANGER) },
  { name: 'UDP, a stranger: a check with a wrong password', hear: () => near.hear(wrong, STRANGER) },
  { name: 'UDP, in the peer’s name: a check with a wrong password', hear: () => near.hear(wrong, peer) },
  { name: 'UDP, in the peer’s name: RTP that it did not seal', hear: () => near.hear(noise, peer) },
  { name: 'UDP, in the peer’s name: RTP with an extension of 256 kB', hear: () => near.hear(extended, peer) },
  { name: 'UDP, in the peer’s name: a DTLS record that it did not seal', hear: () => near.hear(dtls, peer) },
  { name: 'UDP, in the peer’s name: a ClientHello', hear: () => near.hear(hello, peer) },
  { name: 'the peer: a good check, answered', hear: () => near.hear(right, peer) },
  { name: 'the peer: RTP', hear: (number) => near.hear(sealing.srtp.encrypt(noise, Object.assign(header, { sequenceNumber: number & 0xffff })), peer) },
  { name: 'the peer: RTCP that asks for 5,100 packets', hear: () => near.hear(sealing.srtcp.encrypt(nack), peer) },
  { name: 'the peer: an SCTP chunk again and again', hear: () => association.hear(sctp) },
  { name: 'the peer: an SCTP chunk with as many holes before it as are kept', hear: () => holey.hear(late) },
  { name: 'the peer: an SCTP heartbeat, answered', hear: () => association.hear(heartbeat) },
  { name: 'the peer: a channel message that is none', hear: () => association.message(1, 51, noise) },
  { name: 'the peer: a message of 30 kB', hear: () => void parseMessage(offer) },
  { name: 'the peer: a description', hear: () => void readDescription(description) },
  { name: 'the backend: an envelope for no key of ours', hear: () => void open(envelope) },
  { name: 'the backend: an envelope that nobody sealed', hear: () => void open(known) },
];

console.log('| entry | µs of CPU for one | share of a core at 10,000/s |\n|---|---:|---:|');
for (const { name, hear } of entries) {
  const each = await costOf(hear);
  console.log(`| ${name} | ${each.toFixed(1)} | ${each.toFixed(0)} % |`);
}
await pair.exchange();
console.log('\nafterwards the call goes on');
await pair.close();
process.exit(0);

/** The best of three rounds, in turns of a hundred with the event loop between. */
async function costOf(hear: (number: number) => void): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let number = 0;
  for (let round = 0; round < 4; round++) {
    const cpu = process.cpuUsage();
    for (let heard = 0; heard < PACKETS / 4; heard++) {
      hear(++number);
      if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) best = Math.min(best, (user + system) / (PACKETS / 4));
  }
  return best;
}

function open(bytes: Uint8Array): unknown {
  return openEnvelope(keys.sodium, { conversation: 'c', from: { user: 'a', device: 'a' }, to: { user: 'b', device: 'b' } }, { recipientIdentity: keys.identityKey, prekey: (id) => keys.prekey(id) }, bytes);
}
