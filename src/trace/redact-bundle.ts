import { Redaction } from '../ecall/redaction.ts';
import type { TraceBundle } from './bundle.ts';
import { replayPart, type Rulebook } from './replay-bundle.ts';

/**
 * A bundle that may be shown: ids, descriptions and whatever is not read are replaced by tokens, the same for the
 * same thing at each device, and it still replays. Names of devices become tokens too; notes are kept, since they
 * are written by tools, not by peers.
 */
export function redactBundle(bundle: TraceBundle, rulebook?: Rulebook): TraceBundle {
  const redaction = new Redaction(bundle.devices.flatMap(({ parts }) => parts));
  const devices = bundle.devices.map(({ parts }, index) => ({
    name: `device ${String(index + 1)}`,
    // Our own session ids are made from ids: what was put out must be made again from the tokens.
    parts: parts.map((part) => replayPart(redaction.of(part), rulebook)),
  }));
  return { ...bundle, devices };
}
