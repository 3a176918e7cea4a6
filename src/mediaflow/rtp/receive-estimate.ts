/**
 * What the path from the peer carries, as we tell it (REMB, draft-alvestrand-rmcat-remb): twice what arrives
 * while little is lost, so that a sender that is held by this figure can climb; less than what arrives when
 * much is. In bits/s.
 */
export class ReceiveEstimate {
  #bitrate = START;

  /** One interval more: `bitrate` arrived, `loss` (0 to 1) of what was sent did not. Returns what to tell. */
  update(bitrate: number, loss: number): number {
    if (loss > HEAVY_LOSS) this.#bitrate = Math.max(LEAST, Math.min(this.#bitrate, bitrate * (1 - loss / 2)));
    else if (loss < LIGHT_LOSS) this.#bitrate = Math.min(MOST, Math.max(this.#bitrate, bitrate * 2));
    return Math.round(this.#bitrate);
  }
}

/** Where libwebrtc's loss-based control (draft-ietf-rmcat-gcc §6) turns. */
const HEAVY_LOSS = 0.1;
const LIGHT_LOSS = 0.02;
const START = 1_000_000;
const LEAST = 50_000;
const MOST = 4_000_000;
