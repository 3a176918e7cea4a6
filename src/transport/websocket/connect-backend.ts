import type { Clock, StopTimer } from '../../base/clock.ts';
import type { Device } from '../../base/device.ts';
import type { Entropy } from '../../base/entropy.ts';
import { systemClock } from '../../base/system-clock.ts';
import { systemEntropy } from '../../base/system-entropy.ts';
import { seconds } from '../../base/units.ts';
import { createDeviceKeys, type DeviceKeys } from '../device-keys.ts';
import type { IdentityPolicy } from '../identity-pins.ts';
import { PlaintextCipher } from '../plaintext-cipher.ts';
import type { RefusalListener } from '../refusal.ts';
import { readSavedChannel, type SavedChannel } from '../saved-channel.ts';
import { channelOver, openSealedChannel, type SealedChannel } from '../sealed-channel.ts';
import type { SocketFactory } from './open-socket.ts';
import type { DenialReason } from './protocol.ts';
import { Requests } from './requests.ts';
import { WebSocketCarrier } from './websocket-carrier.ts';
import { WebSocketConnection, type ConnectionPhase } from './websocket-connection.ts';
import { WebSocketDirectory } from './websocket-directory.ts';

export type WebSocketOptions = {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly self: Device;
  readonly token: string;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** How to open a WebSocket; by default `ws` in Node and the browser's own elsewhere. */
  readonly socket?: SocketFactory;
  /** Told of every change of the connection. What it throws is dropped. */
  readonly onPhase?: (phase: ConnectionPhase) => void;
};

export type BackendOptions = WebSocketOptions & {
  /** Owned from here on and wiped on close. Default: new keys, fit for a program that remembers nothing. */
  readonly keys?: DeviceKeys;
  /** Default: sealed. */
  readonly cipher?: 'sealed' | 'plaintext';
  readonly saved?: SavedChannel;
  readonly onIdentityChange?: IdentityPolicy;
  readonly onRefused?: RefusalListener;
  /** The prekey was replaced: `keys.save()` anew. What it throws is dropped. */
  readonly onKeysChanged?: (keys: DeviceKeys) => void;
};

export type WebSocketBackend = { readonly carrier: WebSocketCarrier; readonly directory: WebSocketDirectory };

/** Connects and waits for the welcome. Rejects with {@link BackendAddressError} at once, {@link BackendRefusedError} or, after half a minute, {@link BackendAwayError}. */
export async function connectWebSocket(options: WebSocketOptions): Promise<WebSocketBackend> {
  const { url, self, token, socket, clock = systemClock, entropy = systemEntropy } = options;
  requireSense(options);
  let follow: (phase: ConnectionPhase) => void = () => undefined;
  const onPhase = (phase: ConnectionPhase): void => {
    follow(phase);
    options.onPhase?.(phase);
  };
  const connection = new WebSocketConnection({ url, self, token, clock, entropy, socket, onPhase });
  const requests = new Requests(connection, clock);
  const backend = { carrier: new WebSocketCarrier(connection, requests), directory: new WebSocketDirectory(requests) };
  await new Promise<void>((welcomed, failed) => {
    const stopTimer = clock.schedule(CONNECT_LIMIT, () => {
      connection.close();
      failed(new BackendAwayError());
    });
    follow = (phase) => {
      if (phase.type === 'connecting' || phase.type === 'waiting') return;
      stopTimer();
      if (phase.type === 'connected') welcomed();
      if (phase.type === 'denied') failed(new BackendRefusedError(phase.because));
    };
    connection.open();
  });
  return backend;
}

/**
 * A channel over a backend such as tools/backend, ready to use: connected, with this device's keys published
 * and kept fresh. Rejects with {@link BackendRefusedError}, {@link BackendAwayError} or {@link SavedChannelError}.
 */
export async function connectBackend(options: BackendOptions): Promise<SealedChannel> {
  const saved = readSavedChannel(options.saved);
  const { self, onIdentityChange, onRefused, clock = systemClock, entropy = systemEntropy } = options;
  const keys = options.cipher === 'plaintext' ? undefined : (options.keys ?? (await createDeviceKeys({ clock, entropy })));
  let publish: () => void = () => undefined;
  const onPhase = (phase: ConnectionPhase): void => {
    // A backend that keeps nothing on disk has forgotten us when it comes back.
    if (phase.type === 'connected') publish();
    options.onPhase?.(phase);
  };
  const { carrier, directory } = await connectWebSocket({ ...options, onPhase }).catch((error: unknown) => {
    keys?.close();
    throw error;
  });
  const parts = { carrier, directory, clock, entropy, onRefused };
  if (keys === undefined) {
    publish = () => void directory.publish(undefined);
    await directory.publish(undefined);
    return channelOver({ ...parts, cipher: new PlaintextCipher(), protection: 'plaintext', seen: saved?.seen });
  }
  publish = () => {
    if (!keys.closed) void directory.publish(keys.bundle);
  };
  const maintain = (): void => {
    if (keys.maintain(carrier.backendNow()) === 'unchanged') return;
    publish();
    try {
      options.onKeysChanged?.(keys);
    } catch {
      // The keys are published all the same.
    }
  };
  let stopTimer: StopTimer = () => undefined;
  const keepFresh = (): void => {
    // By the backend's time: a wall clock that is wrong must not date a prekey.
    maintain();
    stopTimer = clock.schedule(MAINTENANCE, keepFresh);
  };
  keepFresh();
  await directory.publish(keys.bundle);
  return openSealedChannel({ ...parts, self, keys, saved, onIdentityChange, onClose: () => stopTimer() });
}

/** The address, token or ids cannot be used with any backend: a mistake of the app, told before anything is tried. */
export class BackendAddressError extends Error {
  override readonly name = 'BackendAddressError' as const;
}

/** The backend does not let this device in, and would not on another try. */
export class BackendRefusedError extends Error {
  override readonly name = 'BackendRefusedError' as const;
  readonly because: DenialReason;

  constructor(because: DenialReason) {
    super(`the backend refused this device (${because}): ${REMEDIES[because]}`);
    this.because = because;
  }
}

/** The backend could not be reached. */
export class BackendAwayError extends Error {
  override readonly name = 'BackendAwayError' as const;

  constructor() {
    super('the backend did not answer within 30 s: check its address, and that it runs');
  }
}

const CONNECT_LIMIT = seconds(30);
/** Prekeys live for days; an hour late does not matter. */
const MAINTENANCE = seconds(3600);

const REMEDIES: Record<DenialReason, string> = {
  'wrong-token': 'pass the token that this user registered with, or use another user id',
  'unknown-version': 'use a backend and a library of the same protocol version',
  replaced: 'another connection speaks for this device: give each program a device id of its own',
  'too-fast': 'send less',
  full: 'try later',
  nonsense: 'the other end is not a callcore backend',
};

function requireSense({ url, self, token }: WebSocketOptions): void {
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (scheme !== 'ws:' && scheme !== 'wss:') throw new BackendAddressError('url is not the address of a WebSocket: pass one like wss://calls.example.org');
  if (self.user === '' || self.device === '') throw new BackendAddressError('self has an empty id: pass the user and device that this channel speaks for');
  if (token === '') throw new BackendAddressError('token is empty: pass the token that this user registered with, or registers with now');
}
