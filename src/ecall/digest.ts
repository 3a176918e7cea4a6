import type { Device } from '../base/device.ts';
import { ms, type BackendTimeMs, type DurationMs } from '../base/units.ts';
import { concernsCalls, DEFAULT_TIMEOUTS, handle, openEconn, parseMessage, restore, save, type CallEvent, type Econn, type Input, type OfferId, type Output, type Props, type Timeouts } from '../econn/index.ts';
import type { IncomingMessage } from '../transport/index.ts';
import { peerOf } from './peer-of.ts';
import { keyOf } from './directory.ts';
import type { SavedConversation, SavedEngine } from './store.ts';

/** What a batch of stored messages comes to, for a process without a connection: a push extension, a log-in. */
export type Digest = {
  /** Calls that ring still, and for how long they may. */
  readonly rings: readonly { readonly conversation: string; readonly from: Device; readonly call: OfferId; readonly props: Props; readonly ringFor: DurationMs }[];
  readonly missed: readonly { readonly conversation: string; readonly from: Device; readonly age: DurationMs }[];
  /** To be stored before the rings are shown. An engine made with it rings on, and hears none of the batch a second time. */
  readonly saved: SavedEngine;
};

export type DigestOptions = {
  readonly self: Device;
  readonly messages: readonly IncomingMessage[];
  readonly saved?: SavedEngine | undefined;
  /** The backend's time now. */
  readonly now: BackendTimeMs;
  /** For conversations that are new: as the engine draws it, see `drawIncarnation`. */
  readonly incarnation: string;
  readonly timeouts?: Timeouts;
};

/**
 * Turns stored messages, in any order, into rings and missed calls. Pure: what the messages would have been
 * answered with is not said, which costs their senders at most a timeout.
 */
export function digest(options: DigestOptions): Digest {
  const { self, now, messages, saved, incarnation, timeouts = DEFAULT_TIMEOUTS } = options;
  const missed: Digest['missed'][number][] = [];
  const known = new Map<string, Conversation>();

  for (const entry of saved?.conversations ?? []) {
    const before = fromSaved(entry, now);
    if (before === undefined) continue;
    const expired = before.ringing !== undefined && before.ringing.ringFor <= 0;
    known.set(keyOf(entry.conversation, entry.peerUser), expired ? take(before, { type: 'timer-fired', timer: 'setup' }) : before);
  }
  for (const { conversation, from, text, age } of messages) {
    const parsed = parseMessage(text);
    if (!parsed.ok) continue;
    const peerUser = peerOf(self, from, parsed.message);
    if (peerUser === undefined || !concernsCalls(parsed.message)) continue;
    const key = keyOf(conversation, peerUser);
    const before = known.get(key) ?? { conversation, peerUser, econn: openEconn({ self, peerUser, incarnation, timeouts }), ringing: undefined };
    known.set(key, take(before, { type: 'receive', from, via: 'backend', message: parsed.message, age }));
  }
  return { rings: [...known.values()].flatMap(ringOf), missed, saved: { version: 1, conversations: [...known.values()].map((entry) => toSaved(entry, now)) } };

  function take(before: Conversation, input: Input): Conversation {
    const { conversation } = before;
    const age = input.type === 'receive' ? input.age : ms(0);
    const [econn, outputs] = handle(before.econn, input);
    let { ringing } = before;
    for (const event of outputs.flatMap(eventOf)) {
      if (event.type === 'incoming') ringing = { sdp: event.sdp, ringFor: ms(Math.max(timeouts.shortestRing, timeouts.setup - age)), age };
      if (event.type === 'missed') missed.push({ conversation, from: event.from, age: event.age });
      if (event.type !== 'closed') continue;
      if (event.missed) missed.push({ conversation, from: { user: event.call.user, device: event.call.device }, age: ringing?.age ?? age });
      ringing = undefined;
    }
    return { ...before, econn, ringing };
  }
}

type Ringing = { readonly sdp: string; readonly ringFor: DurationMs; readonly age: DurationMs };
type Conversation = { readonly conversation: string; readonly peerUser: string; readonly econn: Econn; readonly ringing: Ringing | undefined };

function eventOf(output: Output): readonly CallEvent[] {
  return output.type === 'notify' ? [output.event] : [];
}

function fromSaved({ conversation, peerUser, econn, ringing }: SavedConversation, now: BackendTimeMs): Conversation | undefined {
  const restored = restore(econn);
  if (restored === undefined) return undefined;
  return { conversation, peerUser, econn: restored, ringing: ringing === undefined ? undefined : { sdp: ringing.sdp, ringFor: ms(ringing.until - now), age: ms(0) } };
}

function ringOf({ conversation, econn, ringing }: Conversation): Digest['rings'] {
  const call = econn.memory.call;
  if (ringing === undefined || ringing.ringFor <= 0 || call?.peer === undefined) return [];
  return [{ conversation, from: call.peer, call: call.id, props: call.theirs, ringFor: ringing.ringFor }];
}

function toSaved({ conversation, peerUser, econn, ringing }: Conversation, now: BackendTimeMs): SavedEngine['conversations'][number] {
  const until = ringing === undefined ? undefined : ((now + ringing.ringFor) as BackendTimeMs);
  return { conversation, peerUser, econn: save(econn), savedAt: now, ...(ringing === undefined || until === undefined ? {} : { ringing: { sdp: ringing.sdp, until } }) };
}
