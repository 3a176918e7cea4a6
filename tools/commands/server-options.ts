import { readFile } from 'node:fs/promises';
import type { parseArgs, ParseArgsConfig } from 'node:util';
import { seconds, type IceSource } from '../../src/index.ts';
import type { IceConfig, IceServer } from '../../src/mediaflow/index.ts';
import { readServerUrl } from '../../src/mediaflow/server-url.ts';
import type { WeriftMediaEngineOptions } from '../../src/mediaflow/werift/index.ts';
import { timedCredentials } from '../turn/timed-credentials.ts';
import { UsageError } from './command.ts';
import { readProblem } from './files.ts';

/** Which servers help to find a path, for `parseArgs`. */
export const SERVER_OPTIONS = {
  stun: { type: 'string', multiple: true },
  turn: { type: 'string', multiple: true },
  'turn-user': { type: 'string' },
  'turn-password': { type: 'string' },
  'turn-secret': { type: 'string' },
  'turn-ca': { type: 'string' },
  'turn-insecure': { type: 'boolean', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

export const SERVER_OPTIONS_HELP = `  --stun url         a STUN server, as in stun:stun.example.org; may be repeated
  --turn url         a TURN server, as in turn:turn.example.org?transport=tcp or
                     turns:turn.example.org; may be repeated, all are asked
  --turn-user name   and --turn-password text: credentials for all of them; or
  --turn-secret text the secret of a server with coturn's use-auth-secret: makes
                     credentials that are good for an hour, and new ones in time
  --turn-ca file.pem believes this certificate of a turns: server as well
  --turn-insecure    believes any certificate of a turns: server`;

export type ServerOptions = {
  readonly stun: readonly string[];
  readonly turn: readonly string[];
  /** Those of now; time-limited ones are made anew for each asking. */
  readonly credentials: () => Pick<IceServer, 'username' | 'credential'>;
  /** Whether credentials expire. */
  readonly timed: boolean;
  readonly ca: string | undefined;
  readonly insecure: boolean;
};

type ServerValues = ReturnType<typeof parseArgs<{ options: typeof SERVER_OPTIONS }>>['values'];

/** `user`: whom time-limited credentials are made for. Throws `UsageError`. */
export function readServerOptions(values: ServerValues, user: string): ServerOptions {
  const { stun = [], turn = [], 'turn-user': username, 'turn-password': password, 'turn-secret': secret } = values;
  for (const [option, urls] of [['stun', stun], ['turn', turn]] as const) {
    for (const url of urls) if (readServerUrl(url)?.type !== option) throw new UsageError(`--${option} needs the url of a server, as in ${option}:${option}.example.org:3478, not "${url}"`);
  }
  if ((username === undefined) !== (password === undefined)) throw new UsageError('--turn-user and --turn-password belong together');
  if (username !== undefined && secret !== undefined) throw new UsageError('--turn-secret makes credentials by itself: leave out --turn-user and --turn-password');
  if (turn.length > 0 && username === undefined && secret === undefined) throw new UsageError('--turn needs credentials: --turn-user and --turn-password, or --turn-secret');
  return {
    stun, turn, ca: values['turn-ca'], insecure: values['turn-insecure'], timed: secret !== undefined,
    credentials: () => {
      if (secret !== undefined) return timedCredentials(secret, user, LIFE, Date.now());
      return username === undefined || password === undefined ? {} : { username, credential: password };
    },
  };
}

export function serversOf({ stun, turn, credentials }: ServerOptions): readonly IceServer[] {
  return [...(stun.length === 0 ? [] : [{ urls: stun }]), ...(turn.length === 0 ? [] : [{ urls: turn, ...credentials() }])];
}

/** What an engine is given. */
export function iceOf(options: ServerOptions, policy: IceConfig['policy']): IceConfig | IceSource {
  if (!options.timed) return { servers: serversOf(options), policy };
  return { policy, fetch: () => Promise.resolve({ servers: serversOf(options), ttl: LIFE }) };
}

/** Rejects with `CommandError` when there is no such file. */
export async function turnTlsOf({ ca, insecure }: ServerOptions): Promise<Pick<WeriftMediaEngineOptions, 'turnTls'>> {
  if (insecure) return { turnTls: { rejectUnauthorized: false } };
  if (ca === undefined) return {};
  try {
    return { turnTls: { ca: await readFile(ca, 'utf8') } };
  } catch (problem) {
    throw readProblem(ca, problem);
  }
}

const LIFE = seconds(3_600);
