import type { CloseReason } from '../../src/econn/index.ts';
import type { Household } from './household.ts';

/** How each device ended up: where it is, how its calls ended in order, and what it was told to have missed. */
export async function outcomeOf({ people, lived, missed }: Household): Promise<string> {
  const all = await Promise.all(people.map(async (person) => {
    const { self, engine } = person;
    const ends = await Promise.all(lived.filter(({ owner, call }) => owner.self.device === self.device && owner.alive && call.state === 'ended').map(async ({ call }) => {
      const end = await call.whenEnded();
      return inWords(end.reason) + (end.missed ? ' (missed)' : '');
    }));
    const here = engine.calls.map((call) => `${call.state} with ${call.peer.device?.device ?? 'nobody'}`);
    const unseen = missed.get(self.device) ?? 0;
    // Who was told of a call in a former life is told in this one, too, in the end.
    return `${self.device}: ${[...ends, ...here, ...(unseen === 0 ? [] : [`${unseen} missed`])].join(', ') || 'nothing'}`;
  }));
  return all.join('; ');
}

function inWords(reason: CloseReason): string {
  return reason.type === 'timed-out' ? `no ${reason.waitingFor}` : reason.type;
}
