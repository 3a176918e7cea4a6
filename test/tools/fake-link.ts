import { encodeClientFrame, parseServerFrame, type ClientFrame, type ServerFrame } from '../../src/transport/index.ts';
import type { Link, Relay } from '../../tools/backend/index.ts';

/** A device's connection to a relay, without a socket. */
export class FakeLink implements Link {
  readonly heard: ServerFrame[] = [];
  closed = false;
  #relay: Relay;

  constructor(relay: Relay) {
    this.#relay = relay;
  }

  get last(): ServerFrame {
    return this.heard.at(-1)!;
  }

  get parcels(): readonly { readonly id: string; readonly bytes: Uint8Array }[] {
    return this.heard.flatMap((frame) => (frame.type === 'parcel' ? [{ id: frame.id, bytes: frame.parcel.bytes }] : []));
  }

  say(frame: ClientFrame): void {
    this.#relay.received(this, encodeClientFrame(frame));
  }

  leave(): void {
    this.#relay.closed(this);
  }

  send(text: string): void {
    this.heard.push(parseServerFrame(text)!);
  }

  close(): void {
    this.closed = true;
  }
}
