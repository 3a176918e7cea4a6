import { describe, expect, it } from 'vitest';
import { restore, save, type Message, type StateName } from '../../src/econn/index.ts';
import { a1, b1, b2, offer } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, cancel, from, propsync, setup, SILENT } from './letters.ts';
import { inState, stateNames } from './states.ts';
import { answer, end, newOffer, opened, renew, start, Subject } from './subject.ts';

describe('an ECONN that was stored', () => {
  it('A01 comes back equal from JSON, in every state', () => {
    for (const state of stateNames) {
      const { econn } = inState[state]();
      expect(restore(JSON.parse(JSON.stringify(save(econn))))).toEqual(econn);
    }
  });

  it('is none when what was stored is something else', () => {
    const saved = JSON.parse(JSON.stringify(save(inState.established().econn))) as Record<string, unknown>;
    const others = [undefined, null, 0, '', 'idle', [], {}, { version: 1 }, { ...saved, version: 2 }, { ...saved, state: 'nowhere' }, { ...saved, state: 'toString' }, { ...saved, state: 'idle' }, { ...saved, state: 7 }, { ...saved, memory: null }, { ...saved, memory: {} }, { ...saved, memory: { ...(saved['memory'] as object), ledger: null } }, { ...saved, memory: { ...(saved['memory'] as object), self: undefined } }, { ...saved, memory: { ...(saved['memory'] as object), call: 'call' } }, { ...saved, memory: { ...(saved['memory'] as object), timeouts: 1 } }];

    for (const other of others) expect(restore(other), JSON.stringify(other)?.slice(0, 80)).toBeUndefined();
  });

  it('is none when a part of it was damaged that only a later message would need', () => {
    const stored = (): Record<string, Record<string, unknown>> => (JSON.parse(JSON.stringify(save(inState.established().econn))) as { memory: Record<string, Record<string, unknown>> }).memory;
    const { ledger, call, timeouts } = stored();
    const damaged = [
      { ...stored(), ledger: { ...ledger, marks: undefined } }, { ...stored(), ledger: { ...ledger, marks: [{ incarnation: 'x', counter: 1 }] } }, { ...stored(), ledger: { ...ledger, own: null } },
      { ...stored(), call: { ...call, id: undefined } }, { ...stored(), call: { ...call, theirs: 'muted' } }, { ...stored(), call: { ...call, busy: {} } }, { ...stored(), call: { ...call, peer: { user: 'bob' } } },
      { ...stored(), timeouts: { ...timeouts, update: 5 } }, { ...stored(), timeouts: { ...timeouts, setup: null } },
    ];

    for (const memory of damaged) expect(restore({ version: 1, state: 'established', memory }), JSON.stringify(memory).slice(0, 200)).toBeUndefined();
  });
});

describe('each part of what was stored', () => {
  const full = everythingThatIsStored();

  it('is of its kind, or nothing was stored', () => {
    for (const [name, saved] of Object.entries(full)) {
      for (const path of pathsOf(saved)) {
        const value = at(saved, path);
        // What is neither text, number, flag nor list, and no object of fields either.
        const wrong = typeof value === 'object' && value !== null && !Array.isArray(value) ? 7 : {};
        expect(restore(changed(saved, path, () => wrong)), `${name}: ${path.join('.')}`).toBeUndefined();
        expect(restore(changed(saved, path, () => null)), `${name}: ${path.join('.')}`).toBeUndefined();
      }
    }
  });

  it('is one of the words that there are', () => {
    const words = new Set(['state', 'type', 'direction', 'protocol', 'contact', 'video', 'screen']);
    for (const [name, saved] of Object.entries(full)) {
      for (const path of pathsOf(saved)) {
        const key = String(path.at(-1));
        // Why a call ended is told to the app as it is.
        if (words.has(key) && !path.includes('ending')) expect(restore(changed(saved, path, () => 'else')), `${name}: ${path.join('.')}`).toBeUndefined();
      }
    }
  });

  it('is there, but for what not every call has', () => {
    const gone = Object.values(full).flatMap((saved) => pathsOf(saved).filter((path) => typeof path.at(-1) === 'string' && restore(changed(saved, path, () => undefined)) !== undefined).map((path) => path.filter((key) => typeof key === 'string').slice(-2).join('.')));

    expect([...new Set(gone)].sort()).toEqual([
      'answer.call', 'answer.dest', 'answer.nonce', 'answer.offer', 'answer.src', 'answer.withdrawn', 'call.answer', 'call.ending', 'call.legs', 'call.peer', 'call.revealed', 'call.reveals', 'call.sent', 'call.theirSession', 'call.toldSeq',
      'dest.device', 'dest.user', 'ending.failure', 'ending.waitingFor', 'endedSessions.device', 'endedSessions.ours', 'endedSessions.theirs', 'sent.call', 'sent.commit', 'sent.dest', 'sent.offer', 'sent.src', 'src.device', 'src.user',
    ].sort());
  });

  it('counts from nought, in whole numbers', () => {
    for (const [name, saved] of Object.entries(full)) {
      for (const path of pathsOf(saved).filter((each) => /counter|pings|tries|Seq/.test(String(each.at(-1))))) {
        for (const number of [-1, 0.5]) expect(restore(changed(saved, path, () => number)), `${name}: ${path.join('.')}`).toBeUndefined();
      }
    }
  });

  it('belongs to its state: a call to each but idle', () => {
    const { idle, established } = full as Record<string, ReturnType<typeof save>>;
    expect(restore({ ...established!, state: 'idle' })).toBeUndefined();
    expect(restore({ ...idle!, state: 'established' })).toBeUndefined();
  });
});

