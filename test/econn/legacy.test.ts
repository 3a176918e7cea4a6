import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { encodeMessage, type Input, type Message } from '../../src/econn/index.ts';
import { a1, a2, b1, b2, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { cancel, from, MUTED, SILENT } from './letters.ts';
import { inState } from './states.ts';
import { answer, end, newOffer, opened, renew, start, Subject } from './subject.ts';

// A peer that writes no offer ids: AVS.

describe('a call from a peer without offer ids', () => {
  it('G01 never rings when its CANCEL came first: the session is remembered, in any case', () => {
    const alice = Subject.alice();

    alice.feed(from(b1, message('CANCEL', 'AbCd')), from(b1, described('SETUP', 'aBcD')));

    expect(inBrief(alice.outputs)).toBe('missed');
    expect(alice.state).toBe('idle');
  });

  it('G04 G06 rings once, and not again when it is over', () => {
    const alice = ringing();
    expect(alice.feed(from(b1, described('SETUP', 'sess')))).toEqual([]);
    alice.feed(from(b1, message('CANCEL', 'sess')));

    expect(alice.feed(from(b1, described('SETUP', 'sess')))).toEqual([]);
    expect(alice.told.filter(({ type }) => type === 'incoming')).toHaveLength(1);
    expect(alice.feed(from(b1, message('CANCEL', 'sess')))).toEqual([]);
  });

  it('E08 is not cancelled by the CANCEL of another session', () => {
    const alice = ringing();

    alice.feed(from(b1, message('CANCEL', 'else')), from(b2, message('CANCEL', 'sess')));

    expect(alice.state).toBe('pendingIncoming');
  });

  it('is answered, renewed and ended in messages that name no offer', () => {
    const alice = established();
    alice.feed({ type: 'set-props', props: { muted: true, video: 'off', screen: 'off', audioCbr: false } }, renew, newOffer, end);

    for (const sent of alice.sent) expect(Object.keys(JSON.parse(encodeMessage(sent)) as object).filter((key) => ['call', 'offer', 'withdrawn', 'seq', 'ack'].includes(key)), sent.type).toEqual([]);
    expect(new Set(alice.sent.map(({ sessid }) => sessid)).size).toBe(1);
  });

  it('B07 is declined at our own devices only, without a session, as AVS does', () => {
    const outputs = ringing().feed({ type: 'reject', tellCaller: 'when-understood' });

    expect(inBrief(outputs)).toBe('REJECT>alice closed:rejected-locally');
    expect(Subject.sent(outputs)).toMatchObject([{ sessid: '' }]);
  });

  it('B07 can be told to its caller, which listens to nothing but an answer: by one that is withdrawn when the backend has it, and after 1 and 3 s again', () => {
    const alice = ringing();
    const declined = alice.feed({ type: 'reject', tellCaller: 'always' });
    expect(inBrief(declined)).toBe('REJECT>alice SETUP(r)>b1 ending');
    expect([alice.state, alice.timers]).toEqual(['declining', new Map([['hangup', 5000]])]);

    const withdrawn = [alice.feed(answerTaken(alice)), ...[1000, 2000].map((wait) => {
      expect(alice.timers.get('decline')).toBe(wait);
      return alice.expire('decline');
    })];

    expect(withdrawn.map(inBrief)).toEqual(['CANCEL>b1', 'CANCEL>b1', 'CANCEL>b1 closed:rejected-locally']);
    const said = [declined, ...withdrawn].flatMap((outputs) => Subject.sent(outputs)).filter(({ type }) => type !== 'REJECT');
    expect(new Set(said.map(({ sessid }) => sessid)).size).toBe(1);
    expect([alice.state, alice.timers.size]).toEqual(['idle', 0]);
    expect(alice.feed(from(b1, described('SETUP', 'sess')))).toEqual([]);
  });

  it('B07 is declined in vain, and withdrawn no more, when the backend does not take the answer', () => {
    const alice = declining();

    expect(inBrief(alice.feed({ ...answerTaken(alice), outcome: 'refused' }))).toBe('closed:rejected-locally');
    expect(alice.state).toBe('idle');
  });

  it('B07 is withdrawn at last after five seconds, also when nobody says that the answer was taken', () => {
    const alice = declining();

    expect(inBrief(alice.expire('hangup'))).toBe('CANCEL>b1 closed:rejected-locally');
    expect(alice.timers.size).toBe(0);
  });

  it('B07 is over as soon as its caller ends it, and makes room for another', () => {
    expect(inBrief(declining().feed(from(b1, message('CANCEL', 'sess'))))).toBe('closed:rejected-locally');
    expect(inBrief(declining().feed(from(b1, described('SETUP', 'anew'))))).toBe('closed:rejected-locally incoming');
    expect(inBrief(declining().feed(from(b2, described('SETUP', 'two2'))))).toBe('CANCEL>b1 closed:rejected-locally incoming');
  });

  it('B07 tells a caller that writes offer ids in a word, whether or not all are to be told', () => {
    for (const tellCaller of ['when-understood', 'always'] as const) expect(inBrief(inState.pendingIncoming().feed({ type: 'reject', tellCaller }))).toBe('REJECT>alice REJECT>b1 closed:rejected-locally');
  });

  it('E01 stops when another device of ours answers that caller', () => {
    expect(inBrief(ringing().feed(from(a2, described('SETUP', 'ours', { resp: true, dest: b1 }))))).toBe('closed:answered-elsewhere');
    expect(inBrief(ringing().feed(from(a2, described('SETUP', 'ours', { resp: true, dest: b2 }))))).toBe('');
  });

  it('F04 rings anew when its device crashed and calls again; F05 another device is only turned away', () => {
    const alice = established();

    expect(inBrief(alice.feed(from(b2, described('SETUP', 'two2'))))).toBe('turned-away');
    expect(inBrief(alice.feed(from(b1, described('SETUP', 'new1'))))).toBe('closed:replaced-by-peer incoming:recall');
  });

  it('is not ended by a HANGUP of another session', () => {
    const alice = established();
    expect(alice.feed(from(b1, message('HANGUP', 'else')))).toEqual([]);

    alice.feed(from(b1, message('HANGUP', 'SESS')), { type: 'drained' });

    expect(alice.told.at(-1)).toMatchObject({ type: 'closed', reason: { type: 'ended-by-peer' } });
  });

  it('H12 is probed with PROPSYNC, which AVS answers, not with PING', () => {
    expect(inBrief(established().expire('ping'))).toBe('PROPSYNC');
  });

  it('J03 tells its props without numbers: the last one heard counts', () => {
    const alice = established();

    alice.feed(from(b1, { ...message('PROPSYNC', 'sess'), props: MUTED } as Message), from(b1, { ...message('PROPSYNC', 'sess'), props: SILENT } as Message));

    expect(alice.told.filter(({ type }) => type === 'peer-props')).toHaveLength(2);
    expect(alice.econn.memory.call?.theirs.muted).toBe(false);
  });

  it('I04 gets the very same answer to an UPDATE that comes again, and a new one to another', () => {
    const alice = established();
    alice.feed(from(b1, described('UPDATE', 'sess', { sdp: 'one' })));
    const [first] = Subject.sent(alice.feed(answer));

    expect(Subject.sent(alice.feed(from(b1, described('UPDATE', 'sess', { sdp: 'one' }))))).toEqual([first]);
    expect(inBrief(alice.feed(from(b1, described('UPDATE', 'sess', { sdp: 'two' }))))).toBe('renewing answer-wanted');
  });
});

describe('a call to a peer without offer ids', () => {
  it('G09 cancels a late answer under the session of the attempt that is over', () => {
    const alice = Subject.alice();
    alice.feed(start, end);
    const [setup] = alice.sent;

    const outputs = alice.feed(from(b1, described('SETUP', 'late', { resp: true, dest: a1 })));

    expect(inBrief(outputs)).toBe('CANCEL>b1');
    expect(Subject.sent(outputs)[0]?.sessid).toBe(setup?.sessid);
  });

  it('G09 cancels it, too, when another device of that user is known to write ids', () => {
    const alice = Subject.alice();
    alice.feed(from(b2, cancel(offer(b2, 1))), start, end);

    expect(inBrief(alice.feed(from(b1, described('SETUP', 'late', { resp: true, dest: a1 }))))).toBe('CANCEL>b1');
  });

  it('G09 says nothing to an answer that is meant for another device of ours', () => {
    const alice = Subject.alice();
    alice.feed(start, end);

    expect(alice.feed(from(b1, described('SETUP', 'late', { resp: true, dest: a2 })))).toEqual([]);
  });

  it('G07 takes its answer once, and never cancels the device of the live call', () => {
    const alice = Subject.alice();
    alice.feed(start, from(b1, described('SETUP', 'sess', { resp: true, dest: a1 })));
    expect(alice.state).toBe('answered');

    expect(alice.feed(from(b1, described('SETUP', 'sess', { resp: true, dest: a1 })))).toEqual([]);
    expect(alice.state).toBe('answered');
  });

  it('G01 ends when the CANCEL of its answer comes before the answer, missing nothing, and the others stop', () => {
    const alice = Subject.alice();
    alice.feed(start);

    expect(inBrief(alice.feed(from(b1, { ...message('CANCEL', 'sess'), dest: a1 })))).toBe('CANCEL>bob-b1 closed:cancelled-by-peer');
    expect(inBrief(alice.feed(from(b1, described('SETUP', 'sess', { resp: true, dest: a1 }))))).toBe('CANCEL>b1');
    expect(alice.state).toBe('idle');
  });

  it('G02 goes on when what is cancelled is a call of theirs, an answer to another device of ours, or one that is over already', () => {
    const alice = Subject.alice();
    alice.feed(from(b1, described('SETUP', 'past')), from(b1, message('CANCEL', 'past')), start);

    expect(inBrief(alice.feed(from(b1, message('CANCEL', 'else'))))).toBe('missed');
    expect(inBrief(alice.feed(from(b1, { ...message('CANCEL', 'oth1'), dest: a2 })))).toBe('missed');
    expect(inBrief(alice.feed(from(b1, { ...message('CANCEL', 'oth2'), dest: { ...a1, user: 'anna' } })))).toBe('missed');
    expect(inBrief(alice.feed(from(b1, { ...message('CANCEL', 'PAST'), dest: a1 })))).toBe('');
    expect(inBrief(alice.feed(from(b1, { ...cancel(offer(b1, 7)), dest: a1 })))).toBe('missed');
    expect(alice.state).toBe('pendingOutgoing');
  });

  it('J04 has only been told what was said before it answered: what changed since is said again', () => {
    const alice = established();
    alice.feed(from(b1, { ...message('PROPSYNC', 'sess'), resp: true, props: SILENT } as Message));
    alice.expire('props');
    alice.feed({ type: 'set-props', props: { muted: true, video: 'off', screen: 'off', audioCbr: false } }, { type: 'set-props', props: { muted: true, video: 'on', screen: 'off', audioCbr: false } });
    alice.feed(from(b1, { ...message('PROPSYNC', 'sess'), resp: true, props: SILENT } as Message));

    expect(inBrief(alice.expire('props'))).toBe('PROPSYNC');
    alice.feed(from(b1, { ...message('PROPSYNC', 'sess'), resp: true, props: SILENT } as Message));
    expect(alice.expire('props')).toEqual([]);
  });

  it('D02 keeps its offer in a glare without saying it again, and loses one as AVS does: under its old session', () => {
    const bob = Subject.bob();
    expect(inBrief(bob.feed(start, from(a1, described('SETUP', 'sess'))))).toBe('');
    expect(bob.state).toBe('pendingOutgoing');

    const alice = Subject.alice();
    alice.feed(start, from(b1, described('SETUP', 'sess')), answer);
    expect(alice.state).toBe('answered');
    expect(new Set(alice.sent.map(({ sessid }) => sessid)).size).toBe(1);
  });
});

function ringing(): Subject {
  const alice = Subject.alice();
  alice.feed(from(b1, described('SETUP', 'sess')));
  return alice;
}

function established(): Subject {
  const alice = ringing();
  alice.feed(answer, opened);
  return alice;
}

function declining(): Subject {
  const alice = ringing();
  alice.feed({ type: 'reject', tellCaller: 'always' });
  return alice;
}

/** The backend has taken our answer. */
function answerTaken({ econn }: Subject): Input & { type: 'settled' } {
  return { type: 'settled', message: 'SETUP', resp: true, call: econn.memory.call!.id, outcome: 'taken', devices: [b1] };
}

function message(type: 'CANCEL' | 'HANGUP' | 'PROPSYNC', sessid: string): Message {
  return { type, resp: false, sessid, ...(type === 'PROPSYNC' ? { props: SILENT } : {}) } as Message;
}

function described(type: 'SETUP' | 'UPDATE', sessid: string, more: { readonly resp?: boolean; readonly dest?: Device; readonly sdp?: string } = {}): (Input & { type: 'receive' })['message'] {
  return { type, resp: false, sessid, sdp: 'theirs', props: SILENT, ...more };
}
