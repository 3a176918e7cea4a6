import type { Clock } from '../base/clock.ts';
import { sameId, type Device } from '../base/device.ts';
import type { Entropy } from '../base/entropy.ts';
import { silentLog, type Log } from '../base/log.ts';
import { systemClock } from '../base/system-clock.ts';
import { systemEntropy } from '../base/system-entropy.ts';
import { ms, type DurationMs } from '../base/units.ts';
import { concernsCalls, DEFAULT_TIMEOUTS, drawIncarnation, parseMessage, type Identity, type Timeouts } from '../econn/index.ts';
import type { IceConfig, MediaEngine } from '../mediaflow/index.ts';
import type { BackendChannel, IncomingMessage } from '../transport/index.ts';
import type { Call, CallOptions } from './call.ts';
import { ConversationHost } from './conversation-host.ts';
import { Directory } from './directory.ts';
import { IceServers, type IceSource } from './ice-servers.ts';
import type { NetworkWatch } from './network-watch.ts';
import { Listeners } from './listeners.ts';
import { peerOf } from './peer-of.ts';
import { nameOf } from './problem-name.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import type { ConversationNews } from './present-call.ts';
import { readSavedEngine } from './saved-engine.ts';
import type { SavedConversation, SavedEngine, Store } from './store.ts';
import type { TracedStep, World } from './world.ts';

export type EngineOptions = {
  /** The road to other devices; it also says which device we are. The engine closes it. */
  readonly channel: BackendChannel;
  /** Makes peer connections. The engine closes it. */
  readonly media: MediaEngine;
  /**
   * STUN and TURN. An {@link IceSource} is asked for them, and again before its credentials expire. Without: no
   * server is asked, and only direct paths are found.
   */
  readonly ice?: IceConfig | IceSource;
  /** Tells of changes of this machine's network: `addressWatch()` in Node, `browserNetwork()` in browsers. */
  readonly network?: NetworkWatch;
  readonly policy?: Partial<Policy>;
  readonly timeouts?: Partial<Timeouts>;
  /** Whether that user belongs to that conversation; what others say in its name is not heard. Default: everybody does. */
  readonly isMember?: (conversation: string, user: string) => boolean;
  /** Remembers across crashes and reloads what must not be forgotten. */
  readonly store?: Store;
  /** What {@link CallEngine.save} or {@link CallEngine.suspend} gave, for apps that store by themselves. Default: what `store` has. */
  readonly saved?: SavedEngine;
  readonly log?: Log;
  /**
   * Told what a listener of the app threw. Default: thrown again outside of the engine, as an EventTarget
   * does, unless there is a `log`, which then has the kind of error only.
   */
  readonly onListenerError?: (problem: unknown) => void;
  /**
   * Told each step of each call, with ids and descriptions in it: for tests and simulations, which keep them in a
   * `TraceBook`. What may be shown is {@link Call.trace}.
   */
  readonly onStep?: (step: TracedStep) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
};

export type EngineEvents = {
  readonly incoming: Call;
  /** A call that ended without being taken, or was over before it could ring. At most once for each call. */
  readonly missed: { readonly conversation: string; readonly from: Device; readonly age: number };
  /** Somebody called while we were in a call of the same conversation, and was told that we are busy. */
  readonly 'turned-away': { readonly conversation: string; readonly from: Device };
};

export type CallTarget = CallOptions & {
  readonly conversation: string;
  /** The user at the other end. */
  readonly user: string;
  /** Aborting ends the call. */
  readonly signal?: AbortSignal;
};

/** Places and takes the calls of one device. */
export class CallEngine implements AsyncDisposable {
  readonly self: Device;
  readonly #world: World;
  readonly #incarnation: string;
  readonly #hosts: Directory;
  readonly #listeners: Listeners<EngineEvents>;
  readonly #unwatch: () => void;
  #closed = false;

