import { describe, expect, it } from 'vitest';
import { handle, isHeardInTime } from '../../src/econn/index.ts';
import { circumstances } from './circumstances.ts';

describe('a sign of life that need not be fed', () => {
  it.each(Object.entries(circumstances))('is one that changes nothing but a deadline: %s', (_, make) => {
    const { econn } = make();
    const [next, outputs] = handle(econn, { type: 'heard' });
    const changesNothing = next === econn && outputs.length === 1 && outputs.every((output) => output.type === 'start-timer' && output.timer === 'ping');

    expect(isHeardInTime(econn)).toBe(changesNothing);
  });

  it('is what comes in a call that is connected and heard', () => {
    expect(Object.keys(circumstances).filter((name) => isHeardInTime(circumstances[name]!().econn))).toEqual(['established', 'established, props unanswered']);
  });
});
