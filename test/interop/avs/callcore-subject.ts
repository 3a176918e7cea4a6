import { CallEngine, type Call, type CallEnd, type Device, type Policy, type Timeouts, type Trace } from '../../../src/index.ts';
import type { IceConfig, LocalMedia, MediaEngine } from '../../../src/mediaflow/index.ts';
import type { BackendChannel, IncomingMessage, OutgoingMessage, SendResult } from '../../../src/transport/index.ts';
import { ms, backendTime } from '../../../src/base/units.ts';
import type { Deed, Report } from './party.ts';
import type { Letter } from './post.ts';

/** What a subject needs of the place that it runs in. */
export type Place = {
  readonly media: MediaEngine;
  /** What is sent, picture included. */
  play(): LocalMedia;
  /** Listens to and looks at a call. */
  sense(call: Call): { readonly loudness: number; readonly pictures: number };
  readonly post: (message: OutgoingMessage) => Promise<readonly Device[]>;
};

export type SubjectOptions = { readonly self: Device; readonly conversation: string; readonly timeouts?: Partial<Timeouts>; readonly policy?: Partial<Policy>; readonly ice?: IceConfig };

/** callcore as an app runs it, and the notes that the app takes. The same in Node and in a page. */
export class CallcoreSubject {
  readonly #place: Place;
  readonly #options: SubjectOptions;
  readonly #told: string[] = [];
  readonly #channel: LetterChannel;
  readonly engine: CallEngine;
  #call: Call | undefined;
  #sense: { readonly loudness: number; readonly pictures: number } | undefined;
  #trace: Trace | undefined;
  #answersAtOnce = false;

  constructor(place: Place, options: SubjectOptions) {
    this.#place = place;
    this.#options = options;
    this.#channel = new LetterChannel(options.self, place.post);
    this.engine = new CallEngine({ channel: this.#channel, media: place.media, ...options });
    this.engine.on('incoming', (call) => {
      this.#told.push('incoming');
      this.#follow(call);
      if (this.#answersAtOnce) this.act({ do: 'answer' });
    });
    this.engine.on('missed', () => this.#told.push('missed'));
  }

  deliver(letter: Letter): void {
    this.#channel.deliver(letter);
  }

  act(deed: Deed): void {
    switch (deed.do) {
      case 'call':
        this.#follow(this.engine.call({ conversation: this.#options.conversation, user: deed.user, media: this.#place.play(), video: deed.video ?? false, constantBitrate: deed.cbr ?? false }));
        return;
      case 'answer':
        this.#must().answer({ media: this.#place.play(), video: deed.video ?? false, constantBitrate: deed.cbr ?? false });
        return;
      case 'answer-at-once':
        this.#answersAtOnce = true;
        return;
      case 'reject':
        this.#must().reject();
        return;
      case 'end':
        this.#must().end();
        return;
      case 'end-when-taken': {
        const call = this.#must();
        call.on('state', (state) => (state === 'connecting' ? call.end() : undefined));
        return;
      }
      case 'network-changed':
        this.#must().renew();
        return;
      case 'mute':
        this.#must().setMuted(deed.on);
        return;
      case 'video':
        this.#must().setVideo(deed.on);
        return;
      case 'screen':
        this.#must().shareScreen(deed.on);
    }
  }

  async timeCall(user: string): Promise<number> {
    const begun = performance.now();
    this.act({ do: 'call', user });
    if (!(await this.#must().whenConnected())) throw new Error('the call was not connected');
    return performance.now() - begun;
  }

  report(): Report {
    const call = this.#call;
    const { trace } = this;
    const stats = call?.stats()?.audio;
    const peer = call?.peerProps;
    return {
      told: [...this.#told],
      said: trace?.entries.flatMap(({ outputs }) => outputs.flatMap((output) => (output.type === 'say' ? [nameOf(output.message)] : []))) ?? [],
      heard: trace?.entries.flatMap(({ input }) => (input.type === 'flow' && input.signal.type === 'channel-message' ? [nameOf(input.signal.message)] : [])) ?? [],
      peer: { muted: peer?.muted ?? false, video: peer?.screen === 'on' ? 'screen' : (peer?.video ?? 'off'), cbr: peer?.audioCbr ?? false },
      audio: { sent: stats?.sent ?? 0, received: stats?.received ?? 0 },
      loudness: this.#sense?.loudness ?? 0,
      pictures: this.#sense?.pictures ?? 0,
    };
  }

  /** Of the last call, redacted. */
  get trace(): Trace | undefined {
    return this.#call === undefined || this.#call.state === 'ended' ? this.#trace : this.#call.trace();
  }

  /** What the calls still hold; nothing when all is over. */
  get timers(): number {
    return this.engine.timers;
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  #must(): Call {
    if (this.#call === undefined) throw new Error('there is no call to act on');
    return this.#call;
  }

  #follow(call: Call): void {
    this.#call = call;
    this.#sense = this.#place.sense(call);
    call.on('state', (state) => {
      if (state !== 'ended') this.#told.push(state);
    });
    call.on('renewed', () => this.#told.push('renewed'));
    call.on('renewal-failed', () => this.#told.push('renewal-failed'));
    call.on('ended', ({ reason }: CallEnd) => {
      this.#trace = call.trace();
      this.#told.push(`ended ${reason.type}`);
    });
  }
}

function nameOf({ type, resp }: { readonly type: string; readonly resp: boolean }): string {
  return `${type}${resp ? '(r)' : ''}`;
}

/** The encrypted channel of a foreign app, which here is plain letters. */
class LetterChannel implements BackendChannel {
  readonly protection = 'app' as const;
  readonly self: Device;
  readonly #post: Place['post'];
  readonly #early: Letter[] = [];
  #listener: ((message: IncomingMessage) => void) | undefined;
  #closed = false;

  constructor(self: Device, post: Place['post']) {
    this.self = self;
    this.#post = post;
  }

  async send(message: OutgoingMessage): Promise<SendResult> {
    if (this.#closed) return { type: 'refused', because: 'closed' };
    const devices = await this.#post(message);
    return { type: 'taken', outcomes: devices.map((device) => ({ device, outcome: 'delivered' })) };
  }

  onMessage(listener: (message: IncomingMessage) => void): void {
    this.#listener = listener;
    for (const letter of this.#early.splice(0)) this.deliver(letter);
  }

  deliver(letter: Letter): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#early.push(letter);
    else this.#listener({ conversation: letter.conversation, from: letter.from, text: letter.text, age: ms(Math.max(0, Date.now() - letter.sentAt)) });
  }

  backendNow(): ReturnType<BackendChannel['backendNow']> {
    return backendTime(Date.now());
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