  constructor(options: EngineOptions) {
    const { channel, media, clock = systemClock, entropy = systemEntropy, log = silentLog } = options;
    this.self = channel.self;
    this.#world = {
      channel, media, clock, entropy, log,
      ice: new IceServers(options.ice ?? { servers: [], policy: 'all' }, clock, log),
      policy: { ...DEFAULT_POLICY, ...options.policy },
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      store: options.store,
      onStep: options.onStep,
      isMember: options.isMember ?? (() => true),
      listenerThrew: (problem) => {
        log.error('listener threw', nameOf(problem));
        (options.onListenerError ?? (options.log === undefined ? throwLater : undefined))?.(problem);
      },
    };
    this.#hosts = new Directory(({ conversation, user }) => options.store?.forget(conversation, user));
    this.#incarnation = drawIncarnation(channel.backendNow(), entropy.bytes(5));
    this.#listeners = new Listeners(this.#world.listenerThrew);
    for (const saved of readSavedEngine(options.saved ?? options.store?.load())?.conversations ?? []) this.#addHost(saved.conversation, saved.peerUser, saved);
    // Mail that waited for this device comes at once: nobody could have begun to listen to this engine yet.
    let waiting: IncomingMessage[] | undefined = [];
    channel.onMessage((message) => {
      if (waiting === undefined) this.#receive(message);
      else waiting.push(message);
    });
    this.#unwatch = options.network?.(() => this.networkChanged()) ?? (() => {});
    queueMicrotask(() => {
      const early = waiting ?? [];
      waiting = undefined;
      for (const message of early) this.#receive(message);
    });
  }

  /** What came before this engine was made is told right after the turn in which it was made: listen in that turn. */
  on<N extends keyof EngineEvents>(name: N, listener: (event: EngineEvents[N]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Calls a user: all their devices ring, the first to answer is the one. The call is there at once, in state
   * `calling`. Throws {@link CallNotPossibleError} when a call makes no sense here.
   */
  call({ conversation, user, signal, ...options }: CallTarget): Call {
    if (this.#closed) throw new CallNotPossibleError('this engine is closed: make a new CallEngine');
    if (conversation === '' || user === '') throw new CallNotPossibleError('a call needs a conversation and a user: pass their ids');
    if (sameId(user, this.self.user)) throw new CallNotPossibleError('a user cannot call themselves: pass the id of another user');
    const host = this.#hostOf(conversation, user);
    if (host.taken) throw new CallNotPossibleError('this conversation has a call already: use it, or wait until it has ended');
    const call = host.start(options);
    if (signal !== undefined) endOn(signal, call);
    return call;
  }

  /**
   * The machine's network changed: calls look for a path from where it is now, and the road to the backend and the
   * peer connection of each call are made anew. Call it, or pass `network`, and a call is back in a second or two;
   * without, silence says so.
   */
  networkChanged(): void {
    if (this.#closed) return;
    this.#world.log.info('network changed', {});
    this.#world.channel.networkChanged?.();
    for (const host of this.#hosts) host.networkChanged();
  }

  /** The calls that have not ended. */
  get calls(): readonly Call[] {
    const calls: Call[] = [];
    for (const { call } of this.#hosts) if (call !== undefined) calls.push(call);
    return calls;
  }

  /** Timers that are running for calls: none when no call is. */
  get timers(): number {
    let timers = 0;
    for (const host of this.#hosts) timers += host.timers;
    return timers;
  }

  /** What this device must remember to come back after a crash: plain JSON data. */
  save(): SavedEngine {
    return { version: 1, conversations: [...this.#hosts].map((host) => host.save()) };
  }

  /**
   * Lets go of everything without ending calls, for a page that is about to reload: the next engine, made with
   * what this returns within twenty seconds, goes on with them. Afterwards the engine is closed.
   */
  async suspend(): Promise<SavedEngine> {
    const saved = this.save();
    if (this.#closed) return saved;
    this.#closed = true;
    for (const conversation of saved.conversations) this.#world.store?.put(conversation);
    await Promise.all([...this.#hosts].map((host) => host.suspend()));
    await this.#letGo();
    return saved;
  }

  /**
   * For a page that goes away and may come back at once, as a reloading one does: the backend tells the peers that
   * calls have ended unless this device connects again within that span, and the `store` has what the next engine
   * needs to go on. Nothing changes here, and nothing is awaited. Channels that keep no last wills tell nobody.
   *
   * A span that is too long lets people talk to nobody, one that is too short ends the call of a page that is still
   * loading. By default the peers hear of an end within a second, and a page may take half a second and some.
   */
  leave(unlessBackWithin: DurationMs = ms(700)): void {
    for (const host of this.#hosts) host.leave(unlessBackWithin);
  }

  /** Ends every call by every road, then closes the channel and the media engine. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#hosts].map((host) => host.close()));
    await this.#letGo();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #receive(message: IncomingMessage): void {
    if (this.#closed) return;
    const { conversation, from, text } = message;
    const parsed = parseMessage(text);
    if (!parsed.ok) {
      this.#world.log.warn('message refused', { failure: parsed.failure });
      return;
    }
    const user = peerOf(this.self, from, parsed.message);
    if (user === undefined || !concernsCalls(parsed.message) || !this.#world.isMember(conversation, from.user)) return;
    const host = this.#hostOf(conversation, user);
    const busy = this.#world.policy.whenInCall === 'turn-away' && this.#isInCallBeside(conversation);
    host.receive(from, parsed.message, message.age, busy);
    this.#hosts.tidy(host);
  }

  #isInCallBeside(conversation: string): boolean {
    for (const host of this.#hosts) if (host.call !== undefined && host.conversation !== conversation) return true;
    return false;
  }

  #hostOf(conversation: string, user: string): ConversationHost {
    return this.#hosts.get(conversation, user) ?? this.#addHost(conversation, user);
  }

  #addHost(conversation: string, user: string, saved?: SavedConversation): ConversationHost {
    const host = new ConversationHost(conversation, this.#identity(user), this.#world, (news) => this.#tell(conversation, news), saved);
    this.#hosts.add(host);
    return host;
  }

  async #letGo(): Promise<void> {
    this.#unwatch();
    this.#world.ice.close();
    await Promise.all([this.#world.channel.close(), this.#world.media.close()]);
    this.#listeners.clear();
  }

  #identity(peerUser: string): Identity {
    return { self: this.self, peerUser, incarnation: this.#incarnation, timeouts: this.#world.timeouts };
  }

  #tell(conversation: string, news: ConversationNews): void {
    switch (news.type) {
      case 'incoming':
        this.#listeners.emit('incoming', news.call);
        return;
      case 'missed':
      case 'turned-away':
        this.#listeners.emit(news.type, { conversation, ...news });
    }
  }
}

/** The app's own mistake must not pass unseen, and must not disturb the step that it happened in. */
function throwLater(problem: unknown): void {
  queueMicrotask(() => {
    throw problem;
  });
}

function endOn(signal: AbortSignal, call: Call): void {
  const end = (): void => call.end();
  signal.addEventListener('abort', end, { once: true });
  call.on('ended', () => signal.removeEventListener('abort', end));
  if (signal.aborted) end();
}

/** The app asked for a call that cannot be; the message says what to do instead. */
export class CallNotPossibleError extends Error {
  override readonly name = 'CallNotPossibleError' as const;
}
