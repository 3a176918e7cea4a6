import { absurd } from '../base/absurd.ts';
import type { Device } from '../base/device.ts';
import { backendTime, seconds, type DurationMs } from '../base/units.ts';
import { encodeMessage, isHeardInTime, save, type Identity, type Message } from '../econn/index.ts';
import { startingProps, type Call, type CallOptions } from './call.ts';
import { callStateOf } from './call-state.ts';
import { Deadlines } from './deadlines.ts';
import { handle } from './ecall.ts';
import { openEcall, reset, resume, ringOn, type Ecall } from './ecall-state.ts';
import { Impatience } from './impatience.ts';
import { LiveFlows } from './live-flows.ts';
import { Outbox } from './outbox.ts';
import type { CallTimer, EcallInput, EcallOutput, FlowId } from './port.ts';
import { PresentCall, type ConversationNews } from './present-call.ts';
import { nameOf } from './problem-name.ts';
import { secondLife } from './second-life.ts';
import { isNews, type SavedConversation } from './store.ts';
import { TraceRecorder } from './trace-recorder.ts';
import type { World } from './world.ts';

/**
 * Runs the call of one conversation: one input at a time, deadlines that have passed before anything else,
 * the new state stored before its outputs are carried out, and what they provoke queued behind them.
 */
export class ConversationHost {
  readonly conversation: string;
  readonly #world: World;
  readonly #tell: (news: ConversationNews) => void;
  readonly #deadlines: Deadlines<CallTimer>;
  readonly #flows: LiveFlows;
  readonly #outbox: Outbox;
  readonly #impatience: Impatience;
  readonly #present: PresentCall;
  /** The user at the other end. */
  readonly user: string;
  readonly #queue: EcallInput[] = [];
  #ecall: Ecall;
  #busy = false;
  #suspended = false;
  #traced: TraceRecorder;

