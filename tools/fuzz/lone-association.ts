import { RTCSctpTransport, type RTCDtlsTransport, type RTCPeerConnection } from 'werift';
import { FlowReporter } from '../../src/mediaflow/flow-reporter.ts';
import type { FlowEvent } from '../../src/mediaflow/port.ts';
import { WeriftChannel } from '../../src/mediaflow/werift/werift-channel.ts';
import { guardSctp } from '../../src/mediaflow/werift/hardening/guard-sctp.ts';
import { repeatSctpSooner } from '../../src/mediaflow/werift/speed/sctp-first-wait.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';

export type Stage = 'waiting' | 'cookie-wait' | 'established';

/** One end of an SCTP association as our flows have it, up to the events of the channel, with nobody at the other end. */
export class LoneAssociation {
  readonly events: FlowEvent[] = [];
  readonly channel: WeriftChannel;
  readonly transport: RTCSctpTransport;
  #receive: (packet: Buffer) => void = () => undefined;
  /** Packets that left, and their bytes. */
  sent = 0;
  sentBytes = 0;

  /** `guard` keeps the peer in bounds; tests leave it out to show what werift does without. */
  constructor(stage: Stage, guard: (transport: RTCSctpTransport) => void = guardSctp) {
    const transport = new RTCSctpTransport();
    this.transport = transport;
    guard(transport);
    repeatSctpSooner(transport);
    const listen = (receive: (packet: Buffer) => void): void => void (this.#receive = receive);
    const dtls = {
      id: 'alone', state: 'connected', iceTransport: { role: stage === 'cookie-wait' ? 'controlling' : 'controlled' },
      onStateChange: { subscribe: () => ({ unSubscribe: () => undefined }) },
      set dataReceiver(receive: (packet: Buffer) => void) {
        listen(receive);
      },
      sendData: async (packet: Buffer) => {
        this.sent += 1;
        this.sentBytes += packet.length;
      },
    };
    transport.setDtlsTransport(dtls as unknown as RTCDtlsTransport);
    const clock = new VirtualTime();
    this.channel = new WeriftChannel(clock, new FlowReporter(clock, (event) => this.events.push(event)));
    this.channel.expect({ sctpTransport: transport, onDataChannel: transport.onDataChannel } as unknown as RTCPeerConnection);
    this.channel.guard();
    const { sctp } = transport;
    Object.assign(sctp, { localVerificationTag: LOCAL_TAG, localTsn: 1_000, lastSackedTsn: 999, advancedPeerAckTsn: 999, hmacKey: Buffer.alloc(16), isServer: stage !== 'cookie-wait', remotePort: 5_000, started: true });
    Object.assign(transport, { dataChannelId: 0 });
    if (stage === 'waiting') return;
    if (stage === 'cookie-wait') {
      sctp.setState(2);
      return;
    }
    Object.assign(sctp, { remoteVerificationTag: 7, lastReceivedTsn: FIRST_TSN - 1, reconfigResponseSeq: FIRST_TSN - 1, ssthresh: 100_000 });
    sctp.setState(4);
  }

  /** A packet that DTLS has opened. */
  hear(packet: Buffer): void {
    this.#receive(packet);
  }

  /** A whole message of the peer. */
  message(stream: number, kind: number, data: Buffer): void {
    this.transport.sctp.onReceive.execute(stream, kind, data);
  }

  get kept(): number {
    const { sctp, dataChannels } = this.transport as unknown as { sctp: { inboundStreams: object; sackMisOrdered: Set<number>; outboundQueue: unknown[]; sentQueue: unknown[] }; dataChannels: object };
    return Object.keys(sctp.inboundStreams).length + sctp.sackMisOrdered.size + sctp.outboundQueue.length + sctp.sentQueue.length + Object.keys(dataChannels).length;
  }

  /** Leaves no timer. */
  end(): void {
    this.transport.sctp.setState(1);
  }
}

export const LOCAL_TAG = 0x1234_5678;
export const FIRST_TSN = 100;
