import type { Clock } from '../../base/clock.ts';
import type { DurationMs } from '../../base/units.ts';
import { CHANNEL_LABEL, MAX_MESSAGE_BYTES } from '../channel-rule.ts';
import type { FlowReporter } from '../flow-reporter.ts';
import type { DataChannel, PeerConnection } from './platform.ts';

/** The one data channel of a flow: made by the offerer, taken by the answerer, any other turned away. */
export class NativeChannel {
  readonly #clock: Clock;
  readonly #reporter: FlowReporter;
  readonly #closed: Promise<void>;
  #tellClosed: () => void = () => {};
  #channel: DataChannel | undefined;
  #open = false;

  constructor(clock: Clock, reporter: FlowReporter) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#closed = new Promise((resolve) => (this.#tellClosed = resolve));
  }

  /** As offerer: makes the channel. */
  create(peer: PeerConnection): void {
    this.#use(peer.createDataChannel(CHANNEL_LABEL));
    peer.addEventListener('datachannel', ({ channel }) => this.#turnAway(channel));
  }

  /** As answerer: waits for the peer's. */
  expect(peer: PeerConnection): void {
    peer.addEventListener('datachannel', ({ channel }) => {
      if (this.#channel !== undefined || channel.label !== CHANNEL_LABEL) this.#turnAway(channel);
      else this.#use(channel);
    });
  }

  /** `closed` also while the peer takes nothing: what it asks and does not fetch must not pile up here. */
  send(text: string): 'sent' | 'closed' {
    if (!this.#open || this.#channel === undefined || this.#channel.bufferedAmount > MOST_WAITING) return 'closed';
    try {
      this.#channel.send(text);
      return 'sent';
    } catch {
      return 'closed';
    }
  }

  /** No browser tells what was acknowledged. But a channel closes only when all before has arrived, and tells that. */
  async drain(limit: DurationMs): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#channel?.close();
    await new Promise<void>((resolve) => {
      const stop = this.#clock.schedule(limit, resolve);
      void this.#closed.then(() => {
        stop();
        resolve();
      });
    });
  }

  /** Says goodbye to the peer's SCTP, so that it need not find out by silence. */
  abort(): void {
    this.#open = false;
    this.#channel?.close();
    this.#tellClosed();
  }

  #use(channel: DataChannel): void {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.addEventListener('open', () => this.#opened());
    channel.addEventListener('close', () => this.#hasClosed());
    channel.addEventListener('message', ({ data }) => this.#receive(data));
    if (channel.readyState === 'open') queueMicrotask(() => this.#opened());
  }

  #opened(): void {
    if (this.#open || this.#channel?.readyState !== 'open') return;
    this.#open = true;
    this.#reporter.reached('channel-opened');
    this.#reporter.tell({ type: 'channel-opened' });
  }

  #hasClosed(): void {
    this.#tellClosed();
    if (!this.#open) return;
    this.#open = false;
    this.#reporter.tell({ type: 'channel-closed' });
  }

  #receive(data: unknown): void {
    this.#reporter.heard();
    if (typeof data !== 'string' || data.length > MAX_MESSAGE_BYTES || new TextEncoder().encode(data).length > MAX_MESSAGE_BYTES) this.#reject();
    else this.#reporter.tell({ type: 'channel-message', text: data });
  }

  #turnAway(channel: DataChannel): void {
    this.#reject();
    channel.close();
  }

  #reject(): void {
    this.#reporter.tell({ type: 'channel-rejected' });
  }
}

/** Bytes: three of the longest messages. A peer that reads leaves none of the short ones of a call waiting. */
const MOST_WAITING = 3 * MAX_MESSAGE_BYTES;
