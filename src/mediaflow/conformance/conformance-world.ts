import type { DurationMs } from '../../base/units.ts';
import type { LocalMedia, MediaEngine } from '../port.ts';
import type { RecordedFlow } from './recorded-flow.ts';

/** Two engines that can reach each other, and time that passes in their world. */
export type ConformanceWorld = {
  readonly caller: MediaEngine;
  readonly callee: MediaEngine;
  /** Lets `span` pass: really, or on virtual time. */
  pass(span: DurationMs): Promise<void>;
  /** For engines that carry tracks: what is sent in the checks, and what of it comes out at the other end. */
  readonly stage?: Stage;
};

export type Stage = {
  /** A tone and a picture that changes, as long as the world stands. */
  play(): Promise<Required<Omit<LocalMedia, 'sent'>>>;
  /** How loud it is at this end, the loudest sample of the last moments between 0 and 1. */
  loudness(end: RecordedFlow): Promise<number>;
  /** How many pictures were decoded at this end so far. */
  pictures(end: RecordedFlow): Promise<number>;
  close(): Promise<void>;
};
