import { RTCPeerConnection as WeriftPeer, RtpHeader, RtpPacket } from 'werift';
import { CallEngine, type Call } from '../../src/index.ts';
import type { OpusFrame } from '../../src/mediaflow/index.ts';
import { CertificatePool } from '../../src/mediaflow/werift/certificate-pool.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { LoopbackHub } from '../../src/transport/index.ts';

/** An established call with audio from one end to the other, both in this process. */
export type HeldCall = {
  /** Sends one audio packet from one end; the other counts it. */
  readonly send: (payload: Uint8Array) => void;
  readonly received: () => number;
};

/** Establishes calls on one stack and holds them. */
export type CallHolder = { readonly hold: () => Promise<HeldCall>; readonly close: () => Promise<void> };

export type HolderName = 'callcore' | 'tuned werift' | 'stock werift';

export async function callHolder(name: HolderName): Promise<CallHolder> {
  switch (name) {
    case 'callcore':
      return callcoreCalls();
    case 'tuned werift':
      return tunedWeriftCalls();
    case 'stock werift':
      return weriftCalls(async () => new WeriftPeer({ iceServers: [], bundlePolicy: 'max-bundle' }), async () => undefined);
  }
}

async function callcoreCalls(): Promise<CallHolder> {
  const hub = new LoopbackHub();
  const engines = await Promise.all([{ user: 'alice', device: 'phone' }, { user: 'bob', device: 'laptop' }].map(async (self) => new CallEngine({ channel: await hub.channel(self), media: new WeriftMediaEngine() })));
  const [alice, bob] = engines as [CallEngine, CallEngine];
  const rings = new Map<string, (call: Call) => void>();
  bob.on('incoming', (call) => rings.get(call.conversation)?.(call));
  let count = 0;
  return {
    async hold() {
      const conversation = `conversation ${String(count++)}`;
      let push: (frame: OpusFrame) => void = () => undefined;
      const ringing = new Promise<Call>((resolve) => rings.set(conversation, resolve));
      const call = alice.call({ conversation, user: 'bob', media: { audio: { start: (take) => {
        push = take;
        return () => undefined;
      } } } });
      const answered = await ringing;
      let received = 0;
      answered.on('audio', () => (received += 1));
      answered.answer();
      await Promise.all([call.whenConnected(), answered.whenConnected()]);
      return { send: (payload) => push({ payload, samples: 960 }), received: () => received };
    },
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

/** werift with our hardening and speed, and nothing above it. */
async function tunedWeriftCalls(): Promise<CallHolder> {
  const certificates = new CertificatePool({ ahead: 2 });
  return weriftCalls(async () => createHardenedPeer({ ice: { servers: [], policy: 'all' }, certificate: await certificates.take() }), async () => certificates.close());
}

function weriftCalls(make: () => Promise<WeriftPeer>, release: () => Promise<void>): CallHolder {
  const peers: WeriftPeer[] = [];
  return {
    async hold() {
      const [offerer, answerer] = await Promise.all([make(), make()]);
      peers.push(offerer, answerer);
      const { sender } = offerer.addTransceiver('audio', { direction: 'sendrecv' });
      const near = offerer.createDataChannel('calling-3.0');
      let received = 0;
      answerer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(() => (received += 1)));
      const far = new Promise<void>((resolve) => answerer.onDataChannel.once(() => resolve()));
      const open = new Promise<void>((resolve) => near.stateChanged.subscribe((state) => state === 'open' && resolve()));
      await offerer.setLocalDescription(await offerer.createOffer());
      await answerer.setRemoteDescription({ type: 'offer', sdp: offerer.localDescription?.sdp ?? '' });
      for (const transceiver of answerer.getTransceivers()) transceiver.setDirection('sendrecv');
      await answerer.setLocalDescription(await answerer.createAnswer());
      await offerer.setRemoteDescription({ type: 'answer', sdp: answerer.localDescription?.sdp ?? '' });
      await Promise.all([open, far]);
      let [sequenceNumber, timestamp] = [1, 1];
      return {
        send: (payload) => {
          const header = new RtpHeader({ sequenceNumber: sequenceNumber++ & 0xffff, timestamp: (timestamp += 960) >>> 0, payloadType: 96 });
          void sender.sendRtp(new RtpPacket(header, Buffer.from(payload)));
        },
        received: () => received,
      };
    },
    async close() {
      await Promise.all(peers.map((peer) => peer.close()));
      await release();
    },
  };
}
