import { b1, offer } from './cast.ts';
import { from, SILENT } from './letters.ts';
import { inState, liveCall } from './states.ts';
import { DEFAULT_PROPS, type Input, type OfferId, type TimerName } from '../../src/econn/index.ts';
import { answer, end, newOffer, opened, renew, start, type Subject } from './subject.ts';

/** Each state, and the circumstances in which it does something else than usual. */
export const circumstances: Readonly<Record<string, () => Subject>> = {
  idle: inState.idle,
  pendingOutgoing: inState.pendingOutgoing,
  'pendingOutgoing, the backend has not told yet': () => fed(inState.idle(), start),
  pendingIncoming: inState.pendingIncoming,
  'pendingIncoming, the caller writes no offer ids': () => fed(inState.idle(), from(b1, { type: 'SETUP', resp: false, sessid: 'S', sdp: 'offer', props: SILENT })),
  conflict: inState.conflict,
  answered: inState.answered,
  established: inState.established,
  'established, two probes in vain': () => expired(inState.established(), 'ping', 'ping'),
  'established, props unanswered': () => fed(inState.established(), { type: 'set-props', props: { ...DEFAULT_PROPS, video: 'on' } }),
  updateSent: inState.updateSent,
  'updateSent, the offer is being made': () => fed(inState.established(), renew),
  'updateSent, said three times': () => expired(inState.updateSent(), 'update', 'update'),
  'updateSent, contact lost': () => fed(inState.established(), { type: 'channel-closed' }, newOffer),
  'updateSent, contact lost, the new flow has failed': () => fed(inState.established(), { type: 'channel-closed' }, newOffer, { type: 'flow-failed', failure: 'no-path' }),
  updateReceived: inState.updateReceived,
  'updateReceived, contact lost': () => fed(inState.updateReceived(), { type: 'channel-closed' }),
  hangupSent: inState.hangupSent,
  terminating: inState.terminating,
  'terminating, by us and before the channel opened': () => fed(inState.answered(), end),
  declining: inState.declining,
  'declining, CANCEL was said twice': () => expired(fed(inState.declining(), { type: 'settled', message: 'SETUP', resp: true, call: liveCall.declining, outcome: 'taken', devices: [b1] }), 'decline'),
};

const TIMERS: readonly TimerName[] = ['setup', 'channel', 'update', 'reconnect', 'hangupAck', 'hangup', 'decline', 'ping', 'props', 'disconnect'];

/** All that can happen to an ECONN beside a message. */
export function localInputs(call: OfferId): Readonly<Record<string, Input>> {
  const settled = { type: 'settled', call, resp: false, outcome: 'taken', devices: [b1] } as const;
  return {
    start,
    answer,
    reject: { type: 'reject', tellCaller: 'when-understood' },
    'reject in silence': { type: 'reject', tellCaller: 'never' },
    'reject by every means': { type: 'reject', tellCaller: 'always' },
    end,
    'end because backend-failed': { type: 'end', because: { type: 'backend-failed' } },
    destroy: { type: 'destroy' },
    'set-props': { type: 'set-props', props: { ...DEFAULT_PROPS, muted: true } },
    renew,
    offer: newOffer,
    'settled SETUP': { ...settled, message: 'SETUP' },
    'settled SETUP, to nobody': { ...settled, message: 'SETUP', devices: [] },
    'settled SETUP, refused': { ...settled, message: 'SETUP', outcome: 'refused' },
    'settled SETUP of another call, refused': { ...settled, message: 'SETUP', call: offer(b1, 1), outcome: 'refused' },
    'settled SETUP(r)': { ...settled, message: 'SETUP', resp: true },
    'settled SETUP(r), refused': { ...settled, message: 'SETUP', resp: true, outcome: 'refused' },
    'settled SETUP(r) of another call, refused': { ...settled, message: 'SETUP', resp: true, call: offer(b1, 1), outcome: 'refused' },
    'settled CANCEL': { ...settled, message: 'CANCEL' },
    'settled CANCEL of another call': { ...settled, message: 'CANCEL', call: offer(b1, 1) },
    'settled UPDATE, refused': { ...settled, message: 'UPDATE', outcome: 'refused' },
    'channel-opened': opened,
    'channel-closed': { type: 'channel-closed' },
    'link-lost': { type: 'link-lost' },
    'link-restored': { type: 'link-restored' },
    heard: { type: 'heard' },
    drained: { type: 'drained' },
    'flow-failed: no-path': { type: 'flow-failed', failure: 'no-path' },
    'flow-failed: bad-description': { type: 'flow-failed', failure: 'bad-description' },
    restarted: { type: 'restarted' },
    ...Object.fromEntries(TIMERS.map((timer) => [`⏱ ${timer}`, { type: 'timer-fired', timer }] as const)),
  };
}

function fed(subject: Subject, ...inputs: readonly Input[]): Subject {
  subject.feed(...inputs);
  return subject;
}

function expired(subject: Subject, ...timers: readonly TimerName[]): Subject {
  for (const timer of timers) subject.expire(timer);
  return subject;
}
