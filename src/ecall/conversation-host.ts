import { absurd } from '../base/absurd.ts';
import type { Device } from '../base/device.ts';
import { backendTime, type DurationMs } from '../base/units.ts';
import { seconds } from '../base/units.ts';
import { save, type Identity, type Message, type Props } from '../econn/index.ts';
import type { FlowStats, LocalMedia } from '../mediaflow/index.ts';
import { Call, inform, type CallNews, type CallOptions, startingProps } from './call.ts';
import { callStateOf } from './call-state.ts';
import { Deadlines } from './deadlines.ts';
import { handle } from './ecall.ts';
import { openEcall, reset, resume, ringOn, type Ecall } from './ecall-state.ts';
import { LiveFlows } from './live-flows.ts';
import { CallMeter } from './metrics.ts';
import { Outbox } from './outbox.ts';
import type { CallTimer, EcallInput, EcallOutput, Notice } from './port.ts';
import { secondLife } from './second-life.ts';
import type { SavedConversation } from './store.ts';
import { redact } from './trace.ts';
import { TraceRecorder } from './trace-recorder.ts';
import type { World } from './world.ts';

/** What the engine hears of a conversation. */
export type ConversationNews =
  | { readonly type: 'incoming'; readonly call: Call }
  | { readonly type: 'missed'; readonly from: Device; readonly age: number }
  | { readonly type: 'turned-away'; readonly from: Device };

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
  /** The user at the other end. */
  readonly user: string;
  readonly #queue: EcallInput[] = [];
  #ecall: Ecall;
  #busy = false;
  #suspended = false;
  #call: Call | undefined;
  #meter: CallMeter | undefined;
  #traced: TraceRecorder;

  constructor(conversation: string, identity: Identity, world: World, tell: (news: ConversationNews) => void, restored?: SavedConversation) {
    this.conversation = conversation;
    this.#world = world;
    this.#tell = tell;
    this.user = identity.peerUser;
    this.#ecall = openEcall(identity, world.policy);
    this.#deadlines = new Deadlines(world.clock, () => this.#drain());
    this.#outbox = new Outbox(world.channel, world.clock);
    this.#flows = new LiveFlows(world.media, world.ice, {
      signal: (flow, signal) => {
        if (signal.type === 'channel-message') this.#meter?.count('channelReceived');
        this.feed({ type: 'flow', flow, signal });
      },
      audio: (frame) => this.#call?.[inform]({ type: 'audio', frame }),
      video: (frame) => this.#call?.[inform]({ type: 'video', frame }),
    });
    this.#traced = new TraceRecorder(this.#ecall);
    if (restored !== undefined) this.#comeBack(restored, identity);
  }

  get call(): Call | undefined {
    return this.#call;
  }

  /** Whether a call is going on, also one of which nobody was told yet. */
  get taken(): boolean {
    return this.#call !== undefined || callStateOf(this.#ecall) !== 'idle';
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
    const call = this.#openCall('outgoing', undefined);
    const props = startingProps(options);
    this.#flows.provide(options.media ?? {});
    call[inform]({ type: 'props', props });
    this.#meter?.startDescribing(this.#world.clock.now());
    // The call is there from this moment on: nothing that waits in the queue may come before it.
    this.#queue.unshift({ type: 'start', props });
    this.#drain();
    return call;
  }

  /** `busy`: this device is in a call of another conversation and takes no second one. */
  receive(from: Device, message: Message, age: DurationMs, busy: boolean): void {
    this.#meter?.count('backendReceived');
    this.feed({ type: 'receive', from, message, age, ...(busy ? { busy } : {}) });
  }

  feed(input: EcallInput): void {
    this.#queue.push(input);
    this.#drain();
  }

  /** Ends what is going on by every road, and lets go of everything. */
  async close(): Promise<void> {
    this.feed({ type: 'destroy' });
    await this.#outbox.close(CLOSING);
    await this.#flows.closed();
  }

  /** Lets go of everything without a word to the peer, for a life that goes on elsewhere. */
  async suspend(): Promise<void> {
    this.#suspended = true;
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
        this.#takeUp();
        this.#meter?.mark('connected', this.#world.clock.now());
        this.feed({ type: 'resumed' });
        return;
      case 'ring-on': {
        const call = this.#takeUp();
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

  /** The Call for a call that an earlier life had. */
  #takeUp(): Call | undefined {
    const live = this.#ecall.econn.memory.call;
    if (live === undefined) return undefined;
    const call = this.#openCall(live.direction, live.peer);
    call[inform]({ type: 'props', props: live.ours });
    call[inform]({ type: 'peer-props', props: live.theirs, changed: [] });
    call[inform]({ type: 'peer', peer: this.#peer() });
    return call;
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
    const { log, clock } = this.#world;
    const before = callStateOf(this.#ecall);
    const [next, outputs] = handle(this.#ecall, input);
    if (before === 'idle') this.#startTrace();
    this.#traced.record(this.#ecall, { at: clock.now(), input, outputs });
    this.#store(next);
    this.#ecall = next;
    const state = callStateOf(next);
    log.debug('step', { input: input.type, state, outputs: outputs.length });
    if (state !== before) log.info('state', { from: before, to: state });
    for (const output of outputs) this.#carryOut(output);
    if (state !== 'idle') this.#inform({ type: 'state', state });
  }

  /** Only what a later life needs: signs of life and props pass by. */
  #store({ econn }: Ecall): void {
    const { store } = this.#world;
    const known = this.#ecall.econn;
    if (store === undefined || (econn.state === known.state && econn.memory.ledger === known.memory.ledger && econn.memory.call?.offer === known.memory.call?.offer)) return;
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
        this.#meter?.count('channelSent');
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
        this.#flows.open(output.flow, output.video);
        return;
      case 'ask':
        void this.#flows.ask(output.flow, output.what, (problem) => this.#world.log.error('flow work failed', nameOf(problem))).then((result) => {
          if (result.type === 'described') this.#meter?.mark('described', this.#world.clock.now());
          this.feed({ type: 'asked', ask: output.ask, result });
        });
        return;
      case 'carry-media':
        this.#flows.apply(this.#ecall.props);
        this.#flows.carry(output.flow);
        return;
      case 'apply-props':
        this.#flows.apply(output.props);
        return;
      case 'close-flow': {
        const stats = this.#flows.close(output.flow);
        if (stats !== undefined) this.#meter?.add(stats);
        return;
      }
      case 'notify':
        this.#notice(output.notice);
        return;
      case 'refuse':
        this.#world.log.debug('refused', { input: output.input, because: output.because });
        return;
      default:
        absurd(output);
    }
  }

  #send({ to, message }: EcallOutput & { type: 'send' }): void {
    this.#meter?.count('backendSent');
    const call = 'call' in message ? message.call : undefined;
    this.#outbox.send(this.conversation, to, message, (delivery) => {
      const named = call ?? this.#ecall.econn.memory.call?.id;
      if (delivery.outcome === 'refused') this.#world.log.warn('message not taken by the backend', { message: message.type });
      if (named !== undefined) this.feed({ type: 'settled', message: message.type, resp: message.resp, call: named, ...delivery });
    });
  }

  #notice(notice: Notice): void {
    const now = this.#world.clock.now();
    switch (notice.type) {
      case 'incoming': {
        const call = this.#openCall('incoming', notice.from);
        // The SETUP that rings came before there was a call to count it for.
        this.#meter?.count('backendReceived');
        // Only a re-call that is answered by itself goes on with what its person sent.
        if (!notice.recall || !this.#world.policy.answerRecall) this.#flows.provide({});
        call[inform]({ type: 'props', props: this.#ecall.props });
        call[inform]({ type: 'peer-props', props: notice.props, changed: [] });
        this.#inform({ type: 'peer', peer: this.#peer() });
        this.#tell({ type: 'incoming', call });
        return;
      }
      case 'bound':
        this.#meter?.mark('taken', now);
        this.#inform({ type: 'peer', peer: { device: notice.to, ...this.#peer() } });
        this.#inform({ type: 'peer-props', props: this.#ecall.econn.memory.call?.theirs ?? startingProps({}), changed: [] });
        return;
      case 'connected':
        this.#meter?.mark('connected', now);
        this.#inform({ type: 'state', state: 'connected' });
        this.#inform({ type: 'connected' });
        return;
      case 'renewed':
        this.#meter?.reconnected();
        this.#inform({ type: 'renewed' });
        return;
      case 'peer-props':
      case 'no-media':
      case 'media-started':
        this.#inform(notice);
        return;
      case 'missed':
        this.#tell(notice);
        return;
      case 'turned-away':
        this.#tell(notice);
        return;
      case 'ended':
        this.#ended(notice);
        return;
      default:
        absurd(notice);
    }
  }

  #ended({ reason, missed }: Notice & { type: 'ended' }): void {
    const call = this.#call;
    const metrics = this.#meter?.close(reason, this.#world.clock.now());
    if (call === undefined || metrics === undefined) return;
    this.#call = undefined;
    this.#meter = undefined;
    this.#world.log.info('ended', { reason: reason.type, direction: call.direction, duration: metrics.duration });
    const from = call.peer.device;
    if (missed && from !== undefined) this.#tell({ type: 'missed', from, age: 0 });
    call[inform]({ type: 'ended', end: { reason, missed, metrics } });
  }

  #openCall(direction: 'outgoing' | 'incoming', device: Device | undefined): Call {
    const { channel, clock, log } = this.#world;
    this.#meter = new CallMeter(direction, clock.now());
    const traced = this.#traced;
    const call = new Call(
      {
        conversation: this.conversation, user: this.user, direction, state: direction === 'outgoing' ? 'calling' : 'ringing',
        security: { signalling: channel.protection, media: 'dtls-srtp' }, ...(device === undefined ? {} : { device }),
      },
      {
        answer: (props) => this.#answer(props),
        reject: () => this.feed({ type: 'reject' }),
        end: () => this.feed({ type: 'end' }),
        renew: () => this.feed({ type: 'renew' }),
        setProps: (props) => this.feed({ type: 'set-props', props }),
        provide: (media: LocalMedia) => this.#flows.provide(media),
        stats: (): FlowStats | undefined => this.#flows.stats(),
        messages: () => this.#meter?.messages,
        trace: () => redact(traced.trace),
      },
      (problem) => log.error('listener threw', nameOf(problem)),
    );
    this.#call = call;
    return call;
  }

  #answer(props: Props): void {
    const now = this.#world.clock.now();
    this.#meter?.mark('taken', now);
    this.#meter?.startDescribing(now);
    this.feed({ type: 'answer', props });
  }

  #peer(): { device?: Device; protocol?: 'callcore-1' | 'calling-3.0' | 'unknown' } {
    const call = this.#ecall.econn.memory.call;
    if (call === undefined) return {};
    return { protocol: call.protocol, ...(call.peer === undefined ? {} : { device: call.peer }) };
  }

  #inform(news: CallNews): void {
    this.#call?.[inform](news);
  }
}

/** What people wait for a program to end; the peer, if nothing reached it, notices the silence by itself. */
const CLOSING = seconds(2);

function nameOf(problem: unknown): { readonly problem: string } {
  return { problem: problem instanceof Error ? problem.name : typeof problem };
}
