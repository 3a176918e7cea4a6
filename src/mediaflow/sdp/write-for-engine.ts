import { absurd } from '../../base/absurd.ts';
import { allowedBy } from '../gather-rule.ts';
import type { IceConfig } from '../port.ts';
import { isIpAddress, writeCandidate, type UdpCandidate } from './candidate.ts';
import type { Description, Section, TransportFacts } from './description.ts';
import type { StackAbilities } from './stack-abilities.ts';

/**
 * A peer's description written anew from what was understood of it, for a WebRTC stack to apply: nothing a
 * peer wrote reaches the parser of the stack, no candidate the policy forbids is ever tried. Sections without use
 * are left out: to the stack they do not exist, and `writeOurs` puts them back into the answer as refused.
 */
export function writeForEngine(description: Description, role: 'offer' | 'answer', policy: IceConfig['policy'], stack: StackAbilities): string {
  const { transport } = description;
  const sections = description.sections.filter((section) => section.use !== 'none');
  const written = sections.map((section, index) => writeSection(section, transportLines(transport, role, index === 0 ? candidatesFor(transport, policy, stack) : []), stack));
  const mids = sections.map((section) => section.mid).join(' ');
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids}`, 'a=msid-semantic:WMS *', ...written.flat(), ''].join('\r\n');
}

function candidatesFor({ candidates }: TransportFacts, policy: IceConfig['policy'], stack: StackAbilities): UdpCandidate[] {
  return candidates.filter(({ type, address }) => allowedBy(policy, type) && (stack.resolvesNames || isIpAddress(address)));
}

function transportLines(transport: TransportFacts, role: 'offer' | 'answer', candidates: readonly UdpCandidate[]): string[] {
  return [
    'c=IN IP4 0.0.0.0',
    ...candidates.map((candidate) => `a=${writeCandidate(candidate)}`),
    `a=ice-ufrag:${transport.ufrag}`,
    `a=ice-pwd:${transport.password}`,
    ...(transport.iceLite ? ['a=ice-lite'] : []),
    ...transport.fingerprints.map(({ hash, value }) => `a=fingerprint:${hash} ${value}`),
    `a=setup:${transport.setup ?? (role === 'offer' ? 'actpass' : 'active')}`,
  ];
}

function writeSection(section: Section, transport: readonly string[], stack: StackAbilities): string[] {
  switch (section.use) {
    case 'none':
      return [];
    case 'channel':
      return ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...transport, `a=mid:${section.mid}`, `a=sctp-port:${section.sctpPort}`, `a=max-message-size:${section.maxMessageSize}`];
    case 'audio':
    case 'video':
      return [
        `m=${section.use} 9 UDP/TLS/RTP/SAVPF ${section.codecs.map(({ payloadType }) => payloadType).join(' ')}`,
        ...transport,
        `a=mid:${section.mid}`,
        `a=${section.direction}`,
        'a=rtcp:9 IN IP4 0.0.0.0',
        'a=rtcp-mux',
        ...section.codecs.flatMap(({ payloadType, name, parameters, feedback }) => [
          `a=rtpmap:${payloadType} ${name === 'opus' ? 'opus/48000/2' : `${name}/90000`}`,
          ...(parameters === undefined ? [] : [`a=fmtp:${payloadType} ${parameters}`]),
          ...feedback.filter((kind) => stack.feedback.has(kind)).map((kind) => `a=rtcp-fb:${payloadType} ${kind}`),
        ]),
        ...section.extensions.filter(({ uri }) => stack.extensions.has(uri)).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
        // Without it libwebrtc takes a source and the one that repairs it for two tracks.
        ...(section.sources.length > 0 ? [`a=msid:peer peer-${section.use}`] : []),
        ...(section.sources.length === 2 ? [`a=ssrc-group:FID ${section.sources.map(({ ssrc }) => ssrc).join(' ')}`] : []),
        ...section.sources.map(({ ssrc, cname }) => `a=ssrc:${ssrc} cname:${cname}`),
      ];
    default:
      return absurd(section);
  }
}
