import { absurd } from '../base/absurd.ts';
import type { Device } from '../base/device.ts';
import type { Props } from '../econn/index.ts';
import type { FlowStats, LocalMedia, VideoLimit } from '../mediaflow/index.ts';
import { Authenticator } from './authenticator.ts';
import { Call, inform, startingProps, type CallNews, type CallPeer } from './call.ts';
import { CallWatch } from './call-watch.ts';
import type { Ecall } from './ecall-state.ts';
import { wantsVideo } from './flows.ts';
import { CallMeter, type MessageCount } from './metrics.ts';
import type { EcallInput, Notice } from './port.ts';
import { redact } from './trace.ts';
import type { TraceRecorder } from './trace-recorder.ts';
import type { World } from './world.ts';

/** What the engine hears of a conversation. */
export type ConversationNews =
  | { readonly type: 'incoming'; readonly call: Call }
  | { readonly type: 'missed'; readonly from: Device; readonly age: number }
  | { readonly type: 'turned-away'; readonly from: Device };

/** What a call does to the conversation that it is in. */
export type Conversation = {
  readonly conversation: string;
  readonly user: string;
  readonly feed: (input: EcallInput) => void;
  readonly provide: (media: LocalMedia) => void;
  readonly stats: () => FlowStats | undefined;
  readonly limitVideo: (limit: VideoLimit) => void;
  readonly tell: (news: ConversationNews) => void;
};

/** The Call that the app holds, if there is one, and its figures: what the pure call says is told to it here. */
export class PresentCall {
  readonly #world: World;
  readonly #conversation: Conversation;
  readonly #authenticator: Authenticator;
  #call: Call | undefined;
  #meter: CallMeter | undefined;
  #watch: CallWatch | undefined;

  constructor(world: World, conversation: Conversation) {
    this.#world = world;
    this.#conversation = conversation;
    this.#authenticator = new Authenticator(world.channel, world.entropy);
  }

  get call(): Call | undefined {
    return this.#call;
  }

  get authenticator(): Authenticator {
    return this.#authenticator;
  }

  count(kind: MessageCount): void {
    this.#meter?.count(kind);
  }

  add(stats: FlowStats): void {
    this.#meter?.add(stats);
  }

  described(): void {
    this.#meter?.mark('described', this.#world.clock.now());
  }

  inform(news: CallNews): void {
    this.#call?.[inform](news);
  }

