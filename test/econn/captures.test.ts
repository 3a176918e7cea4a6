import { describe, expect, it } from 'vitest';
import { captures } from './capture.ts';
import { Replay, type Side } from './replay.ts';
import { Subject } from './subject.ts';

/**
 * How each recorded call ends for each side, written by hand from the recordings. `unsaid`, `beyond`: what AVS
 * said and we do not, and what we say beyond it. `age`: how long the backend held what comes in.
 */
const ends: Readonly<Record<string, { readonly [S in Side]?: End }>> = {
  'answered-elsewhere': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle answered-elsewhere' }, B2: { ends: 'idle ended-by-peer' } },
  'audio-call': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'audio-call-answered-video': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'audio-call-end-by-callee': { A: { ends: 'idle ended-by-peer' }, B: { ends: 'idle ended-locally' } },
  'audio-call-turn': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'callee-ends-ringing': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle cancelled-by-peer missed' } },
  cancel: { A: { ends: 'idle ended-locally' }, B: { ends: 'idle cancelled-by-peer missed' } },
  // Our CANCEL says it once more to the device that answered an attempt that is over; AVS leaves it alone there.
  'cancel-while-answering': { A: { ends: 'idle ended-locally', beyond: ['CANCEL to bbbbbbbbbbbbbbbb'] }, B: { ends: 'idle cancelled-by-peer missed', unsaid: ['SETUP(r) to aaaaaaaaaaaaaaaa'] } },
  'end-before-datachannel': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  glare: { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'missed-old-setup': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle', missed: 1, age: 61_000 } },
  'mute-and-video': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'muted-before-call': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'network-changed': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'no-answer-timeout': { A: { ends: 'idle timed-out' }, B: { ends: 'idle timed-out missed' } },
  'peer-vanishes': { A: { ends: 'updateSent' }, B: { ends: 'established' } },
  reject: { A: { ends: 'idle ended-locally' }, B: { ends: 'idle rejected-locally' }, B2: { ends: 'idle rejected-elsewhere' } },
  'video-call': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'video-call-answered-audio': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
  'video-glare': { A: { ends: 'idle ended-locally' }, B: { ends: 'idle ended-by-peer' } },
};

type End = { readonly ends: string; readonly unsaid?: readonly string[]; readonly beyond?: readonly string[]; readonly missed?: number; readonly age?: number };

describe('a call that AVS made with itself', () => {
  it('is in the table of ends, but for the group call', () => {
    expect([...Object.keys(ends), 'group-legacy'].sort()).toEqual(captures.map(({ name }) => name).sort());
  });

  for (const capture of captures) {
    for (const [side, expected] of Object.entries(ends[capture.name] ?? {})) {
      it(`ends as recorded, with the same messages, when we are ${side}: ${capture.name}`, () => {
        const replay = new Replay(side as Side, expected.age);

        replay.run(capture);

        const { told } = replay.subject;
        const closed = told.flatMap((event) => (event.type === 'closed' ? [event.reason.type, ...(event.missed ? ['missed'] : [])] : []));
        expect([replay.subject.state, ...closed].join(' ')).toBe(expected.ends);
        expect(told.filter(({ type }) => type === 'missed')).toHaveLength(expected.missed ?? 0);
        expect(Subject.sent(replay.subject.outputs).length).toBeLessThanOrEqual(40);
        const { unsaid = [], beyond = [] } = expected;
        expect(replay.said).toEqual([...Replay.recorded(capture, side as Side).filter((name) => !unsaid.includes(name)), ...beyond]);
      });
    }
  }
});
