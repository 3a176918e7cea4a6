import type { Call, CallEnd } from '../../src/ecall/index.ts';
import type { Handset } from './handset.ts';

/** How one call went on one device, as its user saw it. */
export class Lived {
  readonly call: Call;
  readonly handset: Handset;
  /** Which process of the device it belongs to: what a dead one does, nobody sees. */
  readonly life: number;
  readonly startedAt: number;
  rangUntil: number | undefined;
  connectedAt: number | undefined;
  endedAt: number | undefined;
  end: CallEnd | undefined;
  ends = 0;
  /** Its other side was found to have left it. */
  haunted = false;

  constructor(call: Call, handset: Handset, startedAt: number) {
    this.call = call;
    this.handset = handset;
    this.life = handset.lives;
    this.startedAt = startedAt;
  }

  get witnessed(): boolean {
    return this.life === this.handset.lives;
  }
}
