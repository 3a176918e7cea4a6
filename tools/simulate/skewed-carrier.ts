import type { Device } from '../../src/base/device.ts';
import { backendTime, ms, type BackendTimeMs, type DurationMs } from '../../src/base/units.ts';
import type { Carrier, CarrierResult, Dispatch, ParcelListener } from '../../src/transport/index.ts';

/** A carrier whose idea of the backend's time is wrong. */
export class SkewedCarrier implements Carrier {
  readonly self: Device;
  skew: DurationMs = ms(0);
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    this.self = carrier.self;
    this.#carrier = carrier;
  }

  send(dispatch: Dispatch): Promise<CarrierResult> {
    return this.#carrier.send(dispatch);
  }

  onParcel(listener: ParcelListener): void {
    this.#carrier.onParcel(listener);
  }

  backendNow(): BackendTimeMs {
    return backendTime(this.#carrier.backendNow() + this.skew);
  }

  close(): Promise<void> {
    return this.#carrier.close();
  }
}
