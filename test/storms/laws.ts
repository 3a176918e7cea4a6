import { isBeyond, sameOffer, type OfferId } from '../../src/econn/index.ts';
import type { Call } from '../../src/ecall/index.ts';
import type { Resident, Town } from '../../src/testing/index.ts';
import type { View } from '../../tools/explore/device-model.ts';
import { wrongAtRest } from '../../tools/explore/world-laws.ts';
import type { Lived } from './household.ts';

/** What is left when a storm has passed: everybody, every call that was seen, and how many each device was told to have missed. */
export type Aftermath = {
  readonly town: Town;
  readonly people: readonly Resident[];
  readonly lived: readonly Lived[];
  readonly missed: ReadonlyMap<string, number>;
  /** For how long laptops were shut, in all: their users could not be told of anything. */
  readonly asleep?: number;
  /** Devices that died between storing an offer and sending it cannot know which, and withdraw it. */
  readonly died?: ReadonlySet<string>;
  /** Devices that lost some of their memory: they may be told twice of a call. */
  readonly forgetful?: ReadonlySet<string>;
};

/** P1–P4 as soon as all that was said between Alice and Bob is heard, when nothing was lost that only deadlines can mend. */
export function faultsAtEase({ people, isLossy }: { readonly people: readonly Resident[]; readonly isLossy: boolean }): readonly string[] {
  // With enough loss anything can last until its deadline; the explorer says how much is enough.
  if (isLossy) return [];
  const living = people.filter(({ alive, self }) => alive && self.user !== 'carol');
  const views = living.map(({ engine }): View => {
    const econn = engine.save().conversations.find(({ conversation }) => conversation === 'alice and bob')?.econn;
    const call = econn?.memory.call;
    if (econn === undefined || call === undefined) return { state: 'idle', flows: [], hasHeard: () => false, hasIgnored: () => false };
    const peer = living.findIndex(({ self }) => self.device === call.peer?.device);
    return { state: econn.state, call: JSON.stringify(call.id), id: call.id, flows: [], hasHeard: () => false, hasIgnored: (offer) => call.ignored.some((ignored) => sameOffer(ignored, offer)), ...(peer === -1 ? {} : { peer }) };
  });
  const wrong = wrongAtRest(views, living.map(({ self }) => self.user), false, false);
  return wrong === undefined ? [] : [wrong];
}

/** What is wrong with the town at rest: P1–P7, P10, P11, P13, P17. */
export function faultsOf({ town, people, lived, missed, asleep = 0, died, forgetful }: Aftermath): string[] {
  const faults = people.flatMap((person) => faultsOfPerson(person, people));
  const silent = people.every(({ engine, alive }) => !alive || engine.calls.length === 0);
  if (silent && town.time.pending !== 0) faults.push(`${town.time.pending} timers left in the town`);
  for (const { self } of people) {
    const calledBy = lived.filter(({ call, owner }) => call.direction === 'outgoing' && owner.self.user !== self.user).length;
    const times = missed.get(self.device) ?? 0;
    if (times > calledBy && forgetful?.has(self.device) !== true) faults.push(`P7 ${self.device} missed ${times} of ${calledBy} calls`);
  }
  return [...faults, ...lived.flatMap((each) => faultsOfCall(each, asleep)), ...faultsOfMail(town, died)];
}

/** Of what each device gave to the backend, in order. */
function faultsOfMail({ posted }: Town, died: ReadonlySet<string> = new Set()): readonly string[] {
  const faults: string[] = [];
  const latest = new Map<string, OfferId>();
  const offered = new Set<string>();
  for (const { from, message } of posted) {
    if ((message.type === 'SETUP' || message.type === 'UPDATE') && !message.resp && message.offer !== undefined) {
      // Counters are of one conversation.
      const row = `${from.device} ${message.dest?.user ?? ''}`;
      const before = latest.get(row);
      const repeated = offered.has(JSON.stringify(message.offer));
      if (!repeated && before !== undefined && !isBeyond(message.offer, before)) faults.push(`P10 ${from.device} made an offer that is not newer`);
      latest.set(row, repeated && before !== undefined ? before : message.offer);
      offered.add(JSON.stringify(message.offer));
    }
    const ofOwn = message.type === 'CANCEL' && message.call?.device === from.device;
    if (ofOwn && !died.has(from.device) && !offered.has(JSON.stringify(message.call))) faults.push(`P11 ${from.device} withdrew what it had not offered`);
  }
  return faults;
}

function faultsOfPerson(person: Resident, people: readonly Resident[]): readonly string[] {
  const { engine, media, self, alive } = person;
  if (!alive) return [];
  const faults: string[] = [];
  if (media.flows.length !== engine.calls.length) faults.push(`P13 ${self.device} has ${media.flows.length} flows`);
  if (engine.calls.length === 0 && engine.timers !== 0) faults.push(`P6 ${self.device} has ${engine.timers} timers`);
  return [...faults, ...engine.calls.flatMap((call) => faultsOfTalk(person, call, people))];
}

function faultsOfTalk({ engine, self }: Resident, call: Call, people: readonly Resident[]): readonly string[] {
  const faults: string[] = [];
  if (call.state !== 'connected') return [`P1 P2 ${self.device} is ${call.state} at rest`];
  const peer = people.find((other) => other.alive && other.self.device === call.peer.device?.device);
  const theirs = peer?.engine.calls.find(({ conversation }) => conversation === call.conversation);
  if (peer === undefined || theirs?.state !== 'connected') return [`P2 ${self.device} is in a call alone`];
  if (theirs.peer.device?.device !== self.device) faults.push(`P2 P4 ${self.device} is in a call with ${peer.self.device}, who is in one with ${theirs.peer.device?.device ?? 'nobody'}`);
  if (nameOfCall(engine, call) !== nameOfCall(peer.engine, theirs)) faults.push(`P3 ${self.device} and ${peer.self.device} are in two different calls`);
  if (JSON.stringify(call.peerProps) !== JSON.stringify(theirs.props)) faults.push(`J01 ${self.device} does not know what is sent to it`);
  return faults;
}

function nameOfCall(engine: Resident['engine'], { conversation }: Call): string {
  return JSON.stringify(engine.save().conversations.find((saved) => saved.conversation === conversation)?.econn.memory.call?.id);
}

function faultsOfCall({ call, owner, startedAt, connectedAt, endedAt, rangFor, ends }: Lived, asleep: number): readonly string[] {
  if (!owner.alive) return ends > 1 ? [`P7 a call ended ${ends} times`] : [];
  const faults: string[] = [];
  const stays = owner.engine.calls.includes(call);
  if (ends !== (stays ? 0 : 1)) faults.push(`P7 a call of ${owner.self.device} ended ${ends} times`);
  const decidedAt = connectedAt ?? endedAt;
  if (decidedAt === undefined || decidedAt - startedAt > LONGEST_WAY_IN + asleep) faults.push(`P17 a call of ${owner.self.device} was open for too long`);
  if (rangFor > RING + asleep) faults.push(`P5 ${owner.self.device} rang for ${rangFor}`);
  return faults;
}

const RING = 60_000;
/** A minute of ringing, then ten seconds of gathering or fifteen until the channel opens. */
const LONGEST_WAY_IN = 75_000;
