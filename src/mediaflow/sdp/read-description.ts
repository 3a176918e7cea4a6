import { FlowError } from '../port.ts';
import { readCandidate, type UdpCandidate } from './candidate.ts';
import { knownCodecs, listed } from './known-codecs.ts';
import type { CodecFacts, Description, Direction, ExtensionFacts, Section, SectionLine, SourceFacts, TransportFacts } from './description.ts';

/**
 * The only way from a peer's session description to facts. Tolerant of what does not matter (unknown lines,
 * bare LF, candidates nobody can use, the sctpmap form); throws `FlowError('bad-description')`, and nothing
 * else, for what a call cannot do without: BUNDLE, rtcp-mux, ICE credentials, a strong fingerprint.
 */
export function readDescription(sdp: string): Description {
  if (sdp.length > MAX_DESCRIPTION) throw bad('longer than any description');
  const [session = [], ...media] = splitSections(sdp);
  if (session[0] !== 'v=0') throw bad('does not begin with v=0');
  if (media.length === 0 || media.length > MAX_SECTIONS) throw bad(`has ${media.length} m-lines`);
  const bundle = /^BUNDLE((?: \S+)+)$/.exec(values(session, 'group').find((group) => group.startsWith('BUNDLE')) ?? '')?.[1]?.trim().split(' ');
  const taken = new Set<string>();
  const sections = media.map((lines) => readSection(lines, bundle ?? [], taken));
  if (sections.every((section) => section.use === 'none')) throw bad('has nothing a call can use');
  return { transport: readTransport(session, media), sections };
}

/** Some ten times the longest ever captured. */
const MAX_DESCRIPTION = 65_536;
const MAX_SECTIONS = 16;
/** More addresses than any machine should have: checks to all of them are packets to strangers. */
const MAX_CANDIDATES = 40;

function splitSections(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r\n|\n|\r/)) {
    if (line.startsWith('m=')) sections.push([line]);
    else if (line !== '') sections.at(-1)?.push(line.trimEnd());
  }
  return sections;
}

function readSection(lines: readonly string[], bundle: readonly string[], taken: Set<string>): Section {
  const found = /^m=(\S+) (\d+)(?:\/\d+)? (\S+) (.+)$/.exec(lines[0] ?? '');
  if (found === null) throw bad('has an m-line that cannot be read');
  const [, kind = '', port = '', protocol = '', formats = ''] = found;
  const mid = values(lines, 'mid')[0] ?? '';
  if (mid.length > 32 || !/^[\w-]*$/.test(mid)) throw bad('has an a=mid that cannot be used');
  const line: SectionLine = { mid, kind, protocol, formats };
  if (taken.has(kind) || (port === '0' && !flag(lines, 'bundle-only'))) return { ...line, use: 'none' };
  const use = kind === 'audio' || kind === 'video' ? readMedia(lines, kind, line) : kind === 'application' ? readChannel(lines, line) : undefined;
  if (use === undefined) return { ...line, use: 'none' };
  if (!bundle.includes(mid)) throw bad('does not bundle everything on one transport');
  taken.add(kind);
  return use;
}

