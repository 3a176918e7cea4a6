import type { Target } from './target.ts';

/** Every target, each of a file of its name. */
export const TARGETS: readonly string[] = ['econn-message', 'server-frame', 'client-frame', 'envelope', 'letter', 'device-keys', 'sdp', 'ogg', 'ivf', 'matroska', 'vp8', 'vp9', 'h264', 'econn-saved', 'engine-saved', 'sctp', 'dcep', 'udp', 'stun', 'rtp', 'dtls', 'trace', 'turn', 'engine-mail', 'parcel'];

/** A target as it is, without counters. */
export async function loadTarget(name: string): Promise<Target> {
  const { target } = (await import(`./targets/${name}.ts`)) as { readonly target: Target };
  return target;
}
