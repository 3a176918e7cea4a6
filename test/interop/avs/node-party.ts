import { OpusDecoder } from 'opus-decoder';
import { readFileSync } from 'node:fs';
import type { RTCPeerConnection } from 'werift';
import type { Call, Trace } from '../../../src/index.ts';
import { playVideo, readIvf, tone } from '../../../src/mediaflow/index.ts';
import { createHardenedPeer } from '../../../src/mediaflow/werift/hardened-peer.ts';
import { WeriftMediaEngine } from '../../../src/mediaflow/werift/index.ts';
import { CallcoreSubject, type SubjectOptions } from './callcore-subject.ts';
import type { Deed, Party, Report } from './party.ts';
import type { Post } from './post.ts';

const CLOCK = readIvf(readFileSync(new URL('../../../tools/demo/media/clock-vp8.ivf', import.meta.url)));

/** callcore on werift in this process. */
export class NodeParty implements Party {
  readonly self;
  readonly #subject: CallcoreSubject;
  readonly #peers: RTCPeerConnection[] = [];
  readonly #leave: () => void;
  readonly #decoder: OpusDecoder<48_000>;

  static async open(post: Post, options: SubjectOptions): Promise<NodeParty> {
    const decoder = new OpusDecoder({ sampleRate: 48_000, channels: 2 });
    await decoder.ready;
    return new NodeParty(post, options, decoder);
  }

  private constructor(post: Post, options: SubjectOptions, decoder: OpusDecoder<48_000>) {
    this.self = options.self;
    this.#decoder = decoder;
    this.#subject = new CallcoreSubject({
      media: new WeriftMediaEngine({
        createPeer: (how) => {
          const peer = createHardenedPeer(how);
          this.#peers.push(peer);
          return peer;
        },
      }),
      play: () => ({ audio: tone(), video: playVideo(CLOCK, { loop: true }) }),
      sense: (call) => this.#sense(call),
      post: async ({ to, conversation, text }) => post.send(options.self, to, conversation, text),
    }, options);
    this.#leave = post.join(options.self, (letter) => this.#subject.deliver(letter));
  }

  async act(deed: Deed): Promise<void> {
    this.#subject.act(deed);
  }

  async report(): Promise<Report> {
    return this.#subject.report();
  }

  timeCall(user: string): Promise<number> {
    return this.#subject.timeCall(user);
  }

  get trace(): Trace | undefined {
    return this.#subject.trace;
  }

  get timers(): number {
    return this.#subject.timers;
  }

  /** As when a process is killed: its sockets are closed, and nothing more leaves through them. */
  async vanish(): Promise<void> {
    this.#leave();
    for (const peer of this.#peers) silence(peer);
    await this.#subject.engine.suspend();
    this.#decoder.free();
  }

  async close(): Promise<void> {
    await this.#subject.close();
    this.#leave();
    this.#decoder.free();
  }

  #sense(call: Call): { readonly loudness: number; readonly pictures: number } {
    const recent: number[] = [];
    let pictures = 0;
    call.on('audio', ({ payload }) => {
      const [samples] = this.#decoder.decodeFrame(payload).channelData;
      recent.push(samples?.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) ?? 0);
      if (recent.length > 5) recent.shift();
    });
    call.on('video', () => (pictures += 1));
    return {
      get loudness() {
        return Math.max(0, ...recent);
      },
      get pictures() {
        return pictures;
      },
    };
  }
}

function silence(peer: RTCPeerConnection): void {
  for (const { connection } of peer.iceTransports) {
    const { protocols } = connection as unknown as { protocols: { transport?: { send(): Promise<void>; close(): Promise<void> } }[] };
    for (const { transport } of protocols) if (transport !== undefined) transport.send = async () => {};
  }
}
