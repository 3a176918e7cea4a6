import type { CandidateType } from '../port.ts';

/** One ICE candidate over UDP. */
export type UdpCandidate = {
  readonly foundation: string;
  readonly priority: number;
  /** An IP address, or the mDNS name (`….local`) that a browser puts in its place. */
  readonly address: string;
  readonly port: number;
  readonly type: CandidateType;
  readonly related?: { readonly address: string; readonly port: number };
};

/**
 * Reads what follows `a=` in a candidate line. `undefined` for what no flow of ours can use: TCP, names of DNS,
 * link-local IPv6, components other than 1, and lines that are not candidates at all.
 */
export function readCandidate(attribute: string): UdpCandidate | undefined {
  const found = CANDIDATE.exec(attribute);
  if (found === null) return undefined;
  const [, foundation = '', priority = '', address = '', port = '', type = '', tail = ''] = found;
  if (!(isIpAddress(address) || isMdnsName(address)) || /^fe[89ab][\da-f]:/i.test(address)) return undefined;
  const number = Number(port);
  if (number === 0 || number > 65_535 || Number(priority) > 0xffff_ffff) return undefined;
  const related = /(?:^| )raddr (\S+) rport (\d{1,5})(?: |$)/.exec(tail);
  return {
    foundation,
    priority: Number(priority),
    address,
    port: number,
    type: type.toLowerCase() as CandidateType,
    ...(related?.[1] === undefined || !isIpAddress(related[1]) ? {} : { related: { address: related[1], port: Number(related[2]) } }),
  };
}

/** The attribute (without `a=`) of a candidate, in the form libwebrtc writes. */
export function writeCandidate(candidate: UdpCandidate): string {
  const { foundation, priority, address, port, type, related } = candidate;
  const origin = related === undefined ? '' : ` raddr ${related.address} rport ${related.port}`;
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${origin} generation 0`;
}

/** The candidate without the address behind it, which is this machine's own. */
export function withoutOrigin(candidate: UdpCandidate): UdpCandidate {
  return candidate.related === undefined ? candidate : { ...candidate, related: { address: '0.0.0.0', port: 0 } };
}

export function isIpAddress(text: string): boolean {
  if (text.includes(':')) return /^[\da-f:]{2,39}$/i.test(text) && (text.match(/::/g)?.length ?? 0) <= 1;
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** draft-ietf-mmusic-mdns-ice-candidates: a random UUID, so that nothing else can be looked up by it. */
function isMdnsName(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.local$/i.test(text);
}

const CANDIDATE = /^candidate:([\w+/]{1,32}) 1 udp (\d{1,10}) ([\w.:-]{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: (.*))?$/i;
