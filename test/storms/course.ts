import type { Deed, Fate, Name } from './deed.ts';

/**
 * Deeds as people tell them: `a1 call; b1 answer + b2 answer; a1 end`. A semicolon is a moment, a plus is the same
 * instant. `lost SETUP to b1` and the like say what becomes of the next such message.
 */
export function deedsOf(course: string): readonly Deed[] {
  return course.split(';').flatMap((instant) => [...instant.split('+').map((clause) => deedOf(clause.trim().split(' '))), { does: 'wait', for: MOMENT } as const]);
}

/** Long enough for a message there and back, too short for any deadline. */
const MOMENT = 100;

const FATES: Readonly<Record<string, Fate>> = { lost: 'lost', late: 'last', double: 'double' };

function deedOf([first = '', second = '', third, fourth]: readonly string[]): Deed {
  const fate = FATES[first];
  if (fate !== undefined) return { does: 'next', fate, word: second, ...(fourth === undefined ? {} : { to: fourth as Name }) };
  if (first === 'wait') return { does: 'wait', for: Number(second) };
  const who = first as Name;
  switch (second) {
    case 'call':
      return { does: 'call', who, ...(third === undefined ? {} : { to: third as 'carol' }) };
    case 'crash':
      return { does: 'crash', who, with: third as 'newest' };
    case 'reload':
      return { does: 'reload', who, after: Number(third) };
    case 'sleep':
      return { does: 'sleep', who, for: Number(third) };
    case 'answer':
    case 'reject':
    case 'end':
    case 'mute':
    case 'camera':
    case 'renew':
    case 'die':
    case 'break':
    case 'slow':
    case 'part':
    case 'meet':
    case 'leave':
    case 'return':
    case 'refuse':
      return { does: second, who };
    default:
      throw new Error(`nobody knows how to ${second}`);
  }
}
