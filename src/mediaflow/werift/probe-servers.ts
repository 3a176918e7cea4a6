import dgram from 'node:dgram';
import dns from 'node:dns';
import { isIP } from 'node:net';
import { classes, Message, methods, TurnProtocol } from 'werift';
import type { IceServer } from '../port.ts';
import { readServerUrl, type ServerAddress } from '../server-url.ts';
import { codeOf, hearRefusals, isRefusal } from './hardening/relay-answers.ts';
import { openRelayTransport, type TurnTls } from './hardening/relay-transport.ts';
import type { Address } from './hardening/werift-internals.ts';

/** How one server, over one transport, answers from here. Times in milliseconds. */
export type ServerProbe = {
  readonly url: string;
  readonly outcome:
    /** It answers; a TURN server gave a relayed address, which was given back. */
    | 'reachable'
    /** It answers, and does not take the credentials: wrong or expired. */
    | 'refused'
    /** A TURN server without username and credential cannot be asked. */
    | 'no-credentials'
    /** No answer, or no name, or a certificate that is not believed. */
    | 'unreachable'
    /** Not the url of a server that can be used. */
    | 'unusable';
  /** From nothing to the first answer, or to the relayed address: name, connection, TLS and credentials included. */
  readonly setUp?: number;
  readonly roundTrip?: { readonly median: number; readonly longest: number };
  readonly sent: number;
  /** Requests without an answer within a second. Over TCP and TLS loss shows as delay instead. */
  readonly lost: number;
};

export type ProbeOptions = {
  /** Requests to each server. Default: 20, one each 50 ms. */
  readonly requests?: number;
  readonly turnTls?: TurnTls;
};

/** Asks each url of each server, all at the same time, before there is a call. Never rejects. */
export async function probeServers(servers: readonly IceServer[], { requests = 20, turnTls }: ProbeOptions = {}): Promise<readonly ServerProbe[]> {
  const urls = servers.flatMap((server) => (typeof server.urls === 'string' ? [server.urls] : server.urls).map((url) => ({ server, url })));
  return Promise.all(urls.map(async ({ server, url }): Promise<ServerProbe> => {
    const address = readServerUrl(url);
    const nothing = { url, sent: 0, lost: 0 };
    if (address === undefined) return { ...nothing, outcome: 'unusable' };
    const began = performance.now();
    try {
      const asked = address.type === 'stun' ? await openStun(address) : await openTurn(address, server, turnTls);
      const setUp = performance.now() - began;
      const answers = await ask(asked, requests);
      await asked.close();
      const heard = answers.filter((span) => span !== undefined).sort((one, other) => one - other);
      const [median, longest] = [heard[Math.floor(heard.length / 2)], heard.at(-1)];
      return { url, outcome: 'reachable', setUp, ...(median === undefined || longest === undefined ? {} : { roundTrip: { median, longest } }), sent: requests, lost: requests - heard.length };
    } catch (problem) {
      if (problem instanceof NoCredentials) return { ...nothing, outcome: 'no-credentials' };
      return { ...nothing, outcome: isRefusal(codeOf(problem)) ? 'refused' : 'unreachable' };
    }
  }));
}

/** A server that answers. */
type Asked = {
  /** One request, sent once. Resolves when it is answered; whoever asks decides how long to wait. */
  readonly request: () => Promise<unknown>;
  readonly close: () => Promise<void>;
};

class NoCredentials extends Error {}

/** The spans until the answers, in the order of the requests; `undefined`: none came. */
async function ask({ request }: Asked, count: number): Promise<readonly (number | undefined)[]> {
  return Promise.all(Array.from({ length: count }, async (_, index) => {
    await pause(index * SPACING_MS);
    const began = performance.now();
    const answered = request().then(() => performance.now() - began, () => undefined);
    return Promise.race([answered, pause(ANSWER_LIMIT_MS).then(() => undefined)]);
  }));
}

async function openStun({ host, port }: ServerAddress): Promise<Asked> {
  const address = await resolved(host);
  const socket = dgram.createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  const open = new Map<string, () => void>();
  socket.on('error', () => {});
  // The transaction id is what an answer is known by (RFC 8489 §5).
  socket.on('message', (data) => open.get(data.toString('hex', 8, 20))?.());
  const request = (): Promise<void> => {
    const message = new Message(methods.BINDING, classes.REQUEST);
    return new Promise((resolve) => {
      open.set(message.transactionIdHex, resolve);
      socket.send(message.bytes, port, address);
    });
  };
  const first = Promise.race([...FIRST_TRIES_MS.map((span) => pause(span).then(request)), pause(CONNECT_LIMIT_MS).then(() => Promise.reject(new Error('No answer.')))]);
  const close = async (): Promise<void> => new Promise((closed) => socket.close(() => closed()));
  await first.catch(async (problem: unknown) => {
    await close();
    throw problem;
  });
  return { request, close };
}

async function openTurn({ host: name, port, ...server }: ServerAddress, { username, credential }: IceServer, tls: TurnTls | undefined): Promise<Asked> {
  if (server.type !== 'turn') throw new Error('A STUN server relays nothing.');
  if (!username || !credential) throw new NoCredentials();
  const address: Address = [await resolved(name), port];
  const given = new AbortController();
  const limit = setTimeout(() => given.abort(), CONNECT_LIMIT_MS);
  const road = await openRelayTransport({ address, name, transport: server.transport, tls }, given.signal).finally(() => clearTimeout(limit));
  const turn = new TurnProtocol([...address], username, credential, LIFETIME_SECONDS, road as unknown as TurnProtocol['transport']);
  hearRefusals(turn);
  const refresh = (lifetime: number): Message => new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', lifetime);
  (turn as unknown as { refresh(): void }).refresh = () => {};
  const cancelAll = (): void => Object.values(turn.transactions).forEach((transaction) => transaction.cancel());
  try {
    await Promise.race([turn.connectionMade(), pause(CONNECT_LIMIT_MS).then(() => Promise.reject(new Error('No answer.')))]);
  } catch (problem) {
    cancelAll();
    await road.close();
    throw problem;
  }
  return {
    request: () => turn.request(refresh(LIFETIME_SECONDS), turn.server, undefined, { retransmissions: 0, responseTimeout: 2 * ANSWER_LIMIT_MS }),
    close: async () => {
      turn.request(refresh(0), turn.server).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      cancelAll();
      await road.close();
    },
  };
}

async function resolved(host: string): Promise<string> {
  return isIP(host) === 0 ? (await dns.promises.lookup(host)).address : host;
}

function pause(span: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, span));
}

/** As often as audio packets, and a bit less: a second of a call. */
const SPACING_MS = 50;
const ANSWER_LIMIT_MS = 1_000;
const CONNECT_LIMIT_MS = 5_000;
const FIRST_TRIES_MS = [0, 100, 300, 700, 1_500, 3_000];
/** RFC 8656 §3.2 suggests ten minutes; it is given back at once. */
const LIFETIME_SECONDS = 600;
