import type { Connection, RTCDtlsTransport, RTCPeerConnection } from 'werift';
import { recordFlow, told, type RecordedFlow } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import type { Address } from '../../src/mediaflow/werift/hardening/werift-internals.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/werift-media-engine.ts';
import { demand } from './target.ts';

/** What stands between an ICE agent and the network. */
type Socketed = { readonly transport: { onData(datagram: Buffer, from: Address): void; send(datagram: Buffer, to: Address): Promise<void> } };

/** One of two real flows: where datagrams reach it, and how it seals what it sends. */
export class RealEnd {
  readonly recorded: RecordedFlow;
  readonly #peer: () => RTCPeerConnection;
  /** Datagrams that left for others than the honest far end; they are not sent. */
  strayed = 0;
  strayedBytes = 0;

  constructor(recorded: RecordedFlow, peer: () => RTCPeerConnection) {
    this.recorded = recorded;
    this.#peer = peer;
  }

  get transport(): RTCDtlsTransport {
    return this.#peer().dtlsTransports[0]!;
  }

  /** Of the audio and the video that this end sends, and of the video's repair. */
  get sources(): readonly number[] {
    const senders = this.#peer().getTransceivers().map(({ sender }) => sender);
    return [...senders.map(({ ssrc }) => ssrc), ...senders.slice(1).map(({ rtxSsrc }) => rtxSsrc)];
  }

  get ice(): Connection {
    return this.transport.iceTransport.connection as Connection;
  }

  /** The path that ICE has found. */
  get #path(): { readonly protocol: Socketed; readonly remoteAddr: Address } {
    return (this.ice as unknown as { nominated: { protocol: Socketed; remoteAddr: Address } }).nominated;
  }

  /** Where the far end's datagrams come from. */
  get farAddress(): Address {
    return this.#path.remoteAddr;
  }

  /** A datagram of the network. */
  hear(datagram: Buffer, from: Address): void {
    this.#path.protocol.transport.onData(datagram, from);
  }

  /** Only what goes to the far end leaves. */
  muzzle(): void {
    const [host, port] = this.farAddress;
    for (const { transport } of (this.ice as unknown as { protocols: Socketed[] }).protocols) {
      const send = transport.send.bind(transport);
      transport.send = async (datagram, to) => {
        if (to?.[0] === host && to[1] === port) return send(datagram, to);
        this.strayed += 1;
        this.strayedBytes += datagram.length;
      };
    }
  }
}

export type RealPair = { readonly near: RealEnd; readonly far: RealEnd; exchange(): Promise<void>; close(): Promise<void> };

/** Two flows of ours, connected over this machine's loopback. */
export async function realPair(): Promise<RealPair> {
  const engines: WeriftMediaEngine[] = [];
  const end = (): RealEnd => {
    let peer: RTCPeerConnection | undefined;
    const engine = new WeriftMediaEngine({ certificatesAhead: 0, createPeer: (options) => (peer = createHardenedPeer(options)) });
    engines.push(engine);
    return new RealEnd(recordFlow(engine, { video: true, ice: { servers: [], policy: 'all' } }), () => peer!);
  };
  const [near, far] = [end(), end()];
  const offer = (await far.recorded.flow.createOffer()).sdp;
  const answer = (await near.recorded.flow.createAnswer(offer)).sdp;
  await far.recorded.flow.acceptAnswer(answer);
  await until(() => [near, far].every(({ recorded }) => told(recorded, 'channel-opened').length > 0), 'the channel opens');
  near.muzzle();
  let said = 0;
  return {
    near,
    far,
    exchange: async () => {
      const text = `honest ${++said}`;
      far.recorded.flow.send(text);
      near.recorded.flow.send(text);
      const heard = ({ recorded }: RealEnd): boolean => told(recorded, 'channel-message').at(-1)?.text === text;
      await until(() => heard(near) && heard(far), 'honest messages arrive');
      // What the flows reported is not needed any more.
      for (const { recorded } of [near, far]) (recorded.events as unknown[]).length = 0;
    },
    close: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!isSo()) {
    demand(performance.now() < giveUpAt, what);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
