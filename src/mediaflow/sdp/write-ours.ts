import { isIpAddress, writeCandidate, type UdpCandidate } from './candidate.ts';
import type { Description, Section } from './description.ts';
import { withKnownCodecs } from './known-codecs.ts';

/**
 * What we send: the stack's description with exactly `candidates` in it, on the first m-line, and nothing of
 * what it wrote about addresses. An answer gets its m-lines in the number, order and form of `offer`.
 * `constantBitrate` asks for such audio, or agrees to it.
 */
export function writeOurs(fromStack: string, candidates: readonly UdpCandidate[], offer?: Description, constantBitrate = false): string {
  const [session = [], ...media] = split(fromStack);
  const used = media.map((lines, index) => cleaned(constantBitrate ? withConstantBitrate(lines) : lines, index === 0 ? candidates : []));
  const sections = offer === undefined ? used : inOrderOf(offer, used);
  return [...session, ...sections.flat(), ''].join('\r\n');
}

function split(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of sdp.split('\r\n')) {
    if (line.startsWith('m=')) sections.push([line]);
    else if (line !== '') sections.at(-1)?.push(line);
  }
  return sections;
}

/** As AVS says it, and as libwebrtc's Opus encoder obeys it (`cbr`, RFC 7587 §6.1). */
function withConstantBitrate(lines: readonly string[]): string[] {
  const opus = lines.map((line) => /^a=rtpmap:(\d+) opus\//i.exec(line)?.[1]).find((found) => found !== undefined);
  return lines.map((line) => (opus !== undefined && line.startsWith(`a=fmtp:${opus} `) && !line.includes('cbr=') ? `${line};cbr=1` : line));
}

function cleaned(lines: readonly string[], candidates: readonly UdpCandidate[]): string[] {
  const addressed = candidates.filter(({ address }) => isIpAddress(address));
  const standard = addressed.find(({ address }) => !address.includes(':')) ?? addressed[0];
  const port = standard?.port ?? 9;
  const connection = standard === undefined ? 'c=IN IP4 0.0.0.0' : `c=IN IP${standard.address.includes(':') ? 6 : 4} ${standard.address}`;
  const sends = lines.includes('a=sendrecv') || lines.includes('a=sendonly');
  const stream = /^a=ssrc:\d+ cname:(\S+)$/.exec(lines.find((line) => line.startsWith('a=ssrc:')) ?? '')?.[1];
  const named = lines.some((line) => line.startsWith('a=msid:'));
  return withKnownCodecs(lines).flatMap((line) => {
    if (line.startsWith('a=candidate:') || line === 'a=end-of-candidates') return [];
    if (line.startsWith('c=')) return [connection, ...candidates.map((candidate) => `a=${writeCandidate(candidate)}`)];
    // The stack says port 0 for `inactive`; that would refuse the m-line for good.
    if (line.startsWith('m=')) return [line.replace(/^(m=\w+) \d+/, `$1 ${port}`)];
    if (line.startsWith('a=ssrc') && !sends) return [];
    // Without it libwebrtc takes a source and the one that repairs it for two tracks, and refuses the m-line.
    if (line.startsWith('a=mid:') && sends && stream !== undefined && !named) return [line, `a=msid:${stream} ${stream}-${line.slice('a=mid:'.length)}`];
    // A track without a stream never reaches the app of AVS.
    const streamed = line.replace(/^(a=(?:ssrc:\d+ )?msid:)- /, '$1call ');
    return [streamed.replace(/^(a=rtpmap:\d+) OPUS\//, '$1 opus/').replace(/^(a=rtpmap:\d+) h264\//, '$1 H264/')];
  });
}

function inOrderOf(offer: Description, used: string[][]): string[][] {
  const left = [...used];
  return offer.sections.map((section) => (section.use === 'none' ? refused(section) : inFormOf(section, left.shift() ?? refused(section))));
}

function refused(section: Section): string[] {
  return [`m=${section.kind} 0 ${section.protocol} ${section.formats}`, 'c=IN IP4 0.0.0.0', 'a=inactive', ...(section.mid === '' ? [] : [`a=mid:${section.mid}`])];
}

/** Older peers name the channel's transport otherwise; an answer must use the offer's words. */
function inFormOf(section: Section, lines: string[]): string[] {
  if (section.use !== 'channel') return lines;
  const numbered = /^\d+$/.test(section.formats);
  return lines.map((line) => {
    if (line.startsWith('m=')) return line.replace(/^(m=application \d+) .*/, `$1 ${section.protocol} ${numbered ? OUR_SCTP_PORT : 'webrtc-datachannel'}`);
    return numbered && line.startsWith('a=sctp-port:') ? `a=sctpmap:${OUR_SCTP_PORT} webrtc-datachannel 65535` : line;
  });
}

const OUR_SCTP_PORT = 5000;
