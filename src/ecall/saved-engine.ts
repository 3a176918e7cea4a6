import { isText, isTime, optional, record } from '../base/shape.ts';
import { restore } from '../econn/index.ts';
import type { SavedConversation, SavedEngine } from './store.ts';

/**
 * What can be read of a stored engine; `undefined` when it is none at all. A conversation that was damaged is
 * left out, which costs at most a ring of a minute; the others stay.
 */
export function readSavedEngine(value: unknown): SavedEngine | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, conversations } = value as { version?: unknown; conversations?: unknown };
  if (version !== 1 || !Array.isArray(conversations)) return undefined;
  return { version, conversations: conversations.filter(isSavedConversation) };
}

function isSavedConversation(value: unknown): value is SavedConversation {
  return isShaped(value) && restore((value as SavedConversation).econn) !== undefined;
}

const isShaped = record({ conversation: isText, peerUser: isText, savedAt: isTime, ringing: optional(record({ sdp: isText, until: isTime })) });
