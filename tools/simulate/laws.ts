import { getEventListeners } from 'node:events';
import { ms } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import type { Circle } from './circle.ts';
import type { Handset } from './handset.ts';
import type { Lived } from './lived.ts';

/** How long news of a call's end may be on its way in any weather, with one other message before it. */
export const SLACK = ms(6000);

/**
 * P1 and P2, while they matter: calls that ring or go on though their other side has left them for so long
 * that word of it must have come. A device that was away has as long again; where a message was lost or a
 * memory with it, the call may last until its own deadline.
 */
export function abandoned(circle: Circle): readonly Lived[] {
  const now = circle.time.now();
  return circle.lived.filter((lived) => {
    const { call, handset, startedAt } = lived;
    if (lived.haunted || !isOpen(lived) || !handset.reachable) return false;
    const peer = handsetOf(circle, call);
    if (peer === undefined || !peer.reachable || isWith(circle, peer, lived)) return false;
    const sides = [handset, peer];
    const mayHaveMissedIt = sides.some(({ troubledAt, forgotAt, lateAt }) => Math.max(troubledAt, forgotAt, lateAt) >= startedAt - 60_000);
    const isNews = sides.some(({ stirredAt, changedAt }) => Math.max(stirredAt, changedAt) > now - SLACK);
    return !mayHaveMissedIt && !isNews;
  });
}

/** What an abandoned call is called. */
export function hauntingInWords({ call, handset }: Lived): string {
  const peer = call.peer.device?.device ?? 'nobody';
  return call.state === 'ringing' ? `P1 ghost ring: ${handset.self.device} rings, and ${peer} does not call` : `P2 orphan: ${handset.self.device} is ${call.state}, and ${peer} is not in the call`;
}

function isOpen({ call, witnessed }: Lived): boolean {
  return witnessed && (call.state === 'ringing' || call.state === 'connecting' || call.state === 'connected' || call.state === 'reconnecting');
}

/** Whether the other side still calls, or is in the call that this one is in. */
function isWith({ lived }: Circle, peer: Handset, { call, handset }: Lived): boolean {
  return lived.some(({ call: theirs, handset: at, witnessed }) => {
    if (at !== peer || !witnessed || theirs.user !== handset.self.user) return false;
    if (theirs.state === 'calling') return true;
    const bound = theirs.state === 'connecting' || theirs.state === 'connected' || theirs.state === 'reconnecting';
    return bound && call.state !== 'ringing' && theirs.peer.device?.device === handset.self.device;
  });
}

/** When nothing has disturbed a circle for longer than a ring and a set-up. */
export function faultsAtRest(circle: Circle): readonly string[] {
  return circle.handsets.flatMap((handset) => faultsOfHandset(circle, handset));
}

/** When everybody has hung up. */
export function faultsAfterwards(circle: Circle): readonly string[] {
  const faults = circle.lived.flatMap((lived) => faultsOfCall(lived));
  for (const handset of circle.handsets) {
    const { self, engine, timers, flows, closing, forgotAt } = handset;
    if (engine === undefined) continue;
    if (engine.calls.length > 0) faults.push(`P6 ${self.device} is in a call that everybody has left: ${engine.calls.map(({ state }) => state).join()}`);
    else if (engine.timers + timers > 0) faults.push(`P6 ${self.device} has ${engine.timers} deadlines and ${timers} timers left`);
    if (flows > 0) faults.push(`P13 ${self.device} has ${flows} flows left`);
    if (getEventListeners(closing, 'abort').length > 0) faults.push(`B12 ${self.device} has listeners left`);
    const called = circle.lived.filter(({ call, handset: from }) => call.direction === 'outgoing' && call.user === self.user && from.self.user !== self.user).length;
    const missed = circle.missed[handset.number] ?? 0;
    // Mail that comes twice, before and after a memory is lost, is news twice.
    const tellings = forgotAt >= (circle.lived[0]?.startedAt ?? Infinity) ? 2 : 1;
    if (missed > called * tellings) faults.push(`P7 ${self.device} missed ${missed} of ${called} calls`);
  }
  if (circle.network.openFlows > 0 && faults.length === 0) faults.push(`P13 ${circle.network.openFlows} flows left in the network`);
  return faults;
}

