import { CallEngine, type Call } from '../../src/index.ts';
import { addressWatch, WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { connectBackend } from '../../src/transport/index.ts';
import { loadDeviceKeys, saveDeviceKeys } from './device-keys-file.ts';
import type { Report } from './peer-events.ts';
import type { PeerOptions } from './peer-options.ts';
import { iceOf, turnTlsOf } from './server-options.ts';

/** A device that is connected to its backend. */
export type Peer = AsyncDisposable & {
  readonly engine: CallEngine;
  /** A connection that waits to be made again is tried at once. */
  readonly hurry: () => void;
  /** Milliseconds since 1970 by the backend. */
  readonly backendNow: () => number;
};

/**
 * Connects this device to its backend and says `ready`. A device that is new, or shows up with another
 * identity than before, is let in, and told of: those that run without `--keys` do so each time. While in a
 * call it turns others away.
 */
export async function openPeer({ self, backend, token, keys: path, servers, relay }: PeerOptions, report: Report, incoming: (call: Call) => void): Promise<Peer> {
  const keys = path === undefined ? undefined : await loadDeviceKeys(path);
  const media = new WeriftMediaEngine(await turnTlsOf(servers));
  let ready = false;
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
      if (phase.type === 'waiting') report({ type: 'notice', text: `no connection to the backend, next try in ${(phase.retryIn / 1000).toFixed(1)} s${ready && process.stdin.isTTY ? ', or at once with Enter' : ''}` });
      if (phase.type === 'connected' && ready) report({ type: 'notice', text: 'connected to the backend again' });
    },
  });
  const engine = new CallEngine({ channel, media, ice: iceOf(servers, relay ? 'relay' : 'all'), network: addressWatch(), policy: { whenInCall: 'turn-away' } });
  ready = true;
  // In this turn: a call that waited for us rings right after it.
  engine.on('incoming', incoming);
  engine.on('turned-away', ({ from }) => report({ type: 'notice', text: `${from.user}/${from.device} calls: declined, in a call` }));
  report({ type: 'ready', self: `${self.user}/${self.device}`, signalling: channel.protection });
  return { engine, hurry: () => channel.hurry(), backendNow: () => channel.backendNow(), [Symbol.asyncDispose]: () => engine.close() };
}
