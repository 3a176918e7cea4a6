import type { VideoCodec } from '../port.ts';

/** A codec of calls. */
export type CodecName = 'opus' | VideoCodec;

/** One codec as a description lists it. */
export type ListedCodec = { readonly payloadType: number; readonly encoding: string; readonly parameters: string | undefined };

/** What is kept of a list: a codec of calls, or the rtx (RFC 4588) that repairs `repairs`. */
export type KeptCodec = { readonly payloadType: number; readonly name: CodecName | 'rtx' };

/**
 * The codecs of calls in a list, each and each number once, in the list's order, followed by what repairs it: Opus, VP8, VP9 of
 * profile 0, H.264 in packetization mode 1 of a baseline profile. Browsers offer a dozen more, of which no peer
 * would be allowed to choose one.
 */
export function knownCodecs(kind: 'audio' | 'video', list: readonly ListedCodec[]): KeptCodec[] {
  const seen = new Set<CodecName | number>();
  return list.flatMap(({ payloadType, encoding, parameters = '' }) => {
    const name = nameOf(kind, encoding, parameters);
    if (name === undefined || seen.has(name) || seen.has(payloadType) || payloadType > 127) return [];
    const repair = list.find((other) => /^rtx\/90000$/i.test(other.encoding) && other.payloadType <= 127 && !seen.has(other.payloadType) && parameter(other.parameters ?? '', 'apt') === String(payloadType));
    for (const taken of [name, payloadType, repair?.payloadType]) if (taken !== undefined) seen.add(taken);
    return [{ payloadType, name }, ...(repair === undefined ? [] : [{ payloadType: repair.payloadType, name: 'rtx' as const }])];
  });
}

function nameOf(kind: 'audio' | 'video', encoding: string, parameters: string): CodecName | undefined {
  if (kind === 'audio') return /^opus\/48000\/2$/i.test(encoding) ? 'opus' : undefined;
  switch (encoding.toUpperCase()) {
    case 'VP8/90000':
      return 'VP8';
    case 'VP9/90000':
      return (parameter(parameters, 'profile-id') ?? '0') === '0' ? 'VP9' : undefined;
    case 'H264/90000':
      return parameter(parameters, 'packetization-mode') === '1' && (parameter(parameters, 'profile-level-id') ?? BASELINE).startsWith(BASELINE) ? 'H264' : undefined;
    default:
      return undefined;
  }
}

/** The first byte of `profile-level-id` (RFC 6184 §8.1). */
const BASELINE = '42';

/** One of the parameters of an `a=fmtp` line. */
export function parameter(parameters: string, name: string): string | undefined {
  return parameters.split(';').map((part) => part.trim().split('=')).find(([key]) => key === name)?.[1];
}

/** An m-section of a stack's own description with the codecs of a call alone. */
export function withKnownCodecs(lines: readonly string[]): readonly string[] {
  const [, start = '', kind = '', formats = ''] = /^(m=(audio|video) \S+ \S+) (.+)$/.exec(lines[0] ?? '') ?? [];
  if (start === '') return lines;
  const order = formats.split(' ');
  const kept = new Set(knownCodecs(kind === 'audio' ? 'audio' : 'video', listed(lines).sort((a, b) => order.indexOf(String(a.payloadType)) - order.indexOf(String(b.payloadType)))).map(({ payloadType }) => String(payloadType)));
  return [`${start} ${order.filter((payloadType) => kept.has(payloadType)).join(' ')}`, ...lines.slice(1).filter((line) => {
    const payloadType = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
    return payloadType === undefined || kept.has(payloadType);
  })];
}

/** The codecs of an m-section in the order of their rtpmap lines. */
export function listed(lines: readonly string[]): ListedCodec[] {
  const parameters = new Map(lines.flatMap((line) => {
    const found = /^a=fmtp:(\d{1,3}) (.+)$/.exec(line);
    return found?.[1] === undefined || found[2] === undefined ? [] : [[Number(found[1]), found[2]] as const];
  }).toReversed());
  return lines.flatMap((line) => {
    const found = /^a=rtpmap:(\d{1,3}) (\S+)$/.exec(line);
    return found === null ? [] : [{ payloadType: Number(found[1]), encoding: found[2] ?? '', parameters: parameters.get(Number(found[1])) }];
  });
}