type Path = readonly (string | number)[];

/** ECONNs that have, between them, everything that one can have. */
function everythingThatIsStored(): Readonly<Record<string, unknown>> {
  const pledge = { nonce: 'nonce', commit: 'commit' };
  const caller = Subject.alice();
  caller.feed({ ...start, pledge } as typeof start, { type: 'settled', message: 'SETUP', resp: false, call: offer(a1, 1), outcome: 'taken', devices: [b1, b2] }, from(b2, busy(offer(a1, 1))));
  const winner = Subject.bob();
  winner.feed(start, from(a1, setup(offer(a1, 1))));
  const callee = Subject.alice();
  callee.feed(from(b1, cancel(offer(b1, 1))), from(b1, { type: 'CANCEL', resp: false, sessid: 'over' }), from(b1, setup(offer(b1, 2))), { ...answer, pledge } as typeof answer, opened, { type: 'set-props', props: { muted: true, video: 'on', screen: 'paused', audioCbr: false } }, from(b1, { ...propsync(offer(b1, 2), 1), nonce: 'shown' } as Message));
  const avs = Subject.alice();
  avs.feed(start, end, from(b1, { type: 'SETUP', resp: false, sessid: 'live', sdp: 'theirs', props: SILENT }), answer, opened, renew, newOffer);
  const failed = inState.established();
  failed.feed({ type: 'end', because: { type: 'media-failed', failure: 'no-path' } });
  const late = inState.established();
  late.feed({ type: 'end', because: { type: 'timed-out', waitingFor: 'channel' } });
  const all = { ...Object.fromEntries(stateNames.map((state) => [state, inState[state]()])), caller, winner, callee, avs, failed, late };
  return Object.fromEntries(Object.entries(all).map(([name, { econn }]) => [name, JSON.parse(JSON.stringify(save(econn)))]));
}

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, Array.isArray(value) ? Number(key) : key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((part, key) => (part as Record<string, unknown>)[key], value);
}

/** A copy with one part replaced, or taken out. */
function changed(value: unknown, path: Path, by: () => unknown): unknown {
  const copy: unknown = structuredClone(value);
  const holder = at(copy, path.slice(0, -1)) as Record<string, unknown>;
  const part = by();
  if (part === undefined) delete holder[String(path.at(-1))];
  else holder[String(path.at(-1))] = part;
  return copy;
}

/** What each state says when the process comes back and cannot go on; written by hand from the wire rules. */
const restarted: { readonly [S in StateName]: string } = {
  idle: '',
  pendingOutgoing: 'CANCEL>bob closed:restarted',
  pendingIncoming: 'REJECT>alice REJECT>b1 closed:restarted',
  conflict: 'CANCEL>bob CANCEL>b1 closed:restarted',
  answered: 'CANCEL>b1 closed:restarted',
  established: 'CANCEL>b1 closed:restarted',
  updateSent: 'CANCEL>b1 closed:restarted',
  updateReceived: 'CANCEL>b1 closed:restarted',
  hangupSent: 'CANCEL>b1 closed:ended-locally',
  terminating: 'CANCEL>b1 closed:ended-by-peer',
  declining: 'CANCEL>b1 closed:rejected-locally',
};

describe('a process that comes back and cannot go on with its call', () => {
  for (const state of stateNames) {
    it(`L04 says so to the peer and is idle: ${state}`, () => {
      const subject = new Subject(restore(JSON.parse(JSON.stringify(save(inState[state]().econn))))!);

      const outputs = subject.feed({ type: 'restarted' });

      expect(inBrief(outputs)).toBe(restarted[state]);
      expect(subject.state).toBe('idle');
      expect(subject.econn.memory.call).toBeUndefined();
      expect(subject.timers.size).toBe(0);
      for (const message of Subject.sent(outputs)) if (message.type === 'CANCEL') expect(message.cause).toBe('restarted');
    });
  }
});
