import type { RTCSctpTransport } from 'werift';
import { isModestSctp } from './modest-sctp.ts';
import { isPlausibleAcknowledgement, withinStreams } from './plausible-sctp.ts';
import { isReadableSctp } from './readable-sctp.ts';
import { markReceived } from './received-numbers.ts';
import { sctpInside, type SctpInside } from './werift-internals.ts';

/**
 * Keeps a peer from ending our process or filling our memory over the data channel. The peer has proved who
 * it is, but anybody may call. In stock werift a packet that cannot be read, or an unknown payload type, is
 * an unhandled rejection, which ends a Node process; and what the peer leaves incomplete is kept without limit.
 */
export function guardSctp(transport: RTCSctpTransport): void {
  const inside = sctpInside(transport);
  const receive = inside.datachannelReceive.bind(inside);
  inside.datachannelReceive = async (stream, kind, data) => {
    // Each is answered; a peer that asks on and fetches no answer is not listened to.
    const isFull = (inside.sctp?.outboundQueue.length ?? 0) >= MOST_ANSWERS;
    if (kind !== DCEP || !isFull) await receive(stream, kind, data).catch(() => {});
  };
  const setDtlsTransport = inside.setDtlsTransport.bind(inside);
  inside.setDtlsTransport = (dtls) => {
    const before = inside.sctp;
    setDtlsTransport(dtls);
    if (inside.sctp !== undefined && inside.sctp !== before) guardAssociation(inside.sctp);
  };
}

function guardAssociation(sctp: SctpInside): void {
  const handleData = sctp.handleData.bind(sctp);
  // Dropped like a packet the network broke; what it should have carried will be sent again.
  sctp.handleData = async (packet) => {
    if (isReadableSctp(packet) && isModestSctp(packet)) await handleData(packet).catch(() => {});
  };
  const receiveSackChunk = sctp.receiveSackChunk.bind(sctp);
  sctp.receiveSackChunk = async (chunk) => {
    if (isPlausibleAcknowledgement(sctp, chunk.gaps)) await receiveSackChunk(chunk);
  };
  const receiveForwardTsnChunk = sctp.receiveForwardTsnChunk.bind(sctp);
  sctp.receiveForwardTsnChunk = ({ cumulativeTsn, streams }) => receiveForwardTsnChunk({ cumulativeTsn, streams: withinStreams(sctp, streams, MOST_STREAMS) });
  sctp.markReceived = (number) => markReceived(sctp, number);
  const receiveDataChunk = sctp.receiveDataChunk.bind(sctp);
  sctp.receiveDataChunk = (chunk) => {
    const isNew = !Object.hasOwn(sctp.inboundStreams, chunk.streamId);
    const known = Object.values(sctp.inboundStreams);
    const streams = isNew ? known.length : 0;
    const size = chunk.userData.length;
    // A peer that keeps to the window we advertised and to RFC 9260, and cuts no message to crumbs, sends nothing that is dropped here.
    if (size === 0 || size > sctp.advertisedRwnd || streams >= MOST_STREAMS || piecesIn(known) >= MOST_PIECES) return;
    const isNext = chunk.tsn === (sctp.lastReceivedTsn + 1) >>> 0;
    if (isNext || sctp.sackMisOrdered.size < MOST_OUT_OF_ORDER) receiveDataChunk(chunk);
  };
}

const piecesIn = (streams: readonly { readonly reassembly: readonly unknown[] }[]): number => streams.reduce((sum, { reassembly }) => sum + reassembly.length, 0);

/** RFC 8832: the messages that open a channel. */
const DCEP = 50;
/** That wait to be sent. */
const MOST_ANSWERS = 200;
/** A call has one channel; a browser that opens a few more is not an attack. */
const MOST_STREAMS = 32;
/**
 * Each chunk that comes is answered with all that came before its turn, sorted: two thousand made that a third of a
 * millisecond and 8 kB. So many fit into one datagram, and are five times the longest message.
 */
const MOST_OUT_OF_ORDER = 256;
/**
 * Of messages that are not whole. werift goes through those of a stream for each that comes: single bytes fill the
 * window with a million, of which twenty thousand made a packet of 1 kB cost 15 ms. So many fill it at a kilobyte each.
 */
const MOST_PIECES = 1_024;
