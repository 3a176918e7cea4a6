import { sameDevice } from '../../src/base/device.ts';
import { covers, sameOffer, type CallEvent, type OfferId } from '../../src/econn/index.ts';
import type { View } from '../explore/device-model.ts';
import { wrongAtRest } from '../explore/world-laws.ts';
import { offerInWords } from '../explore/packet.ts';
import { open } from './event-words.ts';
import type { Stage } from './stage.ts';
import type { Told } from './told.ts';

/** What a person would see go wrong, each by a name of its own. */
export function wrongOn(stage: Stage): readonly string[] {
  const names = [...stage.actors.keys()];
  const users = names.map((name) => stage.at(name).self.user);
  const waits = names.flatMap((name) => waitsTooLong(stage, name));
  settle(stage);
  const atRest = wrongAtRest(names.map((name) => viewOf(stage, name, names)), users, false, false);
  const found = [...(atRest === undefined ? [] : [atRest]), ...stage.told.flatMap((told, at) => wrongIn(stage, told, at)), ...waits];
  return [...new Set(found)];
}

/** All that is on the way is heard, and channels open whose ends agree. */
function settle(stage: Stage): void {
  for (let letter = stage.underWay[0]; letter !== undefined; letter = stage.underWay[0]) stage.deliver(letter);
  const names = [...stage.actors.keys()];
  for (const [at, one] of names.entries()) for (const other of names.slice(at + 1)) open(stage, one, other);
}

function viewOf(stage: Stage, name: string, names: readonly string[]): View {
  const { econn } = stage.at(name);
  const { call, ledger } = econn.memory;
  const hasHeard = (offer: OfferId): boolean => ledger.marks.some((mark) => sameDevice(mark.device, offer) && covers(mark, offer));
  if (call === undefined) return { state: econn.state, flows: [], hasHeard, hasIgnored: () => false };
  const hasIgnored = (offer: OfferId): boolean => call.ignored.some((other) => sameOffer(other, offer));
  return { state: econn.state, call: offerInWords(call.id), id: call.id, flows: [], hasHeard, hasIgnored, ...(call.peer === undefined ? {} : { peer: names.indexOf(call.peer.device) }) };
}

function wrongIn(stage: Stage, told: Told, at: number): readonly string[] {
  const { before, after } = told;
  const ringsOn = before.state === 'pendingIncoming' && after.state === 'pendingIncoming' && before.memory.call !== undefined && isDecidedBy(stage, told, before.memory.call.id);
  return ringsOn ? [RINGS_ON] : told.outputs.flatMap((output) => (output.type === 'notify' ? wrongEvent(stage, told, at, output.event) : []));
}

const RINGS_ON = 'rings on though another device has decided';

/** Another device of the same user says that it took or declined the call. */
function isDecidedBy(stage: Stage, { who, input }: Told, call: OfferId): boolean {
  if (input.type !== 'receive' || input.from.user !== stage.at(who).self.user) return false;
  const { message } = input;
  const decides = (message.type === 'SETUP' && message.resp) || (message.type === 'REJECT' && message.cause !== 'busy');
  return decides && message.call !== undefined && sameOffer(message.call, call);
}

function wrongEvent(stage: Stage, told: Told, at: number, event: CallEvent): readonly string[] {
  const earlier = stage.told.slice(0, at);
  const { self } = stage.at(told.who);
  switch (event.type) {
    case 'incoming':
      return [
        ...(eventsOf(earlier, told.who).some((other) => other.type === 'incoming' && sameOffer(other.call, event.call)) ? ['rings twice for one call'] : []),
        ...(earlier.some((other) => other.who === told.who && isDecidedBy(stage, other, event.call)) ? [RINGS_ON] : []),
      ];
    case 'answered': {
      const asked = told.before.memory.call?.sent?.sdp;
      const from = startOf(earlier, told.who);
      return [...(event.sdp === `answer to ${asked ?? ''}` ? [] : ['takes the answer to another offer']), ...(told.at - from > told.before.memory.timeouts.setup ? ['is taken after it was given up'] : [])];
    }
    case 'missed':
    case 'closed': {
      const missed = event.type === 'missed' || event.missed;
      const taken = earlier.some(({ who, outputs }) => who !== told.who && stage.at(who).self.user === self.user && outputs.some((output) => output.type === 'send' && output.message.type === 'SETUP' && output.message.resp && output.message.call !== undefined && sameOffer(output.message.call, event.call)));
      return [...(missed && taken ? ['is missed though it was taken'] : []), ...(event.type === 'closed' ? wrongEnd(stage, told, earlier, event) : [])];
    }
    case 'connected':
    case 'glare-lost':
    case 'revealed':
    case 'renewing':
    case 'offer-wanted':
    case 'answer-wanted':
    case 'update-answered':
    case 'renewed':
    case 'renewal-failed':
    case 'ending':
    case 'drain-wanted':
    case 'peer-props':
    case 'turned-away':
      return [];
  }
}

