import { chart, type StateName } from './chart.ts';
import type { Memory } from './memory.ts';

/** A stored ECONN. Written and read by the app's own store, which is trusted: only its shape is checked. */
export type Saved = { readonly version: 1; readonly state: StateName; readonly memory: Memory };

export function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false;
  const { version, state, memory } = value as Partial<Saved>;
  if (version !== 1 || state === undefined || !Object.hasOwn(chart.states, state)) return false;
  if (!isRecord(memory) || typeof memory.peerUser !== 'string' || ![memory.self, memory.ledger, memory.timeouts].every(isRecord)) return false;
  return state === 'idle' ? memory.call === undefined : isRecord(memory.call);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