  /** A connected call is measured once somebody wants to know, or video has to be kept within the path. */
  watchIfWanted(): void {
    const call = this.#call;
    if (call === undefined || this.#watch !== undefined || (call.state !== 'connected' && call.state !== 'reconnecting')) return;
    if (!call.isWatched && !wantsVideo(call.props)) return;
    const { stats, limitVideo } = this.#conversation;
    this.#watch = new CallWatch({ clock: this.#world.clock, stats, limitVideo, tell: (news) => this.inform(news) });
  }

  stopWatching(): void {
    this.#watch?.stop();
    this.#watch = undefined;
  }

  /** A call of ours, just begun. */
  begin(props: Props, traced: TraceRecorder): Call {
    const call = this.#open('outgoing', undefined, traced);
    call[inform]({ type: 'props', props });
    this.#meter?.startDescribing(this.#world.clock.now());
    return call;
  }

  /** A call that an earlier life of this device had. */
  takeUp({ econn }: Ecall, traced: TraceRecorder, was: 'connected' | 'ringing'): Call | undefined {
    const live = econn.memory.call;
    if (live === undefined) return undefined;
    const call = this.#open(live.direction, live.peer, traced);
    call[inform]({ type: 'props', props: live.ours });
    call[inform]({ type: 'peer-props', props: live.theirs, changed: [] });
    call[inform]({ type: 'peer', peer: peerIn(econn) });
    if (was === 'connected') this.#meter?.mark('connected', this.#world.clock.now());
    return call;
  }

  notice(notice: Notice, ecall: Ecall, traced: TraceRecorder): void {
    const now = this.#world.clock.now();
    switch (notice.type) {
      case 'incoming':
        this.#incoming(notice, ecall, traced);
        return;
      case 'bound':
        this.#meter?.mark('taken', now);
        this.inform({ type: 'peer', peer: { device: notice.to, ...peerIn(ecall.econn) } });
        this.inform({ type: 'peer-props', props: ecall.econn.memory.call?.theirs ?? startingProps({}), changed: [] });
        return;
      case 'pledges-known': {
        const verdict = this.#authenticator.judge(notice.pledges);
        if (verdict.type === 'code') this.inform(verdict);
        if (verdict.type === 'broken') this.#conversation.feed({ type: 'mistrust' });
        return;
      }
      case 'connected':
        this.#meter?.mark('connected', now);
        this.inform({ type: 'state', state: 'connected' });
        this.inform({ type: 'connected' });
        this.watchIfWanted();
        return;
      case 'renewed':
        this.#meter?.reconnected();
        this.inform({ type: 'renewed' });
        this.watchIfWanted();
        return;
      case 'own-props':
        this.inform({ type: 'props', props: notice.props });
        return;
      case 'peer-props':
      case 'renewal-failed':
      case 'no-media':
      case 'media-started':
        this.inform(notice);
        return;
      case 'missed':
      case 'turned-away':
        this.#conversation.tell(notice);
        return;
      case 'ended':
        this.#ended(notice);
        return;
      default:
        absurd(notice);
    }
  }

  #incoming(notice: Notice & { type: 'incoming' }, { props, econn }: Ecall, traced: TraceRecorder): void {
    const call = this.#open('incoming', notice.from, traced);
    // The SETUP that rings came before there was a call to count it for.
    this.count('backendReceived');
    // Only a re-call that is answered by itself goes on with what its person sent: there is nothing to answer.
    if (notice.recall && this.#world.policy.answerRecall) call[inform]({ type: 'state', state: 'connecting' });
    else this.#conversation.provide({});
    call[inform]({ type: 'props', props });
    call[inform]({ type: 'peer-props', props: notice.props, changed: [] });
    call[inform]({ type: 'peer', peer: peerIn(econn) });
    this.#conversation.tell({ type: 'incoming', call });
  }

  #ended({ reason, missed }: Notice & { type: 'ended' }): void {
    const call = this.#call;
    const metrics = this.#meter?.close(reason, this.#world.clock.now());
    if (call === undefined || metrics === undefined) return;
    this.#call = undefined;
    this.#meter = undefined;
    this.stopWatching();
    this.#world.log.info('ended', { reason: reason.type, direction: call.direction, duration: metrics.duration });
    const from = call.peer.device;
    if (missed && from !== undefined) this.#conversation.tell({ type: 'missed', from, age: 0 });
    call[inform]({ type: 'ended', end: { reason, missed, metrics } });
  }

  #open(direction: 'outgoing' | 'incoming', device: Device | undefined, traced: TraceRecorder): Call {
    const { channel, clock, listenerThrew } = this.#world;
    const { conversation, user, feed, provide, stats } = this.#conversation;
    this.#meter = new CallMeter(direction, clock.now());
    const call = new Call(
      {
        conversation, user, direction, state: direction === 'outgoing' ? 'calling' : 'ringing',
        security: { signalling: channel.protection, media: 'dtls-srtp' }, ...(device === undefined ? {} : { device }),
      },
      {
        answer: (props) => this.#answer(props),
        reject: () => feed({ type: 'reject' }),
        end: () => feed({ type: 'end' }),
        renew: () => feed({ type: 'renew' }),
        setProps: (props) => feed({ type: 'set-props', props }),
        provide,
        stats,
        watch: () => this.watchIfWanted(),
        messages: () => this.#meter?.messages,
        trace: () => redact(traced.trace),
      },
      listenerThrew,
    );
    this.#call = call;
    return call;
  }

  #answer(props: Props): void {
    const now = this.#world.clock.now();
    this.#meter?.mark('taken', now);
    this.#meter?.startDescribing(now);
    this.#conversation.feed({ type: 'answer', props });
  }
}

function peerIn({ memory: { call } }: Ecall['econn']): CallPeer {
  if (call === undefined) return {};
  return { protocol: call.protocol, ...(call.peer === undefined ? {} : { device: call.peer }) };
}
