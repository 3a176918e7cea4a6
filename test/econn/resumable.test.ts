import { describe, expect, it } from 'vitest';
import { resumable, type Econn } from '../../src/econn/index.ts';
import { inState, stateNames } from './states.ts';

describe('a call whose page was reloaded', () => {
  it('goes on as it stood when it stands, or had asked for a renewal', () => {
    expect(stateNames.filter((state) => resumable(inState[state]().econn) !== undefined)).toEqual(['established', 'updateSent']);
  });

  it('is what it was while it stood', () => {
    const { econn } = inState.established();
    expect(resumable(econn)).toBe(econn);
  });

  it('forgets the renewal that it had asked for, and waits for no answer to it', () => {
    const { econn } = inState.updateSent();
    const { sent, answer: _answer, ...call } = econn.memory.call ?? {};
    expect(sent).toMatchObject({ type: 'UPDATE' });
    expect(resumable(econn)).toEqual({ state: 'established', memory: { ...econn.memory, call: { ...call, pings: 0, tries: 0 } } });
  });

  it('is a bug of our own in a state that there is not', () => {
    expect(() => resumable({ ...inState.idle().econn, state: 'nowhere' } as unknown as Econn)).toThrow('nowhere');
  });
});
