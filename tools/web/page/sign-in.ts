import { BackendRefusedError, connectBackend, createDeviceKeys, restoreDeviceKeys, type DeviceKeys, type IdentityPolicy, type SavedChannel, type SealedChannel } from '../../../src/transport/index.ts';
import type { Kept, Vault } from './vault.ts';

export type Profile = Kept['profile'];

/** Why a person cannot be signed in, in a sentence for them. */
export class SignInError extends Error {
  override readonly name = 'SignInError' as const;
}

/** A new person on this browser. Throws {@link SignInError}. */
export function newProfile(name: string): Profile {
  const known = name.trim().toLowerCase();
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,31}$/u.test(known)) throw new SignInError('Use a name of letters and digits, at most 32 of them.');
  return { name: known, device: `browser-${randomText(6)}`, token: randomText(24) };
}

/** Connects as that person, with the keys that this browser has for them or new ones. Rejects with {@link SignInError}. */
export async function openChannel(vault: Vault, { name, device, token }: Profile, listeners: { readonly onIdentityChange: IdentityPolicy; readonly onPhase: (isOnline: boolean) => void }): Promise<SealedChannel> {
  const keys = await keysOf(vault);
  const keep = (changed: DeviceKeys): void => void vault.write('keys', changed.save());
  const saved = await vault.read('channel') as SavedChannel | undefined;
  const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/backend`;
  try {
    const channel = await connectBackend({
      url, self: { user: name, device }, token, keys, onKeysChanged: keep, onIdentityChange: listeners.onIdentityChange,
      onPhase: ({ type }) => listeners.onPhase(type === 'connected'),
      ...(saved === undefined ? {} : { saved }),
    });
    keep(keys);
    return channel;
  } catch (problem) {
    if (problem instanceof BackendRefusedError && problem.because === 'wrong-token') throw new SignInError(`Somebody else is ${name} here: choose another name.`);
    throw new SignInError('The server does not answer. Try again in a moment.');
  }
}

async function keysOf(vault: Vault): Promise<DeviceKeys> {
  const kept = await vault.read('keys');
  return kept === undefined ? createDeviceKeys() : restoreDeviceKeys(kept as Parameters<typeof restoreDeviceKeys>[0]);
}

function randomText(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