  constructor(conversation: string, identity: Identity, world: World, tell: (news: ConversationNews) => void, restored?: SavedConversation) {
    this.conversation = conversation;
    this.#world = world;
    this.#tell = tell;
    this.user = identity.peerUser;
    this.#ecall = openEcall(identity, world.policy);
    this.#deadlines = new Deadlines(world.clock, () => this.#drain(), (timer) => timer === 'ping');
    this.#outbox = new Outbox(world.channel, world.clock);
    this.#impatience = new Impatience(world.channel, world.clock);
    this.#flows = new LiveFlows(world.media, world.ice, world.clock, {
      signal: (flow, signal) => {
        if (signal.type === 'channel-message') this.#present.count('channelReceived');
        if (signal.type === 'heard' && this.#isHeardInTime(flow) && this.#deadlines.putOff('ping')) return;
        this.feed({ type: 'flow', flow, signal });
      },
      audio: (frame) => this.#present.inform({ type: 'audio', frame }),
      video: (frame) => this.#present.inform({ type: 'video', frame }),
      track: (kind, track) => this.#present.inform({ type: 'track', kind, track }),
      relayRefused: () => {
        world.log.warn('a TURN server refused the credentials', {});
        world.ice.distrust();
        this.#present.inform({ type: 'relay-refused' });
      },
    });
    this.#present = new PresentCall(world, {
      conversation, user: this.user, tell, feed: (input) => this.feed(input), provide: (media) => this.#flows.provide(media), stats: () => this.#flows.stats(),
      limitVideo: (limit) => this.#flows.limitVideo(limit),
    });
    this.#traced = new TraceRecorder(this.#ecall);
    if (restored !== undefined) this.#comeBack(restored, identity);
  }

  get call(): Call | undefined {
    return this.#present.call;
  }

  /** Whether a call is going on, also one of which nobody was told yet. */
  get taken(): boolean {
    return this.call !== undefined || callStateOf(this.#ecall) !== 'idle';
  }

  /** True when there is nothing to remember: no call, and no offer of anybody that was ever seen. */
  get isBlank(): boolean {
    const { ledger } = this.#ecall.econn.memory;
    return !this.taken && ledger.own.counter === 0 && ledger.marks.length === 0 && ledger.endedSessions.length === 0;
  }

  /** Timers that are running: none when idle. */
  get timers(): number {
    return this.#deadlines.size;
  }

  start(options: CallOptions): Call {
    this.#startTrace();
    const props = startingProps(options);
    this.#flows.provide(options.media ?? {});
    const call = this.#present.begin(props, this.#traced);
    // The call is there from this moment on: nothing that waits in the queue may come before it.
    this.#queue.unshift({ type: 'start', props });
    this.#drain();
    return call;
  }

  /** `busy`: this device is in a call of another conversation and takes no second one. */
  receive(from: Device, message: Message, age: DurationMs, busy: boolean): void {
    this.#present.count('backendReceived');
    this.feed({ type: 'receive', from, message, age, ...(busy ? { busy } : {}) });
  }

  feed(input: EcallInput): void {
    this.#queue.push(input);
    this.#drain();
  }

  /** The machine's network changed: what stands looks for another path, while another flow is made for the call. */
  networkChanged(): void {
    this.#flows.moved();
    this.call?.renew();
  }

  /** Ends what is going on by every road, and lets go of everything. */
  async close(): Promise<void> {
    this.feed({ type: 'destroy' });
    await this.#outbox.close(CLOSING);
    await this.#flows.closed();
  }

  /**
   * Leaves with the backend what ending the call now would say, and with the store what the next life needs: the call
   * of an hour is as young as this moment. A ring is not declined by looking away.
   */
  leave(unlessBackWithin: DurationMs): void {
    const { channel, store } = this.#world;
    if (callStateOf(this.#ecall) !== 'idle') store?.put(this.save());
    if (this.#ecall.ringing !== undefined) return;
    const [, outputs] = handle(this.#ecall, { type: 'destroy' });
    for (const output of outputs) if (output.type === 'send') channel.sendWill?.({ conversation: this.conversation, to: output.to, text: encodeMessage(output.message), urgency: 'normal' }, unlessBackWithin);
  }

  /** Lets go of everything without a word to the peer, for a life that goes on elsewhere. */
  async suspend(): Promise<void> {
    this.#suspended = true;
    this.#impatience.end();
    // For this life the call is over; whoever waits for its end must not wait for ever.
    if (this.call !== undefined) this.#present.notice({ type: 'ended', reason: { type: 'restarted' }, missed: false }, this.#ecall, this.#traced);
    this.#deadlines.stopAll();
    for (const flow of [this.#ecall.coming, this.#ecall.current]) if (flow !== undefined) this.#flows.close(flow);
    await this.#outbox.close(CLOSING);
    await this.#flows.closed();
  }

  save(): SavedConversation {
    const { conversation } = this;
    const now = this.#world.channel.backendNow();
    const { ringing } = this.#ecall;
    const left = this.#deadlines.left('setup');
    return {
      conversation, peerUser: this.user, econn: save(this.#ecall.econn), savedAt: now,
      ...(ringing === undefined || left === undefined ? {} : { ringing: { sdp: ringing, until: backendTime(now + left) } }),
    };
  }

  #comeBack(saved: SavedConversation, { incarnation }: Identity): void {
    const { policy, channel } = this.#world;
    const life = secondLife(saved, incarnation, channel.backendNow(), policy);
    if (life === undefined) return;
    this.#ecall = life.type === 'go-on' ? resume(life.econn, policy) : life.type === 'ring-on' ? ringOn(life.econn, policy, life.sdp) : reset(life.econn, policy, 0, 0);
    this.#traced = new TraceRecorder(this.#ecall);
    switch (life.type) {
      case 'go-on':
        this.#present.takeUp(this.#ecall, this.#traced, 'connected');
        this.feed({ type: 'resumed' });
        return;
      case 'ring-on': {
        const call = this.#present.takeUp(this.#ecall, this.#traced, 'ringing');
        this.#deadlines.start('setup', life.left);
        // The app cannot listen before it has the engine.
        if (call !== undefined) queueMicrotask(() => this.#tell({ type: 'incoming', call }));
        return;
      }
      case 'start-over':
        this.feed({ type: 'restarted' });
        this.#ecall = { ...this.#ecall, econn: life.reborn(this.#ecall.econn) };
        return;
      default:
        absurd(life);
    }
  }

  /** A call that goes on as it should says so for hours: neither the pure call nor its trace need hear each time. */
  #isHeardInTime(flow: FlowId): boolean {
    return flow === this.#ecall.current && isHeardInTime(this.#ecall.econn);
  }

  #drain(): void {
    if (this.#busy || this.#suspended) return;
    this.#busy = true;
    try {
      for (let input = this.#next(); input !== undefined; input = this.#next()) this.#step(input);
    } finally {
      this.#busy = false;
    }
  }

  #next(): EcallInput | undefined {
    const timer = this.#deadlines.takeDue();
    return timer === undefined ? this.#queue.shift() : { type: 'timer-fired', timer };
  }

  #step(input: EcallInput): void {
    const { log, clock, onStep } = this.#world;
    const before = callStateOf(this.#ecall);
    const [next, outputs] = handle(this.#ecall, input);
    if (before === 'idle') this.#startTrace();
    const entry = { at: clock.now(), input, outputs };
    this.#traced.record(this.#ecall, entry);
    onStep?.({ conversation: this.conversation, user: this.user, before: this.#ecall, after: next, entry });
    this.#store(next);
    this.#ecall = next;
    const state = callStateOf(next);
    log.debug('step', { input: input.type, state, outputs: outputs.length });
    if (state !== before) log.info('state', { from: before, to: state });
    // Before the state is told: whoever hears that a call is reconnecting sees whether it was lost.
    const contact = next.econn.memory.call?.contact;
    if (contact !== undefined) this.#present.inform({ type: 'contact', contact });
    for (const output of outputs) this.#carryOut(output);
    if (input.type === 'timer-fired' && input.timer === 'ping' && state === 'connected') {
      this.#impatience.doubt();
      this.#flows.doubt();
    }
    // Another flow is on its way only as soon as the backend lets it.
    if ((input.type === 'timer-fired' || input.type === 'flow') && before === 'connected' && state === 'reconnecting') this.#flows.moved();
    if (state === 'reconnecting') this.#impatience.begin();
    else this.#impatience.end();
    if (state !== 'idle') this.#present.inform({ type: 'state', state });
    // Whoever holds the call holds its trace: an idle conversation keeps none alive.
    else if (this.#present.call === undefined) this.#traced = new TraceRecorder(next);
  }

  #store({ econn }: Ecall): void {
    const { store } = this.#world;
    if (store === undefined || !isNews(this.#ecall.econn, econn)) return;
    try {
      store.put({ ...this.save(), econn: save(econn) });
    } catch (problem) {
      // A full disk must not end calls: what is lost costs at most a ring of a minute.
      this.#world.log.error('not stored', nameOf(problem));
    }
  }

  /** Each call has a trace of its own, which starts from idle. */
  #startTrace(): void {
    if (!this.#traced.isEmpty) this.#traced = new TraceRecorder(this.#ecall);
  }

  #carryOut(output: EcallOutput): void {
    switch (output.type) {
      case 'send':
        this.#send(output);
        return;
      case 'say':
        this.#present.count('channelSent');
        this.#flows.say(output.flow, output.message);
        return;
      case 'start-timer':
        this.#deadlines.start(output.timer, output.in);
        return;
      case 'stop-timer':
        this.#deadlines.stop(output.timer);
        return;
      case 'stop-timers':
        this.#deadlines.stopAll((timer) => timer === 'no-media');
        return;
      case 'open-flow':
        this.#flows.open(output.flow, output.video, output.constantBitrate);
        return;
      case 'ask':
        void this.#ask(output);
        return;
      case 'carry-media':
        this.#flows.apply(this.#ecall.props);
        this.#flows.carry(output.flow);
        return;
      case 'apply-props':
        this.#flows.apply(output.props);
        this.#present.watchIfWanted();
        return;
      case 'close-flow': {
        const stats = this.#flows.close(output.flow);
        if (stats !== undefined) this.#present.add(stats);
        return;
      }
      case 'notify':
        this.#present.notice(output.notice, this.#ecall, this.#traced);
        return;
      case 'refuse':
        this.#world.log.debug('refused', { input: output.input, because: output.because });
        return;
      default:
        absurd(output);
    }
  }

  async #ask({ ask, flow, what }: EcallOutput & { type: 'ask' }): Promise<void> {
    const { log } = this.#world;
    const result = await this.#flows.ask(flow, what, (problem) => log.error('flow work failed', nameOf(problem)));
    if (result.type !== 'described') return this.feed({ type: 'asked', ask, result });
    this.#present.described();
    this.feed({ type: 'asked', ask, result: { ...result, pledge: this.#present.authenticator.draw() } });
  }

  #send({ to, message }: EcallOutput & { type: 'send' }): void {
    this.#present.count('backendSent');
    const call = 'call' in message ? message.call : undefined;
    this.#outbox.send(this.conversation, to, message, (delivery) => {
      const named = call ?? this.#ecall.econn.memory.call?.id;
      if (delivery.outcome === 'refused') this.#world.log.warn('message not taken by the backend', { message: message.type });
      if (named !== undefined) this.feed({ type: 'settled', message: message.type, resp: message.resp, call: named, ...delivery });
    });
  }
}

/** What people wait for a program to end; the peer, if nothing reached it, notices the silence by itself. */
const CLOSING = seconds(2);
