import type { Device } from '../../base/device.ts';
import type { BackendTimeMs } from '../../base/units.ts';
import type { Carrier, CarrierResult, Dispatch, Parcel, ParcelListener } from '../carrier.ts';
import { handOver } from '../hand-over.ts';
import { PROTOCOL_LIMITS, type ServerFrame } from './protocol.ts';
import type { Requests } from './requests.ts';
import type { WebSocketConnection } from './websocket-connection.ts';

/** Enough to recognise what a backend sends again because an acknowledgement was lost. */
const PARCELS_REMEMBERED = 1024;

/** Carries parcels over a {@link WebSocketConnection}. A parcel is acknowledged when it was dealt with, so none is lost with a connection. */
export class WebSocketCarrier implements Carrier {
  readonly self: Device;
  readonly keepsWills = true;
  #connection: WebSocketConnection;
  #requests: Requests;
  #listener: ParcelListener | undefined;
  #early: { readonly id: string; readonly parcel: Parcel }[] = [];
  /** By parcel id: whether it was dealt with. */
  #seen = new Map<string, 'in-hand' | 'done'>();

  constructor(connection: WebSocketConnection, requests: Requests) {
    this.self = connection.self;
    this.#connection = connection;
    this.#requests = requests;
    connection.listen({ onFrame: (frame) => this.#take(frame) });
  }

  async send(dispatch: Dispatch): Promise<CarrierResult> {
    if (dispatch.parcels.length > PROTOCOL_LIMITS.parcels) return { type: 'refused', because: 'too-large' };
    const outcome = await this.#requests.ask((request) => ({ type: 'send', request, dispatch }));
    switch (outcome.type) {
      case 'sent':
        return outcome.result;
      case 'offline':
      case 'rejected':
      case 'closed':
        return { type: 'refused', because: outcome.type };
      case 'published':
      case 'bundles':
        // An answer to a question we did not ask.
        return { type: 'refused', because: 'rejected' };
    }
    return outcome satisfies never;
  }

  onParcel(listener: ParcelListener): void {
    this.#listener = listener;
    for (const { id, parcel } of this.#early.splice(0)) this.#hand(listener, id, parcel);
  }

  backendNow(): BackendTimeMs {
    return this.#connection.backendNow();
  }

  hurry(): void {
    this.#connection.hurry();
  }

  networkChanged(): void {
    this.#connection.networkChanged();
  }

  check(): void {
    this.#connection.check();
  }

  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  #take(frame: ServerFrame): void {
    if (frame.type !== 'parcel') return;
    const { id, parcel } = frame;
    const seen = this.#seen.get(id);
    if (seen === 'done') this.#connection.say({ type: 'ack', parcels: [id] });
    if (seen !== undefined) return;
    this.#remember(id);
    if (this.#listener === undefined) this.#early.push({ id, parcel });
    else this.#hand(this.#listener, id, parcel);
  }

  #hand(listener: ParcelListener, id: string, parcel: Parcel): void {
    void handOver(listener, parcel).then((verdict) => {
      if (verdict === 'not-now') return void this.#seen.delete(id);
      this.#seen.set(id, 'done');
      this.#connection.say({ type: 'ack', parcels: [id] });
    });
  }

  #remember(id: string): void {
    this.#seen.set(id, 'in-hand');
    if (this.#seen.size <= PARCELS_REMEMBERED) return;
    const oldest = this.#seen.keys().next();
    if (oldest.done !== true) this.#seen.delete(oldest.value);
  }
}
