import type { Clock, StopTimer } from '../../base/clock.ts';
import type { Device } from '../../base/device.ts';
import type { Entropy } from '../../base/entropy.ts';
import { backendTime, between, ms, seconds, type BackendTimeMs, type DurationMs, type InstantMs } from '../../base/units.ts';
import { CLOCK_TRUST } from '../retention.ts';
import { backOff } from './back-off.ts';
import { openSocket, type Socket, type SocketFactory } from './open-socket.ts';
import { encodeClientFrame, parseServerFrame, PROTOCOL_VERSION, type ClientFrame, type DenialReason, type ServerFrame } from './protocol.ts';

export type ConnectionOptions = {
  readonly url: string;
  readonly self: Device;
  readonly token: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly socket?: SocketFactory | undefined;
  readonly onPhase?: ((phase: ConnectionPhase) => void) | undefined;
};

export type ConnectionPhase =
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  | { readonly type: 'waiting'; readonly retryIn: DurationMs }
  /** For good: trying again would be answered the same. */
  | { readonly type: 'denied'; readonly because: DenialReason }
  | { readonly type: 'closed' };

/** A quiet connection is probed at this interval, and given up when nothing came for that interval after. */
const PING_EVERY = seconds(20);
const SILENCE_LIMIT = seconds(10);
/** From the attempt to connect until the backend's welcome. */
const WELCOME_LIMIT = seconds(10);
/** How long a connection that is in doubt may take to answer: several round trips of a bad path. */
const CHECK_LIMIT = ms(1_500);
/** An attempt to connect that was begun on a network that swallowed it is not waited for any longer by who is in doubt. */
const DIAL_PATIENCE = seconds(3);

/**
 * One authenticated connection to a backend, made again whenever it is lost. Knows the backend's clock.
 * Hostile frames are dropped; none throws.
 */
export class WebSocketConnection {
  readonly self: Device;
  #options: ConnectionOptions;
  #clock: Clock;
  #session: string;
  #phase: ConnectionPhase = { type: 'connecting' };
  #socket: Socket | undefined;
  #attempt = 0;
  #dials = 0;
  #stopTimer: StopTimer = () => undefined;
  /** Backend time minus our monotonic clock: a wall clock that jumps does not move it. */
  #offset: number | undefined;
  /** The latest time that was given out. */
  #latest = 0;
  #askedAt = 0;
  #checking = false;
  #dialledAt: InstantMs;
  #listeners: Listener[] = [];

