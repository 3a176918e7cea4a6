import { RTCPeerConnection, type PeerConfig, type RTCDataChannel } from 'werift';
import { CertificatePool } from '../../../src/mediaflow/werift/certificate-pool.ts';
import { createHardenedPeer, type HardenedPeerOptions } from '../../../src/mediaflow/werift/hardened-peer.ts';

/** The call's channel as AVS names it. */
export const CHANNEL = 'calling-3.0';

const pool = new CertificatePool({ ahead: 4 });

export async function hardened(options: Partial<HardenedPeerOptions> = {}): Promise<RTCPeerConnection> {
  return createHardenedPeer({ ice: { servers: [], policy: 'all' }, certificate: await pool.take(), ...options });
}

/** Stock werift, kept from asking the public STUN server so that tests do not depend on a network. */
export function stock(config: Partial<PeerConfig> = {}): RTCPeerConnection {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle', ...config });
  const { secureManager } = peer as unknown as { secureManager: { createTransport(): RTCPeerConnection['dtlsTransports'][number] } };
  const createTransport = secureManager.createTransport.bind(secureManager);
  secureManager.createTransport = () => {
    const transport = createTransport();
    (transport.iceTransport.connection as { stunServer?: unknown }).stunServer = undefined;
    return transport;
  };
  return peer;
}

export type Connected = { readonly offerer: RTCPeerConnection; readonly answerer: RTCPeerConnection; readonly near: RTCDataChannel; readonly far: RTCDataChannel };

/** Puts two peers through offer and answer. Resolves when the channel is open at both ends. */
export async function connect(offerer: RTCPeerConnection, answerer: RTCPeerConnection, options: ConnectOptions = {}): Promise<Connected> {
  if (options.audio === true) offerer.addTransceiver('audio', { direction: 'sendrecv' });
  const near = offerer.createDataChannel(CHANNEL);
  const far = new Promise<RTCDataChannel>((resolve) => answerer.onDataChannel.once(resolve));
  await offerer.setLocalDescription(await offerer.createOffer());
  await answerer.setRemoteDescription({ type: 'offer', sdp: edited(offerer.localDescription?.sdp, options.editOffer) });
  await answerer.setLocalDescription(await answerer.createAnswer());
  await offerer.setRemoteDescription({ type: 'answer', sdp: edited(answerer.localDescription?.sdp, options.editAnswer) });
  options.negotiated?.();
  const farOpened = far.then(async (channel) => (await opened(channel), channel));
  await within(options.limitMs ?? 8_000, 'the data channel to open', Promise.all([opened(near), farOpened]));
  return { offerer, answerer, near, far: await far };
}

export type ConnectOptions = {
  readonly audio?: boolean;
  readonly limitMs?: number;
  readonly editOffer?: (sdp: string) => string;
  readonly editAnswer?: (sdp: string) => string;
  /** Called when both descriptions are set. */
  readonly negotiated?: () => void;
};

export async function opened(channel: RTCDataChannel): Promise<void> {
  if (channel.readyState === 'open') return;
  await new Promise<void>((resolve) => channel.stateChanged.subscribe((state) => state === 'open' && resolve()));
}

/** Fails, naming what was waited for, when it takes too long. */
export async function within<T>(limitMs: number, what: string, happening: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${limitMs} ms for ${what}.`)), limitMs);
  });
  return Promise.race([happening, late]).finally(() => clearTimeout(timer));
}

/** Asks again and again until it is so; for state that announces itself in no event. */
export async function until(limitMs: number, what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function closeAll(...peers: { close(): unknown }[]): Promise<void> {
  await Promise.allSettled(peers.map(async (peer) => peer.close()));
}

function edited(sdp: string | undefined, edit: (sdp: string) => string = (same) => same): string {
  if (sdp === undefined) throw new Error('There is no description.');
  return edit(sdp);
}
