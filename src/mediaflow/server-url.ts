import type { IceServer } from './port.ts';

/** A server of an {@link IceServer}, as its url names it. */
export type ServerAddress =
  | { readonly type: 'stun'; readonly host: string; readonly port: number }
  /** `asked`: whether the url names the transport. When it does not, UDP is tried first, then TCP. */
  | { readonly type: 'turn'; readonly host: string; readonly port: number; readonly transport: TurnTransport; readonly asked: boolean };

/** Between us and the server; what is relayed is UDP all the same. */
export type TurnTransport = 'udp' | 'tcp' | 'tls';

/** Reads the url of a server (RFC 7064, RFC 7065). `undefined` for what cannot be used: `stuns:`, TURN over DTLS, nonsense. */
export function readServerUrl(url: string): ServerAddress | undefined {
  const found = URL_FORM.exec(url.trim());
  if (found === null) return undefined;
  const [, scheme = '', bracketed, plain, portText, query] = found;
  const host = bracketed ?? plain ?? '';
  const secure = scheme.toLowerCase() === 'turns';
  const port = portText === undefined ? (secure ? 5349 : 3478) : Number(portText);
  if (port === 0 || port > 65_535) return undefined;
  if (scheme.toLowerCase() === 'stun') return query === undefined ? { type: 'stun', host, port } : undefined;
  const asked = query?.toLowerCase();
  if (secure) return asked === 'udp' ? undefined : { type: 'turn', host, port, transport: 'tls', asked: true };
  return { type: 'turn', host, port, transport: asked === 'tcp' ? 'tcp' : 'udp', asked: asked !== undefined };
}

/** Every url of a server that can be used, each once. */
export function addressesOf({ urls }: IceServer): readonly ServerAddress[] {
  return (typeof urls === 'string' ? [urls] : urls).flatMap((url) => readServerUrl(url) ?? []);
}

const URL_FORM = /^(stun|turns?):(?:\[([\da-f:.]{2,45})\]|([\w.-]{1,253}))(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
