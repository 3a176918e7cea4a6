import { between, type InstantMs } from '../../base/units.ts';
import type { ReceptionReport, StreamStats } from '../port.ts';
import { ReceptionCount } from './sequence.ts';

/** One block of a receiver report as it stands in the packet (RFC 3550 §6.4.1). */
export type ReportBlock = { readonly fractionLost: number; readonly packetsLost: number; readonly jitter: number };

/** Counts one kind of media of a flow, both ways. */
export class StreamMeter {
  readonly #clockRate: number;
  readonly #reception = new ReceptionCount();
  #sent = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  #jitter: number | undefined;
  #last: { readonly at: InstantMs; readonly timestamp: number } | undefined;
  #reported: ReceptionReport | undefined;
  #size = 0;
  #sameSize = 0;

  constructor(clockRate: 48_000 | 90_000) {
    this.#clockRate = clockRate;
  }

  get sent(): number {
    return this.#sent;
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  countSent(bytes: number): void {
    this.#sent += 1;
    this.#bytesSent += bytes;
  }

  countReceived(packet: { readonly sequence: number; readonly timestamp: number; readonly bytes: number }, at: InstantMs): void {
    this.#reception.add(packet.sequence);
    this.#bytesReceived += packet.bytes;
    this.#measureJitter(packet.timestamp, at);
    this.#sameSize = packet.bytes === this.#size ? this.#sameSize + 1 : 1;
    this.#size = packet.bytes;
  }

  /** What the peer says of the packets it had from us. */
  report({ fractionLost, packetsLost, jitter }: ReportBlock): void {
    this.#reported = { lost: packetsLost, fractionLost: fractionLost / 256, jitterMs: (jitter * 1000) / this.#clockRate, reports: (this.#reported?.reports ?? 0) + 1 };
  }

  get stats(): StreamStats {
    const { received, lost } = this.#reception;
    return {
      sent: this.#sent,
      received,
      lost,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      ...(this.#jitter === undefined ? {} : { jitterMs: this.#jitter }),
      ...(this.#reported === undefined ? {} : { reported: this.#reported }),
      ...(received < EVEN_ENOUGH ? {} : { evenSized: this.#sameSize >= EVEN_ENOUGH }),
    };
  }

  /** RFC 3550 appendix A.8. The packets of one picture share a timestamp and say nothing. */
  #measureJitter(timestamp: number, at: InstantMs): void {
    const last = this.#last;
    if (last?.timestamp === timestamp) return;
    this.#last = { at, timestamp };
    if (last === undefined) return;
    const ticks = (timestamp - last.timestamp) | 0;
    const deviation = Math.abs(between(last.at, at) - (ticks * 1000) / this.#clockRate);
    this.#jitter = (this.#jitter ?? 0) + (deviation - (this.#jitter ?? 0)) / 16;
  }
}

/** Two and a half seconds of the usual 20 ms frames. */
const EVEN_ENOUGH = 125;
