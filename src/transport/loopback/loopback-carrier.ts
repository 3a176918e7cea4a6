import type { Device } from '../../base/device.ts';
import type { BackendTimeMs } from '../../base/units.ts';
import type { Carrier, CarrierResult, Dispatch, Parcel, ParcelListener } from '../carrier.ts';
import { handOver } from '../hand-over.ts';
import type { LoopbackHub } from './loopback-hub.ts';
import type { LoopbackLine } from './loopback-line.ts';

/** A device's end of a {@link LoopbackHub}. Away until it listens. */
export class LoopbackCarrier implements Carrier {
  readonly self: Device;
  readonly keepsWills = true;
  #hub: LoopbackHub;
  #line: LoopbackLine;
  #receive: ((parcel: Parcel) => void) | undefined;
  #closed = false;

  /** @internal Use `hub.carrier(self)`. */
  constructor(self: Device, hub: LoopbackHub, line: LoopbackLine) {
    this.self = self;
    this.#hub = hub;
    this.#line = line;
  }

  send(dispatch: Dispatch): Promise<CarrierResult> {
    if (this.#closed) return Promise.resolve({ type: 'refused', because: 'closed' });
    if (this.#line.partitioned) return Promise.resolve({ type: 'refused', because: 'offline' });
    return Promise.resolve(this.#hub.take(this.self, dispatch));
  }

  onParcel(listener: ParcelListener): void {
    this.#receive = (parcel) =>
      void handOver(listener, parcel).then((verdict) => {
        if (verdict === 'not-now') this.#line.keep(parcel);
      });
    this.#hub.back(this.self);
    this.#line.connect(this.#receive);
  }

  backendNow(): BackendTimeMs {
    return this.#hub.clock.wallNow();
  }

  close(): Promise<void> {
    this.#closed = true;
    if (this.#receive !== undefined) this.#line.disconnect(this.#receive);
    return Promise.resolve();
  }
}
