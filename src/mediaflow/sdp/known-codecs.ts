/**
 * An m-section of a stack's own description with the codecs of a call alone: Opus, VP8 and the rtx that repairs
 * it. A browser offers a dozen more, of which no peer would be allowed to choose one.
 */
export function withKnownCodecs(lines: readonly string[]): readonly string[] {
  const [, start = '', formats = ''] = /^(m=(?:audio|video) \S+ \S+) (.+)$/.exec(lines[0] ?? '') ?? [];
  if (start === '') return lines;
  const known = knownPayloadTypes(lines);
  const kept = formats.split(' ').filter((payloadType) => known.has(payloadType));
  return [`${start} ${kept.join(' ')}`, ...lines.slice(1).filter((line) => {
    const payloadType = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1];
    return payloadType === undefined || known.has(payloadType);
  })];
}

function knownPayloadTypes(lines: readonly string[]): ReadonlySet<string> {
  const of = (pattern: RegExp): string[] => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const main = of(/^a=rtpmap:(\d+) (?:opus\/48000\/2|VP8\/90000)$/i);
  const repairs = new Set(of(/^a=rtpmap:(\d+) rtx\/90000$/i));
  const paired = lines.flatMap((line) => {
    const [, payloadType = '', repaired = ''] = /^a=fmtp:(\d+) apt=(\d+)$/.exec(line) ?? [];
    return repairs.has(payloadType) && main.includes(repaired) ? [payloadType] : [];
  });
  return new Set([...main, ...paired]);
}