function faultsOfHandset(circle: Circle, { self, engine, flows }: Handset): readonly string[] {
  if (engine === undefined) return [`broke: ${self.device} has not come back`];
  const faults: string[] = [];
  const { calls } = engine;
  if (flows !== calls.length) faults.push(`P13 ${self.device} has ${flows} flows for ${calls.length} calls`);
  if (calls.length > 0 && engine.timers === 0) faults.push(`P6 ${self.device} is in a call without a deadline`);
  for (const call of calls) {
    if (call.state === 'ringing') faults.push(`P1 ${self.device} rings at rest`);
    else if (call.state !== 'connected') faults.push(`P2 ${self.device} is ${call.state} at rest`);
    else faults.push(...faultsOfTalk(circle, self, call));
  }
  return faults;
}

/** Both sides of a connected call say the same of it. */
function faultsOfTalk(circle: Circle, self: Handset['self'], call: Call): readonly string[] {
  const peer = handsetOf(circle, call);
  const theirs = peer?.engine?.calls.find((other) => other.user === self.user && other.conversation === call.conversation);
  if (peer === undefined || theirs?.state !== 'connected' || theirs.peer.device?.device !== self.device) return [`P2 ${self.device} is in a call alone`];
  const faults: string[] = [];
  const ours = circle.handsets.find(({ self: { device } }) => device === self.device);
  if (ours === undefined || nameOfCall(ours, call) !== nameOfCall(peer, theirs)) faults.push(`P3 ${self.device} and ${peer.self.device} are in two different calls`);
  if (JSON.stringify(call.peerProps) !== JSON.stringify(theirs.props)) faults.push(`J01 ${self.device} does not know what is sent to it`);
  return faults;
}

function nameOfCall({ engine }: Handset, { conversation, user }: Call): string {
  const saved = engine?.save().conversations.find((each) => each.conversation === conversation && each.peerUser === user);
  return JSON.stringify(saved?.econn.memory.call?.id);
}

function faultsOfCall({ call, handset, witnessed, startedAt, rangUntil, connectedAt, endedAt, ends, end }: Lived): readonly string[] {
  const name = `a call of ${handset.self.device}`;
  if (!witnessed) return ends > 1 ? [`P7 ${name} ended ${ends} times`] : [];
  const faults: string[] = [];
  if (ends !== 1) faults.push(`P7 ${name} ended ${ends} times`);
  const onTime = handset.lateAt < startedAt;
  const decidedAt = connectedAt ?? endedAt ?? Infinity;
  if (onTime && decidedAt - startedAt > LONGEST_WAY_IN) faults.push(`P17 ${name} was open for ${decidedAt - startedAt} ms`);
  if (onTime && call.direction === 'incoming' && (rangUntil ?? Infinity) - startedAt > RING) faults.push(`P5 ${handset.self.device} rang for ${(rangUntil ?? Infinity) - startedAt} ms`);
  if (end !== undefined && end.metrics.messages.backendSent > MOST_LETTERS) faults.push(`P18 ${name} took ${end.metrics.messages.backendSent} messages`);
  return faults;
}

function handsetOf({ handsets }: Circle, { peer: { device } }: Call): Handset | undefined {
  return device === undefined ? undefined : handsets.find(({ self }) => self.device === device.device && self.user === device.user);
}

const RING = 60_000;
/** A minute of ringing, then ten seconds of gathering or fifteen until the channel opens. */
const LONGEST_WAY_IN = 75_000;
/** Of one device over the backend, renewals included. */
const MOST_LETTERS = 40;
