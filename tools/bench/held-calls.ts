import { RTCPeerConnection as WeriftPeer, RtpHeader, RtpPacket, type RTCRtpSender } from 'werift';
import { CallEngine, type Call } from '../../src/index.ts';
import type { AudioSource, OpusFrame } from '../../src/mediaflow/index.ts';
import { CertificatePool } from '../../src/mediaflow/werift/certificate-pool.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { mediaConfig } from '../../src/mediaflow/werift/media-config.ts';
import { LoopbackHub } from '../../src/transport/index.ts';

/** An established call, both ends in this process. Of m-lines each has audio both ways, video that nobody sends, and the channel. */
export type HeldCall = {
  /** Sends one audio packet from the caller to the callee. */
  readonly send: (payload: Uint8Array) => void;
  /** Sends one back. */
  readonly reply: (payload: Uint8Array) => void;
  /** How many packets the callee, and the caller, has received. */
  readonly received: () => number;
  readonly replied: () => number;
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
      return weriftCalls(async () => new WeriftPeer({ ...mediaConfig(), iceServers: [], bundlePolicy: 'max-bundle' }), async () => undefined);
  }
}

async function callcoreCalls(): Promise<CallHolder> {
  const hub = new LoopbackHub();
  const engines = await Promise.all([{ user: 'alice', device: 'phone' }, { user: 'bob', device: 'laptop' }].map(async (self) => new CallEngine({ channel: await hub.channel(self), media: new WeriftMediaEngine() })));
  const [alice, bob] = engines as [CallEngine, CallEngine];
  const rings = new Map<string, (call: Call) => void>();
  bob.on('incoming', (call) => {
    rings.get(call.conversation)?.(call);
    rings.delete(call.conversation);
  });
  let count = 0;
  return {
    async hold() {
      const conversation = `conversation ${String(count++)}`;
      const ringing = new Promise<Call>((resolve) => rings.set(conversation, resolve));
      const [mouth, otherMouth] = [new Mouth(), new Mouth()];
      const call = alice.call({ conversation, user: 'bob', media: { audio: mouth } });
      const answered = await ringing;
      let [received, replied] = [0, 0];
      answered.on('audio', () => (received += 1));
      call.on('audio', () => (replied += 1));
      answered.answer({ media: { audio: otherMouth } });
      for (const end of [call, answered]) if (!(await end.whenConnected())) throw new Error(`a call was not set up: ${(await end.whenEnded()).reason.type}`);
      return { send: (payload) => mouth.say(payload), reply: (payload) => otherMouth.say(payload), received: () => received, replied: () => replied };
    },
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

/** An audio source that says what it is told to. */
class Mouth implements AudioSource {
  #push: ((frame: OpusFrame) => void) | undefined;

  start(push: (frame: OpusFrame) => void): () => void {
    this.#push = push;
    return () => (this.#push = undefined);
  }

  say(payload: Uint8Array): void {
    this.#push?.({ payload, samples: 960 });
  }
}

/** werift with our hardening and speed, and nothing above it. */
async function tunedWeriftCalls(): Promise<CallHolder> {
  const certificates = new CertificatePool({ ahead: 2 });
  return weriftCalls(async () => createHardenedPeer({ ice: { servers: [], policy: 'all' }, certificate: await certificates.take(), media: mediaConfig() }), async () => certificates.close());
}

function weriftCalls(make: () => Promise<WeriftPeer>, release: () => Promise<void>): CallHolder {
  const peers: WeriftPeer[] = [];
  return {
    async hold() {
      const [offerer, answerer] = await Promise.all([make(), make()]);
      peers.push(offerer, answerer);
      const { sender } = offerer.addTransceiver('audio', { direction: 'sendrecv' });
      offerer.addTransceiver('video', { direction: 'recvonly' });
      const near = offerer.createDataChannel('calling-3.0');
      let [received, replied] = [0, 0];
      answerer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(() => (received += 1)));
      offerer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(() => (replied += 1)));
      const far = new Promise<void>((resolve) => answerer.onDataChannel.once(() => resolve()));
      const open = new Promise<void>((resolve) => near.stateChanged.subscribe((state) => state === 'open' && resolve()));
      await offerer.setLocalDescription(await offerer.createOffer());
      await answerer.setRemoteDescription({ type: 'offer', sdp: offerer.localDescription?.sdp ?? '' });
      for (const transceiver of answerer.getTransceivers()) transceiver.setDirection(transceiver.kind === 'audio' ? 'sendrecv' : 'recvonly');
      await answerer.setLocalDescription(await answerer.createAnswer());
      await offerer.setRemoteDescription({ type: 'answer', sdp: answerer.localDescription?.sdp ?? '' });
      await Promise.all([open, far]);
      const [back] = answerer.getTransceivers();
      if (back === undefined) throw new Error('The answerer has no audio.');
      return { send: speaker(sender), reply: speaker(back.sender), received: () => received, replied: () => replied };
    },
    async close() {
      await Promise.all(peers.map((peer) => peer.close()));
      await release();
    },
  };
}

function speaker(sender: RTCRtpSender): (payload: Uint8Array) => void {
  let [sequenceNumber, timestamp] = [1, 1];
  return (payload) => {
    const header = new RtpHeader({ sequenceNumber: sequenceNumber++ & 0xffff, timestamp: (timestamp += 960) >>> 0, payloadType: sender.codec?.payloadType ?? 0 });
    void sender.sendRtp(new RtpPacket(header, Buffer.from(payload)));
  };
}
