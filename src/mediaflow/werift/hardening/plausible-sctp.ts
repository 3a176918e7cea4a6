import type { SctpInside } from './werift-internals.ts';

/**
 * True when a peer can have received what its acknowledgement names. Stock werift writes down every number
 * between the ends of each block before it looks whether it ever sent one: a packet of 280 blocks that name
 * everything holds the process up for seconds.
 *
 * The order of the blocks is not looked at: werift sorts its own as text.
 */
export function isPlausibleAcknowledgement({ sentQueue }: SctpInside, gaps: readonly (readonly [from: number, to: number])[]): boolean {
  let named = 0;
  for (const [from, to] of gaps) {
    if (to < from) return false;
    named += to - from + 1;
  }
  return named <= sentQueue.length + NAMED_MORE;
}

/**
 * The streams of which a peer may say that it skips messages, when it may not make more than `most`. Of those named
 * more than once the last counts; stock werift goes through what it keeps of the stream each time.
 */
export function withinStreams<T extends readonly [id: number, ...rest: unknown[]]>(sctp: SctpInside, skipped: readonly T[], most: number): readonly T[] {
  const known = new Set(Object.keys(sctp.inboundStreams));
  const each = new Map(skipped.map((skip) => [skip[0], skip] as const));
  return [...each.values()].filter(([id]) => known.has(String(id)) || (known.size < most && known.add(String(id))));
}

/** An acknowledgement that was overtaken by a later one still names what has left the queue since. */
const NAMED_MORE = 256;
