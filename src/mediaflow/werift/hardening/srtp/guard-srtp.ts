import { SrtpAuthenticationError, type SrtcpSession, type SrtpSession } from 'werift';
import { ReplayWindow } from '../replay-window.ts';
import { ControlBudget } from './control-budget.ts';
import { isReadableRtcp } from './readable-rtcp.ts';
import { isReadableRtp } from './readable-rtp.ts';
import { estimateRollover, packetIndex } from './rollover.ts';

/**
 * Makes SRTP survive gaps, in what is received and in what is sent, and take each packet once.
 *
 * Stock werift counts rollovers only when it sees the numbers around the wrap: a gap there leaves it one
 * behind for ever, and no packet of that source opens again. It also has no replay protection: a recorded
 * packet, authentic once, is played as often as anybody sends it. Both sessions keep their state only for
 * what was authenticated. What its parsers cannot read safely is dropped like what is not authentic.
 */
export function guardSrtp(srtp: SrtpSession, srtcp: SrtcpSession): void {
  countSentRollovers(srtp);
  guardRtp(srtp);
  guardRtcp(srtcp);
}

/** A source that skips numbers across the wrap would leave our own counter behind, and reuse a key stream. */
function countSentRollovers({ localContext }: SrtpSession): void {
  const highest = new Map<number, number>();
  localContext.updateRolloverCount = (sequence, state) => {
    const before = highest.get(state.ssrc) ?? -1;
    state.rolloverCounter = estimateRollover(sequence, before);
    highest.set(state.ssrc, Math.max(before, packetIndex(state.rolloverCounter, sequence)));
  };
}

type Source = { highest: number; readonly window: ReplayWindow };

function guardRtp(session: SrtpSession): void {
  const { remoteContext } = session;
  const sources = new Map<number, Source>();
  remoteContext.decryptRtp = (packet) => {
    if (!isReadableRtp(packet)) throw new SrtpAuthenticationError('The header of the SRTP packet cannot be read.');
    const sequence = packet.readUInt16BE(2);
    const ssrc = packet.readUInt32BE(8);
    const source = sources.get(ssrc) ?? { highest: -1, window: new ReplayWindow(RTP_WINDOW) };
    const estimate = estimateRollover(sequence, source.highest);
    if (!source.window.isFresh(packetIndex(estimate, sequence))) throw new SrtpAuthenticationError('The SRTP packet was received before, or is too old to tell.');
    const { opened, rollover } = open(remoteContext.cipher, packet, estimate, source.highest < 0 && sequence < HALF_WRAP);
    const index = packetIndex(rollover, sequence);
    source.window.accept(index);
    source.highest = Math.max(source.highest, index);
    if (!sources.has(ssrc)) keepBounded(sources, ssrc, source);
    return opened;
  };
}

/**
 * A source may have begun just before the wrap and been heard first just after it. Nothing but the packet
 * itself can tell, so for the first packet of a source both counters are tried.
 */
function open(cipher: Cipher, packet: Buffer, rollover: number, maybeWrapped: boolean): { readonly opened: Opened; readonly rollover: number } {
  try {
    return { opened: cipher.decryptRtp(packet, rollover), rollover };
  } catch (error) {
    if (!maybeWrapped) throw error;
    return { opened: cipher.decryptRtp(packet, 1), rollover: 1 };
  }
}

type Cipher = SrtpSession['remoteContext']['cipher'];
type Opened = ReturnType<Cipher['decryptRtp']>;

function guardRtcp(session: SrtcpSession): void {
  const { remoteContext } = session;
  const trailer = remoteContext.profile === AEAD_AES_128_GCM ? 4 : 4 + SHA1_TAG;
  const windows = new Map<number, ReplayWindow>();
  const budget = new ControlBudget();
  const decryptRTCP = remoteContext.decryptRTCP.bind(remoteContext);
  remoteContext.decryptRTCP = (packet) => {
    if (packet.length < RTCP_HEADER + trailer) throw new SrtpAuthenticationError('The SRTCP packet is too short.');
    const ssrc = packet.readUInt32BE(4);
    const flagged = packet.readUInt32BE(packet.length - trailer);
    const index = flagged & 0x7fff_ffff;
    const window = windows.get(ssrc) ?? new ReplayWindow(RTCP_WINDOW);
    if (!window.isFresh(index)) throw new SrtpAuthenticationError('The SRTCP packet was received before, or is too old to tell.');
    const opened = decryptRTCP(packet);
    window.accept(index);
    if (!windows.has(ssrc)) keepBounded(windows, ssrc, window);
    const [compound] = opened;
    if (!isReadableRtcp(compound) || !budget.spend(compound)) throw new SrtpAuthenticationError('The SRTCP packet is not to be read.');
    return opened;
  };
}

/** Forgetting a source would let its packets be replayed, so the oldest are kept and later ones are not taken. */
function keepBounded<T>(sources: Map<number, T>, ssrc: number, source: T): void {
  if (sources.size >= MOST_SOURCES) throw new SrtpAuthenticationError('The peer sends from too many sources.');
  sources.set(ssrc, source);
}

const HALF_WRAP = 0x8000;
const RTCP_HEADER = 8;
const SHA1_TAG = 10;
const AEAD_AES_128_GCM = 7;
/** Retransmitted video may come this much later; RFC 3711 asks for at least 64. */
const RTP_WINDOW = 1_024;
const RTCP_WINDOW = 128;
/** A call has audio, video, and its retransmissions; the peer is authenticated but not trusted with our memory. */
const MOST_SOURCES = 64;