function readMedia(lines: readonly string[], kind: 'audio' | 'video', line: SectionLine): Section | undefined {
  if (!flag(lines, 'rtcp-mux')) throw bad('does not multiplex RTCP');
  const codecs = readCodecs(lines, kind);
  if (codecs.length === 0) return undefined;
  const direction = (['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const).find((name) => flag(lines, name)) ?? 'sendrecv';
  return { ...line, use: kind, direction: direction satisfies Direction, codecs, sources: readSources(lines), extensions: readExtensions(lines) };
}

/** In order of the peer's preference. */
function readCodecs(lines: readonly string[], kind: 'audio' | 'video'): CodecFacts[] {
  const feedback = byPayloadType(values(lines, 'rtcp-fb'));
  const list = listed(lines);
  return knownCodecs(kind, list).map(({ payloadType, name }) => {
    const parameters = list.find((codec) => codec.payloadType === payloadType)?.parameters;
    return { payloadType, name, feedback: feedback.get(payloadType) ?? [], ...(parameters === undefined ? {} : { parameters }) };
  });
}

/** Those of one byte of header; each number once. */
function readExtensions(lines: readonly string[]): ExtensionFacts[] {
  const found = new Map<number, string>();
  for (const value of values(lines, 'extmap')) {
    const [, id, uri] = /^(\d{1,2})(?:\/\w+)? ([\w:/.#-]{1,100})$/.exec(value) ?? [];
    if (id !== undefined && uri !== undefined && Number(id) >= 1 && Number(id) <= 14 && !found.has(Number(id))) found.set(Number(id), uri);
  }
  return [...found].map(([id, uri]) => ({ id, uri }));
}

function byPayloadType(attributes: readonly string[]): Map<number, string[]> {
  const map = new Map<number, string[]>();
  for (const attribute of attributes) {
    const found = /^(\d{1,3}) (.+)$/.exec(attribute);
    if (found?.[1] !== undefined && found[2] !== undefined) map.set(Number(found[1]), [...(map.get(Number(found[1])) ?? []), found[2]]);
  }
  return map;
}

/** The first source, and the one that repairs it. */
function readSources(lines: readonly string[]): SourceFacts[] {
  const sources = new Map<number, string>();
  for (const value of values(lines, 'ssrc')) {
    const found = /^(\d{1,10})(?: (?:cname:(\S+))?.*)?$/.exec(value);
    const ssrc = Number(found?.[1] ?? Number.NaN);
    if (ssrc <= 0xffff_ffff) sources.set(ssrc, found?.[2] ?? sources.get(ssrc) ?? 'peer');
  }
  const group = values(lines, 'ssrc-group').map((value) => /^FID (\d+) (\d+)$/.exec(value)).find((found) => found !== null);
  const order = group === undefined || group === null ? [...sources.keys()].slice(0, 1) : [Number(group[1]), Number(group[2])];
  return order.flatMap((ssrc) => (sources.has(ssrc) ? [{ ssrc, cname: sources.get(ssrc) ?? 'peer' }] : []));
}

function readChannel(lines: readonly string[], line: SectionLine): Section | undefined {
  if (!/^(?:UDP\/|TCP\/)?DTLS\/SCTP$/i.test(line.protocol)) return undefined;
  const port = values(lines, 'sctp-port')[0] ?? /^(\d{1,5}) webrtc-datachannel/.exec(values(lines, 'sctpmap')[0] ?? '')?.[1] ?? /^(\d{1,5})$/.exec(line.formats)?.[1] ?? '5000';
  const sctpPort = Number(port);
  if (!Number.isInteger(sctpPort) || sctpPort < 1 || sctpPort > 65_535) throw bad('has an SCTP port that is none');
  const size = Number(values(lines, 'max-message-size')[0] ?? '65536');
  return { ...line, use: 'channel', sctpPort, maxMessageSize: Number.isSafeInteger(size) && size >= 0 ? size : 65_536 };
}

function readTransport(session: readonly string[], media: readonly (readonly string[])[]): TransportFacts {
  const everywhere = [...media, session];
  const first = (name: string): string | undefined => everywhere.map((lines) => values(lines, name)[0]).find((value) => value !== undefined);
  const ufrag = first('ice-ufrag') ?? '';
  const password = first('ice-pwd') ?? '';
  if (!/^[\w+/.-]{4,256}$/.test(ufrag) || !/^[\w+/.-]{22,256}$/.test(password)) throw bad('has no ICE credentials');
  const setup = first('setup');
  if (setup !== undefined && setup !== 'actpass' && setup !== 'active' && setup !== 'passive') throw bad('has an a=setup that cannot be followed');
  const fingerprints = readFingerprints(everywhere);
  if (fingerprints.length === 0) throw bad('has no SHA-2 fingerprint');
  return { ufrag, password, iceLite: everywhere.some((lines) => flag(lines, 'ice-lite')), fingerprints, candidates: readCandidates(media), ...(setup === undefined ? {} : { setup }) };
}

/** Of the first place that has any. All of them count for BUNDLE, so a stray second certificate must not be let in. */
function readFingerprints(everywhere: readonly (readonly string[])[]): TransportFacts['fingerprints'] {
  const found = everywhere.map((lines) => values(lines, 'fingerprint')).find((list) => list.length > 0) ?? [];
  return found.flatMap((value) => {
    const [, hash, digits] = /^(sha-(?:256|384|512)) ([\da-f]{2}(?::[\da-f]{2}){31,63})$/i.exec(value) ?? [];
    return hash === undefined || digits === undefined ? [] : [{ hash: hash.toLowerCase(), value: digits.toUpperCase() }];
  });
}

function readCandidates(media: readonly (readonly string[])[]): UdpCandidate[] {
  const found = new Map<string, UdpCandidate>();
  for (const line of media.flat()) {
    const candidate = line.startsWith('a=candidate:') ? readCandidate(line.slice(2)) : undefined;
    if (candidate !== undefined && found.size < MAX_CANDIDATES) found.set(`${candidate.address} ${candidate.port}`, candidate);
  }
  return [...found.values()];
}

function values(lines: readonly string[], name: string): string[] {
  const start = `a=${name}:`;
  return lines.flatMap((line) => (line.startsWith(start) ? [line.slice(start.length).trim()] : []));
}

function flag(lines: readonly string[], name: string): boolean {
  return lines.includes(`a=${name}`);
}

function bad(what: string): FlowError {
  return new FlowError('bad-description', `the session description ${what}`);
}