  constructor(options: ConnectionOptions) {
    this.self = options.self;
    this.#options = options;
    this.#clock = options.clock;
    this.#dialledAt = options.clock.now();
    this.#session = Array.from(options.entropy.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  /** Call once, after everyone listens. */
  open(): void {
    void this.#connect();
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** False when there is no connection: it may be said again after the next welcome. */
  say(frame: ClientFrame): boolean {
    if (this.#phase.type !== 'connected' || this.#socket === undefined) return false;
    return this.#write(this.#socket, frame);
  }

  /** The network came back: a waiting connection is tried at once. */
  hurry(): void {
    if (this.#phase.type !== 'waiting') return;
    this.#attempt = 0;
    this.#stopTimer();
    void this.#connect();
  }

  /** What is open, or is being opened, goes over a network that is gone: begun anew, at once. */
  networkChanged(): void {
    if (this.#isOver()) return;
    this.#attempt = 0;
    this.#checking = false;
    this.#stopTimer();
    this.#dropSocket();
    void this.#connect();
  }

  /** Doubt from elsewhere. May be repeated: what is being checked, or was begun just now, is left to it. */
  check(): void {
    switch (this.#phase.type) {
      case 'connected':
        if (!this.#checking) this.#expectPong(CHECK_LIMIT, () => this.networkChanged());
        return;
      case 'connecting':
        if (between(this.#dialledAt, this.#clock.now()) >= DIAL_PATIENCE) this.networkChanged();
        return;
      case 'waiting':
        return this.hurry();
      case 'denied':
      case 'closed':
    }
  }

  /**
   * Within a day of our own wall clock, whatever the backend says, and never falling: neither mail nor marks may
   * grow younger. Only a wall clock that is itself set back by days, having been wrong, takes it along.
   */
  backendNow(): BackendTimeMs {
    if (this.#offset === undefined) return this.#clock.wallNow();
    const now = Math.round(this.#clock.now() + this.#offset);
    this.#latest = now < this.#latest - 2 * CLOCK_TRUST ? now : Math.max(this.#latest, now);
    return backendTime(this.#latest);
  }

  /** Idempotent. Leaves no timer and no socket. */
  close(): void {
    if (this.#isOver()) return;
    this.#end({ type: 'closed' });
  }

  async #connect(): Promise<void> {
    this.#dialledAt = this.#clock.now();
    this.#enter({ type: 'connecting' });
    this.#restartTimer(WELCOME_LIMIT, () => this.#lost());
    const dial = ++this.#dials;
    let socket: Socket;
    try {
      socket = await (this.#options.socket ?? openSocket)(this.#options.url);
    } catch {
      if (dial === this.#dials && !this.#isOver()) this.#lost();
      return;
    }
    // Opening took so long that another attempt is under way, or none is wanted any more.
    if (dial !== this.#dials || this.#isOver()) return hangUp(socket);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.#askedAt = this.#clock.now();
      this.#write(socket, { type: 'hello', version: PROTOCOL_VERSION, self: this.self, token: this.#options.token, session: this.#session });
      // The backend hears the hello first: what is said right after it need not wait for the welcome.
      if (this.#phase.type === 'connecting') for (const listener of this.#listeners) listener.onGreeted?.((frame) => void this.#write(socket, frame));
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = this.#socket === socket ? parseServerFrame(data) : undefined;
      if (frame !== undefined) this.#take(frame);
    });
    const lost = (): void => {
      if (this.#socket === socket) this.#lost();
    };
    socket.addEventListener('close', lost);
    socket.addEventListener('error', lost);
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'denied':
        return frame.because === 'too-fast' || frame.because === 'full' ? this.#lost() : this.#end(frame);
      case 'welcome':
        this.#learnOffset(frame.now);
        this.#attempt = 0;
        this.#enter({ type: 'connected' });
        this.#expectSound();
        return;
      case 'pong':
        this.#learnOffset(frame.now);
        return this.#expectSound();
      case 'published':
      case 'bundles':
      case 'sent':
      case 'parcel':
        if (this.#phase.type !== 'connected') return;
        this.#expectSound();
        for (const listener of this.#listeners) listener.onFrame(frame);
    }
  }

  #learnOffset(backendNow: BackendTimeMs): void {
    const now = this.#clock.now();
    const own = this.#clock.wallNow() - now;
    this.#offset = Math.min(own + CLOCK_TRUST, Math.max(own - CLOCK_TRUST, backendNow + (now - this.#askedAt) / 2 - now));
  }

  #expectSound(): void {
    this.#checking = false;
    this.#restartTimer(PING_EVERY, () => this.#expectPong(SILENCE_LIMIT, () => this.#lost()));
  }

  #expectPong(within: DurationMs, silent: () => void): void {
    this.#checking = true;
    this.#restartTimer(within, silent);
    this.#askedAt = this.#clock.now();
    this.say({ type: 'ping' });
  }

  #lost(): void {
    this.#checking = false;
    this.#dials += 1;
    this.#dropSocket();
    const retryIn = backOff(this.#attempt++, this.#options.entropy);
    this.#restartTimer(retryIn, () => void this.#connect());
    this.#enter({ type: 'waiting', retryIn });
  }

  #end(phase: ConnectionPhase): void {
    this.#stopTimer();
    this.#dropSocket();
    this.#enter(phase);
  }

  #enter(phase: ConnectionPhase): void {
    this.#phase = phase;
    for (const listener of this.#listeners) listener.onPhase?.(phase);
    try {
      this.#options.onPhase?.(phase);
    } catch {
      // What an app's code throws must not cost the connection.
    }
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) hangUp(socket);
  }

  #write(socket: Socket, frame: ClientFrame): boolean {
    try {
      socket.send(encodeClientFrame(frame));
      return true;
    } catch {
      // A socket that is closing refuses by throwing; its `onclose` is under way.
      return false;
    }
  }

  #restartTimer(span: DurationMs, fire: () => void): void {
    this.#stopTimer();
    this.#stopTimer = this.#clock.schedule(span, fire);
  }

  #isOver(): boolean {
    return this.#phase.type === 'closed' || this.#phase.type === 'denied';
  }
}

export type Listener = {
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onPhase?: (phase: ConnectionPhase) => void;
  /** The hello is on its way: what is open may be said once more, before the welcome. */
  readonly onGreeted?: (say: (frame: ClientFrame) => void) => void;
};

function hangUp(socket: Socket): void {
  // An error of a socket we gave up is nobody's business, but `ws` throws it if nobody listens.
  socket.addEventListener('error', () => undefined);
  if (socket.terminate === undefined) socket.close();
  else socket.terminate();
}
