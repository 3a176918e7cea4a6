import { CallEngine, type Call } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { CommandError } from './command.ts';
import { loadDeviceKeys, saveDeviceKeys } from './device-keys-file.ts';
import type { Report } from './peer-events.ts';
import type { PeerOptions } from './peer-options.ts';

/**
 * Connects this device to its backend and says `ready`. A device that is new, or shows up with another
 * identity than before, is let in, and told of: those that run without `--keys` do so each time.
 */
export async function openPeer({ self, backend, token, keys: path }: PeerOptions, report: Report, incoming: (call: Call) => void): Promise<CallEngine> {
  const keys = path === undefined ? undefined : await loadDeviceKeys(path);
  const channel = await connectBackend({
    url: backend, self, token,
    ...(keys === undefined ? {} : { keys }),
    onKeysChanged: (changed) => {
      if (path !== undefined) saveDeviceKeys(path, changed).catch(() => report({ type: 'notice', text: `the keys could not be kept in ${path}` }));
    },
    onIdentityChange: ({ type, device }) => {
      report({ type: 'notice', text: `${device.user}/${device.device} ${type === 'new-device' ? 'is a device that this user did not have before' : 'has another identity key than before'}` });
      return 'accept';
    },
    onRefused: (because) => report({ type: 'notice', text: `a message was not accepted: ${because}` }),
    onPhase: (phase) => {
      if (phase.type === 'waiting') report({ type: 'notice', text: `no connection to the backend, next try in ${Math.round(phase.retryIn)} ms` });
    },
  });
  const engine = new CallEngine({ channel, media: new WeriftMediaEngine() });
  // In this turn: a call that waited for us rings right after it.
  engine.on('incoming', incoming);
  report({ type: 'ready', self: `${self.user}/${self.device}`, signalling: channel.protection });
  return engine;
}

/** Says in a sentence what a media file's reader found. */
export function fileProblem(path: string, problem: unknown): CommandError {
  if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return new CommandError(`there is no file ${path}`);
  return new CommandError(`${path}: ${problem instanceof Error ? problem.message : String(problem)}`);
}
