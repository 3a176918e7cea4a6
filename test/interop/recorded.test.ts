import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay, type Trace } from '../../src/index.ts';
import { RECORDED } from './play-case.ts';

const NAMES = readdirSync(RECORDED).filter((name) => name.endsWith('.json'));

// What real AVS said to callcore, in the order and at the moments in which it did. The rules may change; what becomes of these calls may not.
describe('a call with AVS that was recorded', () => {
  it.each(NAMES)('%s: is answered with the same messages and ends for the same reason', (name) => {
    const recorded = JSON.parse(readFileSync(new URL(name, RECORDED), 'utf8')) as Trace;
    expect(courseOf(recorded)).toContain('ended');
    expect(courseOf(replay(recorded))).toEqual(courseOf(recorded));
  });
});

/** What left for AVS, and how it ended. */
function courseOf({ entries }: Trace): string[] {
  return entries.flatMap(({ outputs }) => outputs.flatMap((output) => {
    if (output.type === 'send' || output.type === 'say') return [`${output.type} ${output.message.type}${output.message.resp ? '(r)' : ''}`];
    return output.type === 'notify' && output.notice.type === 'ended' ? ['ended', output.notice.reason.type] : [];
  }));
}
