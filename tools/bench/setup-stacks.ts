import wrtc from '@roamhq/wrtc';
import SimplePeer from 'simple-peer';
import { RTCPeerConnection as WeriftPeer, type RTCDataChannel as WeriftChannel } from 'werift';
import { CallEngine } from '../../src/index.ts';
import { CertificatePool } from '../../src/mediaflow/werift/certificate-pool.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { LoopbackHub, type BackendChannel } from '../../src/transport/index.ts';

/** Sets up one call with audio and the data channel, both ends in this process; resolves with the milliseconds it took. */
export type Stack = { readonly setUp: () => Promise<number>; readonly close: () => Promise<void> };

/** callcore as an app uses it: engines alive, hardening on; over whichever channels it is given. */
export function callcore(channels: readonly [BackendChannel, BackendChannel]): Stack {
  const [alice, bob] = channels.map((channel) => new CallEngine({ channel, media: new WeriftMediaEngine() })) as [CallEngine, CallEngine];
  bob.on('incoming', (call) => call.answer());
  return {
    async setUp() {
      const startedAt = performance.now();
      const incoming = new Promise<void>((resolve, reject) => {
        const off = bob.on('incoming', (call) => {
          off();
          call.whenConnected().then((connected) => (connected ? resolve() : reject(new Error('the callee was not connected'))), reject);
        });
      });
      const call = alice.call({ conversation: 'bench', user: bob.self.user });
      await Promise.all([call.whenConnected(), incoming]);
      const took = performance.now() - startedAt;
      const theirs = bob.calls[0];
      call.end();
      await Promise.all([call.whenEnded(), theirs?.whenEnded()]);
      return took;
    },
    async close() {
      await Promise.all([alice.close(), bob.close()]);
    },
  };
}

/** callcore with sealed envelopes over an in-process hub. */
export async function callcoreInProcess(): Promise<Stack> {
  const hub = new LoopbackHub();
  return callcore([await hub.channel({ user: 'alice', device: 'phone' }), await hub.channel({ user: 'bob', device: 'laptop' })]);
}

/** werift as published, without the look-up of its public STUN server, which would only make it slower. */
export const stockWerift: Stack = bareWerift(async () => withoutStun(new WeriftPeer({ iceServers: [], bundlePolicy: 'max-bundle' })));

/** The hardened werift alone: no engine, no envelope. */
export function hardenedWerift(): Stack {
  const certificates = new CertificatePool({ ahead: 2 });
  const { setUp } = bareWerift(async () => createHardenedPeer({ ice: { servers: [], policy: 'all' }, certificate: await certificates.take() }));
  return { setUp, close: async () => certificates.close() };
}

function bareWerift(make: () => Promise<WeriftPeer>): Stack {
  return {
    async setUp() {
      const startedAt = performance.now();
      const [offerer, answerer] = await Promise.all([make(), make()]);
      offerer.addTransceiver('audio', { direction: 'sendrecv' });
      const near = openedWerift(offerer.createDataChannel('calling-3.0'));
      const far = new Promise<void>((resolve) => answerer.onDataChannel.once((channel) => resolve(openedWerift(channel))));
      await offerer.setLocalDescription(await offerer.createOffer());
      await answerer.setRemoteDescription({ type: 'offer', sdp: offerer.localDescription?.sdp ?? '' });
      await answerer.setLocalDescription(await answerer.createAnswer());
      await offerer.setRemoteDescription({ type: 'answer', sdp: answerer.localDescription?.sdp ?? '' });
      await Promise.all([near, far]);
      const took = performance.now() - startedAt;
      await Promise.all([offerer.close(), answerer.close()]);
      return took;
    },
    close: async () => undefined,
  };
}

/** libwebrtc in Node, everything gathered before a description leaves, as callcore does. */
export const wrtcFullGather: Stack = {
  async setUp() {
    const startedAt = performance.now();
    const [offerer, answerer] = [new wrtc.RTCPeerConnection({ bundlePolicy: 'max-bundle' }), new wrtc.RTCPeerConnection({ bundlePolicy: 'max-bundle' })];
    offerer.addTransceiver('audio', { direction: 'sendrecv' });
    const near = opened(offerer.createDataChannel('calling-3.0'));
    const far = new Promise<void>((resolve) => {
      answerer.ondatachannel = ({ channel }: { channel: Parameters<typeof opened>[0] }) => resolve(opened(channel));
    });
    await offerer.setLocalDescription(await offerer.createOffer());
    await gathered(offerer);
    await answerer.setRemoteDescription({ type: 'offer', sdp: offerer.localDescription?.sdp ?? '' });
    await answerer.setLocalDescription(await answerer.createAnswer());
    await gathered(answerer);
    await offerer.setRemoteDescription({ type: 'answer', sdp: answerer.localDescription?.sdp ?? '' });
    await Promise.all([near, far]);
    const took = performance.now() - startedAt;
    offerer.close();
    answerer.close();
    return took;
  },
  close: async () => undefined,
};

/** simple-peer over libwebrtc, candidates trickling. */
export const simplePeerTrickle: Stack = {
  async setUp() {
    const startedAt = performance.now();
    const offerer = new SimplePeer({ initiator: true, wrtc, config: { iceServers: [] }, channelName: 'calling-3.0' });
    const answerer = new SimplePeer({ wrtc, config: { iceServers: [] } });
    offerer.addTransceiver('audio');
    offerer.on('signal', (signal) => answerer.signal(signal));
    answerer.on('signal', (signal) => offerer.signal(signal));
    await Promise.all([offerer, answerer].map((peer) => new Promise<void>((resolve, reject) => {
      peer.on('connect', resolve);
      peer.on('error', reject);
    })));
    const took = performance.now() - startedAt;
    offerer.destroy();
    answerer.destroy();
    return took;
  },
  close: async () => undefined,
};

function gathered(peer: InstanceType<typeof wrtc.RTCPeerConnection>): Promise<void> {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
  });
}

function opened(channel: { readonly readyState: string; addEventListener(name: 'open', listener: () => void): void }): Promise<void> {
  if (channel.readyState === 'open') return Promise.resolve();
  return new Promise((resolve) => {
    channel.addEventListener('open', () => resolve());
  });
}

async function openedWerift(channel: WeriftChannel): Promise<void> {
  if (channel.readyState === 'open') return;
  await new Promise<void>((resolve) => channel.stateChanged.subscribe((state) => state === 'open' && resolve()));
}

function withoutStun(peer: WeriftPeer): WeriftPeer {
  const { secureManager } = peer as unknown as { secureManager: { createTransport(): WeriftPeer['dtlsTransports'][number] } };
  const createTransport = secureManager.createTransport.bind(secureManager);
  secureManager.createTransport = () => {
    const transport = createTransport();
    delete (transport.iceTransport.connection as { stunServer?: unknown }).stunServer;
    return transport;
  };
  return peer;
}
