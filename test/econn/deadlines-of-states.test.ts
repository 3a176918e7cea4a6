import { describe, expect, it } from 'vitest';
import type { StateName, TimerName } from '../../src/econn/index.ts';
import { inState, stateNames } from './states.ts';

/** What runs in each state, in milliseconds, when it was just entered. */
const running: { readonly [S in StateName]: Partial<Record<TimerName, number>> } = {
  idle: {},
  pendingOutgoing: { setup: 60_000 },
  pendingIncoming: { setup: 60_000 },
  conflict: { setup: 60_000 },
  answered: { channel: 15_000 },
  established: { ping: 1500, props: 400 },
  updateSent: { reconnect: 30_000, update: 2000 },
  updateReceived: { reconnect: 30_000 },
  hangupSent: { hangup: 5000, hangupAck: 1000 },
  terminating: { hangup: 5000 },
  declining: { hangup: 5000 },
};

describe('a state', () => {
  it('P06 has the deadlines that it says, and no other', () => {
    expect(Object.fromEntries(stateNames.map((state) => [state, Object.fromEntries(inState[state]().timers)]))).toEqual(running);
  });
});
