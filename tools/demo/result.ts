import type { CallEnd } from '../../src/index.ts';
import type { Comparison } from './compare-frames.ts';

/** One thing that must hold for the demo to have succeeded. */
export type Check = { readonly name: string; readonly passed: boolean; readonly detail: string };

/** A change on one side, and how many milliseconds after its command the other side had told of it. */
export type Sync = { readonly change: string; readonly seenAfterMs: number };

/** Bob's recording, read back. `asPlayed`: packets that are frames of the file that were to be heard, in place. */
export type Recording = { readonly packets: number; readonly seconds: number; readonly asPlayed: number };

/** All figures of one demo: what `--json` prints. */
export type DemoResult = {
  readonly ok: boolean;
  /** How much of the file was played. */
  readonly seconds: number;
  /** From the start of the demo until every process was gone. */
  readonly wallMs: number;
  readonly checks: readonly Check[];
  /** The step that failed, when one did. */
  readonly failure?: { readonly step: string; readonly because: string };
  readonly syncs: readonly Sync[];
  /** The seven signs that each side showed. */
  readonly signs?: { readonly alice?: readonly string[]; readonly bob?: readonly string[] };
  readonly audio?: Comparison;
  readonly recording?: Recording;
  readonly alice?: CallEnd;
  readonly bob?: CallEnd;
};
