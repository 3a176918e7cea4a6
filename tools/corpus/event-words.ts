import { sameOffer } from '../../src/econn/index.ts';
import type { Stage, Letter } from './stage.ts';
import { PROPS, wordsOf } from './stage.ts';

/**
 * Events as a trace tells them. Does what the words say; answers whether it was possible.
 *
 *     a1 calls · b1 takes the call · b1 declines · a1 ends · a1 answers · a1 renews · a1 leaves
 *     b1 hears SETUP from a1 · b1 hears SETUP from a1, which comes again · b1 never hears CANCEL from a1
 *     b1 is woken by SETUP from a1 · b1 hears a HANGUP that a2 forges
 *     a1 and b1 open their channel · b1 loses its link · b1 has its link again · b1 has no microphone · b1 cannot read it
 *     a1 is throttled · 61 s pass · b1 restarts · b1 restarts with nothing
 */
export function happen(stage: Stage, event: string): boolean {
  const pass = /^(?<seconds>[\d.]+) s pass$/u.exec(event)?.groups;
  if (pass !== undefined) {
    stage.pass(Number(pass['seconds']) * 1000);
    return true;
  }
  const opening = /^(?<one>\w+) and (?<other>\w+) open their channel$/u.exec(event)?.groups;
  if (opening !== undefined) return open(stage, opening['one']!, opening['other']!);
  const mail = /^(?<who>\w+) (?<how>hears|never hears|is woken by) (?<word>\S+) from (?<from>\w+)(?<again>, which comes again)?$/u.exec(event)?.groups;
  if (mail !== undefined) return hear(stage, mail['who']!, mail['how'] as 'hears', mail['word']!, mail['from']!, mail['again'] !== undefined);
  const forged = /^(?<who>\w+) hears a HANGUP that (?<by>\w+) forges$/u.exec(event)?.groups;
  if (forged !== undefined) return forge(stage, forged['who']!, forged['by']!);
  const [who = '', ...deed] = event.split(' ');
  return act(stage, who, deed.join(' '));
}

function act(stage: Stage, who: string, deed: string): boolean {
  const actor = stage.at(who);
  const { state } = actor.econn;
  switch (deed) {
    case 'calls':
      if (state !== 'idle') return false;
      stage.feed(who, { type: 'start', sdp: `offer of ${who} at ${stage.now}, ${stage.told.length}`, props: PROPS });
      return true;
    case 'takes the call':
    case 'answers':
      if (actor.asked === undefined || (deed === 'takes the call') !== (state === 'pendingIncoming')) return false;
      stage.feed(who, { type: 'answer', sdp: `answer to ${actor.asked}`, props: PROPS });
      return true;
    case 'declines':
      if (state !== 'pendingIncoming') return false;
      stage.feed(who, { type: 'reject', tellCaller: 'when-understood' });
      return true;
    case 'ends':
    case 'leaves':
      if (state === 'idle') return false;
      stage.feed(who, { type: deed === 'ends' ? 'end' : 'destroy' });
      return true;
    case 'renews':
      if (state !== 'established') return false;
      stage.feed(who, { type: 'renew' });
      return true;
    case 'loses its link':
    case 'has its link again':
      actor.linkIsLost = deed === 'loses its link';
      stage.feed(who, { type: actor.linkIsLost ? 'link-lost' : 'link-restored' });
      return true;
    case 'has no microphone':
    case 'cannot read it':
      if (state === 'idle') return false;
      stage.feed(who, { type: 'flow-failed', failure: deed === 'has no microphone' ? 'device' : 'bad-description' });
      return true;
    case 'is throttled':
      actor.throttled = true;
      return true;
    case 'restarts':
    case 'restarts with nothing':
      stage.restart(who, deed === 'restarts' ? 'all' : 'nothing');
      return true;
    default:
      throw new Error(`nobody knows how to “${deed}”`);
  }
}

function hear(stage: Stage, who: string, how: 'hears' | 'never hears' | 'is woken by', word: string, from: string, again: boolean): boolean {
  const letter = stage.underWay.find((each) => each.to === who && each.from === from && wordsOf(each.message).split(' ')[0] === word);
  if (letter === undefined) return false;
  if (how === 'never hears') stage.underWay = stage.underWay.filter((other) => other !== letter);
  else stage.deliver(letter, how === 'is woken by');
  if (again) stage.underWay.push({ ...letter });
  return true;
}

/** Both ends agreed on a flow, and neither has left it. */
export function open(stage: Stage, one: string, other: string): boolean {
  const [here, there] = [stage.at(one).econn, stage.at(other).econn].map(({ state, memory: { call } }) => (call?.sent === undefined && ['answered', 'updateSent', 'updateReceived'].includes(state) ? call : undefined));
  if (here?.peer === undefined || there?.peer === undefined) return false;
  const isMutual = here.peer.device === other && there.peer.device === one && sameOffer(here.offer, there.offer);
  if (!isMutual) return false;
  stage.at(one).channel = other;
  stage.at(other).channel = one;
  for (const name of [one, other]) stage.feed(name, { type: 'channel-opened' });
  return true;
}

/** On the channel of the live call, naming it, but from another device than the one at its other end. */
function forge(stage: Stage, who: string, by: string): boolean {
  const call = stage.at(who).econn.memory.call?.id;
  if (call === undefined) return false;
  const letter: Letter = { from: by, to: who, via: 'channel', message: { type: 'HANGUP', resp: false, sessid: 'F', call }, sentAt: stage.now, number: 0 };
  stage.deliver(letter);
  return true;
}
