import { sha256 } from '@noble/hashes/sha2.js';
import type { Pledge } from '../econn/index.ts';
import type { SharedPledges } from './port.ts';

/** The long-term public keys of two devices, as text that both sides write alike. */
export type Identities = { readonly caller: string; readonly callee: string };

/** A fresh nonce and the commitment to it. */
export function drawPledge(random: Uint8Array): Pledge {
  const nonce = base64url(random);
  return { nonce, commit: commitmentTo(nonce) };
}

/** Whether the revealed nonce is the one that was committed to. */
export function keepsPromise({ commit, callerNonce }: SharedPledges): boolean {
  return commit === undefined || commit === commitmentTo(callerNonce);
}

/**
 * Seven signs that two people read to each other: equal on both sides exactly when nobody is in between, but
 * for a chance of 2⁻⁴² (64⁷). Bound to both identities, both first certificates and both nonces. `undefined`
 * when a description names no certificate.
 */
export function authenticationString(pledges: SharedPledges, identities: Identities): readonly string[] | undefined {
  const [offer, answer] = [fingerprintIn(pledges.offer), fingerprintIn(pledges.answer)];
  if (offer === undefined || answer === undefined) return undefined;
  const parts = ['callcore authentication 1', identities.caller, identities.callee, offer, answer, pledges.callerNonce, pledges.calleeNonce];
  const hash = hashOf(parts.map((part) => `${part.length}:${part}`).join(''));
  return Array.from({ length: SIGNS_SHOWN }, (_, index) => SIGNS[(hash[index] ?? 0) & 63] ?? '');
}

const SIGNS_SHOWN = 7;

/** Sixty-four things that can be told apart on a small screen and named in a word. */
const SIGNS: readonly string[] = [
  '🍋 🍇 🍉 🍒 🥝 🥕 🌶 🍞 🧀 🍩 🍯 ☕ 🐝 🐞 🐌 🐍',
  '🐬 🐳 🦉 🦆 🦒 🐪 🦔 🐿 🌻 🌲 🍁 🌊 ⛄ 🌈 ⭐ ☀',
  '⚡ 🏠 🏰 🗼 ⛺ 🚗 🚜 🚁 ⛵ 🎈 🎁 🎲 🎯 🧩 🎨 🎻',
  '🥁 🎤 📷 📺 💎 👑 🧦 👞 🎒 🕯 🔭 🧲 🪁 🪜 🧵 🥄',
].flatMap((row) => row.split(' '));

/** The first SHA-256 fingerprint of a description (RFC 8122), in upper case. */
function fingerprintIn(sdp: string): string | undefined {
  return /^a=fingerprint:sha-256 ([0-9a-f:]+)/im.exec(sdp)?.[1]?.toUpperCase();
}

function commitmentTo(nonce: string): string {
  return base64url(hashOf(`callcore commitment 1:${nonce}`));
}

function hashOf(text: string): Uint8Array {
  return sha256(new TextEncoder().encode(text));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