/** A call ends because somebody in it ends it, takes it elsewhere or cannot go on, or because a deadline has a reason. */
function wrongEnd(stage: Stage, told: Told, earlier: readonly Told[], { call, reason }: CallEvent & { type: 'closed' }): readonly string[] {
  if (reason.type === 'timed-out') return told.before.state === 'pendingIncoming' ? ringTooLong(told, earlier) : [];
  const own = ['end', 'reject', 'destroy', 'restarted', 'flow-failed'];
  if (own.includes(told.input.type) || own.includes(lastDeed(earlier, told.who, call) ?? '')) return [];
  if (reason.type === 'answered-elsewhere' || reason.type === 'rejected-elsewhere') return [];
  if (reason.type === 'lost' && stage.at(told.who).linkIsLost) return [];
  const { peer } = told.before.memory.call ?? {};
  const others = [...stage.actors.keys()].filter((name) => stage.at(name).self.user !== stage.at(told.who).self.user);
  const parties = peer === undefined ? others : others.filter((name) => sameDevice(stage.at(name).self, peer));
  // Who is calling us is not busy.
  if (reason.type === 'busy') return parties.some((name) => earlier.findLast(({ who }) => who === name)?.after.state === 'pendingOutgoing') ? [BY_NOBODY] : [];
  const left = parties.every((name) => !isIn(earlier, name, call));
  const declined = parties.some((name) => lastDeed(earlier, name, call) === 'reject');
  return left || declined ? [] : [BY_NOBODY];
}

const BY_NOBODY = 'ends though nobody ended it';

/** Whether the device was still in that call, or calling. */
function isIn(earlier: readonly Told[], name: string, call: OfferId): boolean {
  const last = earlier.findLast(({ who }) => who === name)?.after;
  const isEnding = last?.state === 'hangupSent' || last?.state === 'terminating';
  return last?.memory.call !== undefined && !isEnding && sameOffer(last.memory.call.id, call);
}

/** P5: a minute from the moment at which it was sent, or a second. */
function ringTooLong(told: Told, earlier: readonly Told[]): readonly string[] {
  const rang = earlier.findLast(({ who, outputs }) => who === told.who && outputs.some((output) => output.type === 'notify' && output.event.type === 'incoming'));
  if (rang?.input.type !== 'receive') return [];
  const { setup, shortestRing } = told.before.memory.timeouts;
  return told.at - rang.at > Math.max(shortestRing, setup - rang.input.age) ? ['rings too long'] : [];
}

/** P17, and P5 for a ring that never ends. */
function waitsTooLong(stage: Stage, name: string): readonly string[] {
  const { econn, throttled } = stage.at(name);
  const waited = stage.now - startOf(stage.told, name);
  if (throttled || waited <= LONGEST_WAY_IN) return [];
  if (econn.state === 'pendingIncoming') return ['rings too long'];
  return econn.state === 'pendingOutgoing' || econn.state === 'answered' || econn.state === 'conflict' ? ['waits too long'] : [];
}

const LONGEST_WAY_IN = 75_000;

/** When the device's live call began. */
function startOf(told: readonly Told[], name: string): number {
  return told.findLast(({ who, before, after }) => who === name && before.state === 'idle' && after.state !== 'idle')?.at ?? 0;
}

function lastDeed(told: readonly Told[], name: string, call: OfferId): string | undefined {
  return told.findLast(({ who, input, before }) => who === name && DEEDS.includes(input.type) && before.memory.call !== undefined && sameOffer(before.memory.call.id, call))?.input.type;
}

const DEEDS: readonly string[] = ['end', 'reject', 'destroy', 'restarted', 'flow-failed'];

function eventsOf(told: readonly Told[], name: string): readonly CallEvent[] {
  return told.filter(({ who }) => who === name).flatMap(({ outputs }) => outputs.flatMap((output) => (output.type === 'notify' ? [output.event] : [])));
}
