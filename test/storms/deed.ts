/** Two people with two devices each, and Carol. Alice's ids order below Bob's: in a glare she loses. */
export const PEOPLE = { a1: 'alice', a2: 'alice', b1: 'bob', b2: 'bob', c1: 'carol' } as const;
export type Name = keyof typeof PEOPLE;

/** What a device comes back with: all that it had stored, all but its last state, or nothing. */
export type Memory = 'newest' | 'older' | 'nothing';

/** What becomes of a message on its way to a device. `past 2`: it comes after the two that follow it. `last`: after everything else. */
export type Fate = 'double' | 'past 1' | 'past 2' | 'last' | 'lost';

/** One thing that a person or fate does to a household: plain data, so that it can be generated, shrunk and kept. */
export type Deed =
  | { readonly does: 'call' | 'answer' | 'reject' | 'end' | 'mute' | 'camera' | 'renew'; readonly who: Name; readonly to?: 'alice' | 'bob' | 'carol' }
  /** The process dies and comes back at once. */
  | { readonly does: 'crash'; readonly who: Name; readonly with: Memory }
  /** The process dies and stays dead. */
  | { readonly does: 'die'; readonly who: Name }
  /** A page that is left in good order and comes back. */
  | { readonly does: 'reload'; readonly who: Name; readonly after: number }
  /** A laptop is shut: no timer of it fires, nothing reaches it. Then all that waited comes. */
  | { readonly does: 'sleep'; readonly who: Name; readonly for: number }
  /** The device's microphone is broken: taking or placing a call fails there. */
  | { readonly does: 'break'; readonly who: Name }
  /** The device takes seven tenths of a second to find its addresses from here on. */
  | { readonly does: 'slow'; readonly who: Name }
  /** No media between this device and all others, until it is back. */
  | { readonly does: 'part' | 'meet'; readonly who: Name }
  /** What others send to the device waits at the backend, until it is back. */
  | { readonly does: 'leave' | 'return'; readonly who: Name }
  /** The next message on its way to anybody, or to this device, or of this kind, meets this fate. */
  | { readonly does: 'next'; readonly fate: Fate; readonly word?: string; readonly to?: Name }
  /** The backend takes the device's next message not at all. */
  | { readonly does: 'refuse'; readonly who: Name }
  /** The device's wall clock is set forward or back. */
  | { readonly does: 'jump'; readonly who: Name; readonly by: number }
  | { readonly does: 'wait'; readonly for: number };

export function inWords(deed: Deed): string {
  const { does, ...rest } = deed;
  const facts = Object.entries(rest).filter(([name]) => name !== 'who').map(([name, value]) => `${name} ${String(value)}`);
  return ['who' in deed ? deed.who : '', does, ...facts].filter((word) => word !== '').join(' ');
}
