import type { parseArgs, ParseArgsConfig } from 'node:util';
import type { Device } from '../../src/base/device.ts';
import { readDevice, readPath, readSeconds, readUrl } from './arguments.ts';
import { UsageError } from './command.ts';
import { readServerOptions, SERVER_OPTIONS, SERVER_OPTIONS_HELP, type ServerOptions } from './server-options.ts';

/** What `call` and `answer` have in common, for `parseArgs`. */
export const PEER_OPTIONS = {
  ...SERVER_OPTIONS,
  relay: { type: 'boolean', default: false },
  as: { type: 'string' },
  backend: { type: 'string', default: 'ws://127.0.0.1:8790' },
  token: { type: 'string', default: 'callcore' },
  keys: { type: 'string' },
  play: { type: 'string' },
  'play-seconds': { type: 'string' },
  tone: { type: 'boolean', default: false },
  video: { type: 'string' },
  file: { type: 'string' },
  record: { type: 'string' },
  cbr: { type: 'boolean', default: false },
  trace: { type: 'string' },
  seconds: { type: 'string' },
  muted: { type: 'boolean', default: false },
  frames: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'follow-stdin': { type: 'boolean', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

export const PEER_OPTIONS_HELP = `  --as user/device   who this is, as in alice/phone
  --backend url      where "callcore backend" listens; default
                     ws://127.0.0.1:8790
  --token text       the backend knows a user by the first token it was shown
                     (default "callcore", which everybody knows)
  --keys file        keeps this device's secret keys; without, they are new
                     each time
  --play file.opus   sends an Ogg/Opus file once; without it, silence. After
                     the file nothing is sent, and the call goes on until
                     Ctrl-C or --seconds
  --play-seconds n   only the first n seconds of it
  --tone             sends a 440 Hz tone instead
  --video file.ivf   sends pictures over and over: IVF, WebM or Matroska with
                     VP8, VP9 or H.264
  --file film.webm   sends the sound and the pictures of a WebM or Matroska file
  --record out.ogg   records what is heard as Ogg/Opus, over an older file of
                     that name
  --record out.webm  records both sides, sound and picture, a track for each
  --cbr              audio of constant bitrate: packet sizes say nothing of
                     what is said
  --trace file.json  writes what happened, without names and addresses, for
                     "callcore replay" and "callcore explain"
  --relay            shows the other side no address of this machine: media goes
                     through a TURN server only
${SERVER_OPTIONS_HELP}
  --seconds n        hangs up n seconds after the call was connected
  --muted            starts muted
  --json             one JSON event a line: state, status, ended with metrics, …
  --frames           with --json: digests of all audio frames after the call
  --follow-stdin     hangs up when standard input ends, for programs that start
                     this one

While it runs, lines on standard input are obeyed: mute, unmute, video on,
video off, renew (a new connection under the call), end. Any line, also an empty
one, tries a lost backend again at once. Ctrl-C hangs up as well; a second one
quits at once.`;

export type PeerOptions = {
  readonly self: Device;
  readonly backend: string;
  readonly token: string;
  readonly keys: string | undefined;
  readonly play: string | undefined;
  readonly playSeconds: number | undefined;
  readonly tone: boolean;
  readonly video: string | undefined;
  /** Sound and pictures from one file. */
  readonly file: string | undefined;
  readonly record: string | undefined;
  readonly constantBitrate: boolean;
  readonly trace: string | undefined;
  readonly servers: ServerOptions;
  readonly relay: boolean;
  readonly seconds: number | undefined;
  readonly muted: boolean;
  readonly frames: boolean;
  readonly json: boolean;
  readonly followInput: boolean;
};

type PeerValues = ReturnType<typeof parseArgs<{ options: typeof PEER_OPTIONS }>>['values'];

/** Throws `UsageError`. */
export function readPeerOptions(values: PeerValues): PeerOptions {
  if (values.tone && values.play !== undefined) throw new UsageError('--tone and --play cannot go together: this side sends one sound');
  if (values.file !== undefined && (values.tone || values.play !== undefined || values.video !== undefined)) throw new UsageError('--file brings sound and pictures: leave out --play, --tone and --video');
  const self = readDevice(values.as, '--as');
  if (values.relay && values.turn === undefined) throw new UsageError('--relay needs a TURN server: --turn turn:turn.example.org with its credentials');
  return {
    self,
    servers: readServerOptions(values, self.user),
    relay: values.relay,
    backend: readUrl(values.backend, '--backend'),
    token: values.token,
    keys: readPath(values.keys, '--keys'),
    play: readPath(values.play, '--play'),
    playSeconds: readSeconds(values['play-seconds'], '--play-seconds'),
    tone: values.tone,
    video: readPath(values.video, '--video'),
    file: readPath(values.file, '--file'),
    record: readPath(values.record, '--record'),
    constantBitrate: values.cbr,
    trace: readPath(values.trace, '--trace'),
    seconds: readSeconds(values.seconds, '--seconds'),
    muted: values.muted,
    frames: values.frames,
    json: values.json,
    followInput: values['follow-stdin'],
  };
}
