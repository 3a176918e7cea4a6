import type { RTCDataChannel, RTCPeerConnection } from 'werift';
import type { Clock } from '../../base/clock.ts';
import { after, ms, type DurationMs } from '../../base/units.ts';
import { CHANNEL_LABEL, MAX_MESSAGE_BYTES } from '../channel-rule.ts';
import type { FlowReporter } from '../flow-reporter.ts';
import { sctpInside } from './werift-flow-internals.ts';

/** The one data channel of a flow: made by the offerer, taken by the answerer, any other turned away. */
export class WeriftChannel {
  readonly #clock: Clock;
  readonly #reporter: FlowReporter;
  #peer: RTCPeerConnection | undefined;
  #channel: RTCDataChannel | undefined;
  #open = false;
  #rejected = 0;

  constructor(clock: Clock, reporter: FlowReporter) {
    this.#clock = clock;
    this.#reporter = reporter;
  }

  /** Channels and messages that were turned away. */
  get rejected(): number {
    return this.#rejected;
  }

  /** As offerer: makes the channel. */
  create(peer: RTCPeerConnection): void {
    this.#peer = peer;
    this.#use(peer.createDataChannel(CHANNEL_LABEL));
    peer.onDataChannel.subscribe((channel) => this.#turnAway(channel));
  }

  /** As answerer: waits for the peer's. */
  expect(peer: RTCPeerConnection): void {
    this.#peer = peer;
    peer.onDataChannel.subscribe((channel) => {
      if (this.#channel !== undefined || channel.label !== CHANNEL_LABEL) this.#turnAway(channel);
      else this.#use(channel);
    });
  }

  /** Stands between SCTP and werift, which does not tell what it drops. To be called once SCTP exists. */
  guard(): void {
    const transport = sctpInside(this.#peer);
    if (transport === undefined) return;
    transport.sctp.onReceive.allUnsubscribe();
    transport.sctp.onReceive.subscribe((stream, kind, data) => {
      this.#reporter.heard();
      if (data.length > MAX_MESSAGE_BYTES || !PAYLOAD_KINDS.has(kind)) {
        this.#reject();
        return;
      }
      transport.datachannelReceive(stream, kind, data).catch(() => this.#reject());
    });
  }

  /** `closed` also while the peer takes nothing: what it asks and does not fetch must not pile up here. */
  send(text: string): 'sent' | 'closed' {
    if (!this.#open || this.#channel === undefined || this.#isFull()) return 'closed';
    try {
      this.#channel.send(text);
      return 'sent';
    } catch {
      return 'closed';
    }
  }

  async drain(limit: DurationMs): Promise<void> {
    const giveUpAt = after(this.#clock.now(), limit);
    while (this.#open && !this.#isDrained() && this.#clock.now() < giveUpAt) {
      await new Promise<void>((resolve) => {
        this.#clock.schedule(DRAIN_LOOK, resolve);
      });
    }
  }

  /** Tells the peer's SCTP that we are gone, so that it need not find out by silence. */
  async abort(): Promise<void> {
    this.#open = false;
    await this.#peer?.sctpTransport?.stop().catch(() => {});
  }

  #isFull(): boolean {
    const transport = sctpInside(this.#peer);
    return transport !== undefined && transport.dataChannelQueue.length + transport.sctp.outboundQueue.length >= MOST_WAITING;
  }

  #isDrained(): boolean {
    const transport = sctpInside(this.#peer);
    return transport === undefined || (transport.dataChannelQueue.length === 0 && transport.sctp.outboundQueue.length === 0 && transport.sctp.sentQueue.length === 0);
  }

  #use(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.stateChanged.subscribe((state) => {
      if (state === 'open' && !this.#open) {
        this.#open = true;
        this.#reporter.reached('channel-opened');
        this.#reporter.tell({ type: 'channel-opened' });
      } else if (state === 'closed' && this.#open) {
        this.#open = false;
        this.#reporter.tell({ type: 'channel-closed' });
      }
    });
    channel.onMessage.subscribe((message) => {
      if (typeof message === 'string') this.#reporter.tell({ type: 'channel-message', text: message });
      else this.#reject();
    });
  }

  #turnAway(channel: RTCDataChannel): void {
    this.#reject();
    // Not at once: werift says `open` right after having told us of it.
    queueMicrotask(() => channel.close());
  }

  #reject(): void {
    this.#rejected += 1;
    this.#reporter.tell({ type: 'channel-rejected' });
  }
}

/** How often the buffers are looked at: an acknowledgement takes a round trip at least. */
const DRAIN_LOOK = ms(5);

/** Pieces of up to 1.2 kB: three of the longest messages. A peer that reads leaves none of the short ones of a call waiting. */
const MOST_WAITING = 200;

/** DCEP, text, binary, and the last two of no length: the payload protocol ids of RFC 8831 §8 in use. */
const PAYLOAD_KINDS: ReadonlySet<number> = new Set([50, 51, 53, 56, 57]);
