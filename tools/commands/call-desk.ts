import type { Call, CallEnd, CallOptions, CallStats } from '../../src/index.ts';
import { writeCallTrace } from './call-trace.ts';
import { FlowSum } from './flow-sum.ts';
import { FrameLedger } from './frame-ledger.ts';
import type { LocalMediaMaker } from './local-media.ts';
import type { PeerCommand, Report } from './peer-events.ts';
import type { PeerOptions } from './peer-options.ts';
import { openRecording, type Recording } from './recording.ts';

/** Everything around one call but the call itself: what it sends, where it is recorded, and who is told. */
export class CallDesk {
  readonly #options: PeerOptions;
  readonly #report: Report;
  readonly #ledger: FrameLedger | undefined;
  readonly #flows = new FlowSum();
  readonly #recording: Recording | undefined;
  /** Pass these when the call is made or answered. */
  readonly callOptions: CallOptions;
  #call: Call | undefined;
  #quality: CallStats['quality'] | undefined;

  /** Throws `CommandError` when the call cannot be recorded. */
  constructor(options: PeerOptions, maker: LocalMediaMaker, report: Report) {
    this.#options = options;
    this.#report = report;
    this.#ledger = options.frames ? new FrameLedger() : undefined;
    const source = maker.audio(() => report({ type: 'played' }));
    const audio = this.#ledger?.watch(source, () => this.#call?.props.muted ?? options.muted) ?? source;
    const video = maker.video?.();
    this.#recording = options.record === undefined ? undefined : openRecording(options.record);
    const sent = this.#recording?.sent;
    this.callOptions = {
      media: { audio, ...(video === undefined ? {} : { video }), ...(sent === undefined ? {} : { sent }) },
      muted: options.muted, video: video !== undefined, constantBitrate: options.constantBitrate,
    };
  }

  /**
   * Follows the call to its end. Resolves with whether it was ever connected, when all is written. Rejects with
   * `CommandError` when it cannot be recorded.
   */
  async attend(call: Call, backendNow: () => number): Promise<CallEnd & { readonly connected: boolean }> {
    const report = this.#report;
    const { trace } = this.#options;
    this.#call = call;
    let hangUp: NodeJS.Timeout | undefined;
    let connected = false;
    call.on('state', (state) => report({ type: 'state', state }));
    call.on('peer-props', ({ props }) => report({ type: 'peer-props', props }));
    call.on('media-started', (kind) => report({ type: 'media-started', kind }));
    call.on('renewed', () => report({ type: 'notice', text: 'the connection was replaced' }));
    call.on('relay-refused', () => report({ type: 'notice', text: 'a TURN server did not take the credentials: they are wrong or have expired' }));
    call.on('no-media', () => report({ type: 'notice', text: 'nothing is heard of the other side' }));
    call.on('audio', (frame) => {
      this.#ledger?.heard(frame);
      this.#recording?.heard(frame);
    });
    call.on('video', (frame) => this.#recording?.seen(frame));
    call.on('stats', (stats) => {
      this.#quality = stats.quality;
      report({ type: 'stats', ...stats });
    });
    call.on('media-path', (path) => report({ type: 'media-path', path }));
    call.on('security', ({ code }) => {
      if (code !== undefined) report({ type: 'security', code });
    });
    call.on('connected', () => {
      connected = true;
      report({ type: 'own-props', props: call.props });
      report({ type: 'peer-props', props: call.peerProps });
      if (this.#options.seconds !== undefined) hangUp = setTimeout(() => call.end(), this.#options.seconds * 1000);
    });
    report({ type: 'state', state: call.state });
    const ticking = setInterval(() => this.#tellStatus(call), STATUS_EVERY);
    try {
      const end = await call.whenEnded();
      const files = await this.#recording?.close() ?? [];
      report({ type: 'ended', ...end });
      if (trace !== undefined) {
        await writeCallTrace(trace, call, backendNow());
        report({ type: 'notice', text: `what happened is written to ${trace}` });
      }
      for (const file of files) report({ type: 'recorded', file });
      if (this.#ledger !== undefined) report({ type: 'frames', ...this.#ledger.report });
      return { ...end, connected };
    } finally {
      clearInterval(ticking);
      clearTimeout(hangUp);
      await this.#recording?.close();
    }
  }

  obey(command: PeerCommand): void {
    const call = this.#call;
    if (call === undefined || call.state === 'ended') return;
    switch (command) {
      case 'mute':
      case 'unmute':
        call.setMuted(command === 'mute');
        break;
      case 'video on':
      case 'video off':
        if (command === 'video on' && this.callOptions.video !== true) {
          this.#report({ type: 'notice', text: 'no video to send: start with --video' });
          return;
        }
        call.setVideo(command === 'video on');
        break;
      case 'renew':
        call.renew();
        return;
      case 'end':
        call.end();
        return;
    }
    this.#report({ type: 'own-props', props: call.props });
  }

  #tellStatus(call: Call): void {
    const flow = call.stats();
    const messages = call.messages();
    this.#report({ type: 'status', ...(flow === undefined ? {} : { flow: this.#flows.add(flow) }), ...(messages === undefined ? {} : { messages }), ...(this.#quality === undefined ? {} : { quality: this.#quality }) });
  }
}

/** Often enough to be live for a person, milliseconds. */
const STATUS_EVERY = 250;
