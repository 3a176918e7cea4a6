import type { Wcall } from '@wireapp/avs';
import type { Device } from '../../../../src/index.ts';
import { PageEar, PageEye, pictureTrack, toneTrack } from '../../../mediaflow/page/page-media.ts';
import type { Deed, Report } from '../party.ts';
import type { AvsSending, Letter } from '../post.ts';
import { watchConnections } from './watched-connections.ts';

declare global {
  interface Window {
    toPost(sending: AvsSending): Promise<void>;
    avs: AvsSubject;
    openAvs: (self: Device) => Promise<void>;
  }
}

const audio = new AudioContext();
const connections = watchConnections();

/** Wire's engine, driven as Wire's web app drives it, and the notes that its app takes. */
class AvsSubject {
  readonly #wcall: Wcall;
  readonly #user: number;
  readonly #self: Device;
  #told: string[] = [];
  #peer: { muted: boolean; video: Report['peer']['video']; cbr: boolean } = { muted: false, video: 'off', cbr: false };
  #conversation = '';
  #ear: PageEar | undefined;
  #eye: PageEye | undefined;
  #seen = 0;
  #answersAtOnce = false;
  #channelOpened: () => void = () => {};

  static async open(self: Device): Promise<AvsSubject> {
    const wcall = await load();
    wcall.init(0);
    return new Promise((resolve) => {
      const subject: AvsSubject = new AvsSubject(wcall, self, () => resolve(subject));
    });
  }

  private constructor(wcall: Wcall, self: Device, ready: () => void) {
    this.#wcall = wcall;
    this.#self = self;
    wcall.setUserMediaHandler(async (_, sound, video, screen) => new MediaStream([...(sound ? [toneTrack(audio)] : []), ...(video || screen ? [pictureTrack(320, 180).track] : [])]));
    wcall.setAudioStreamHandler((_, __, streams) => this.#hear(streams));
    wcall.setVideoStreamHandler((_, __, ___, streams) => this.#see(streams));
    this.#user = wcall.create(
      self.user, self.device, ready,
      (ctx, conversation, _user, _client, targets, _unused, data, _length, _transient, myClientsOnly) => {
        void window.toPost({ conversation, text: data, targets, myClientsOnly: myClientsOnly === 1 }).then(() => wcall.resp(this.#user, 200, '', ctx));
        return 0;
      },
      () => 0,
      () => {
        this.#tell('incoming');
        // Not from within its own callback.
        if (this.#answersAtOnce) queueMicrotask(() => this.act({ do: 'answer' }));
      },
      () => this.#tell('missed'),
      () => this.#tell('answered'),
      () => this.#tell('established'),
      (reason) => this.#tell(`closed ${REASONS[reason] ?? String(reason)}`),
      () => {},
      (user) => {
        setTimeout(() => wcall.configUpdate(user, 0, '{"ttl":3600}'));
        return 0;
      },
      (_user, _client, enabled) => (this.#peer.cbr = enabled === 1),
      (_conversation, user, _client, state) => this.#peerVideo(user, state),
    );
    wcall.setDataChanEstabHandler(this.#user, () => {
      this.#tell('datachan');
      this.#channelOpened();
    });
    wcall.setStateHandler(this.#user, (_, state) => this.#tell(`state ${STATES[state] ?? String(state)}`));
    wcall.setParticipantChangedHandler(this.#user, (_, json) => this.#members(json));
    setInterval(() => wcall.poll(), 100);
  }

  /** Another case begins: what was told so far counts no more. */
  begin(conversation: string): void {
    this.#conversation = conversation;
    this.#told = [];
    this.#answersAtOnce = false;
    this.#peer = { muted: false, video: 'off', cbr: false };
    this.#seen = 0;
    this.#ear?.close();
    this.#eye?.close();
    this.#ear = undefined;
    this.#eye = undefined;
    connections.forget();
    this.#wcall.setMute(this.#user, 0);
  }

  deliver({ conversation, from, text, sentAt }: Letter): void {
    const seconds = (at: number): number => Math.floor(at / 1_000);
    const code = this.#wcall.recvMsg(this.#user, text, new TextEncoder().encode(text).length, seconds(Date.now()), seconds(sentAt), conversation, from.user, from.device, 0, 0);
    if (code !== 0) this.#tell(`refused ${String(code)}`);
  }

  act(deed: Deed): void {
    const [wcall, user, conversation] = [this.#wcall, this.#user, this.#conversation];
    switch (deed.do) {
      case 'call':
        wcall.start(user, conversation, deed.video === true ? 1 : 0, 0, deed.cbr === true ? 1 : 0, 0);
        return;
      case 'answer':
        wcall.answer(user, conversation, deed.video === true ? 1 : 0, deed.cbr === true ? 1 : 0);
        return;
      case 'answer-at-once':
        this.#answersAtOnce = true;
        return;
      case 'reject':
        wcall.reject(user, conversation);
        return;
      case 'end-when-taken':
        throw new Error('AVS has no such way to hang up');
      case 'end':
        wcall.end(user, conversation);
        return;
      case 'network-changed':
        wcall.networkChanged();
        return;
      case 'mute':
        wcall.setMute(user, deed.on ? 1 : 0);
        return;
      case 'video':
        wcall.setVideoSendState(user, conversation, deed.on ? 1 : 0);
        return;
      case 'screen':
        wcall.setVideoSendState(user, conversation, deed.on ? 4 : 0);
    }
  }

  async timeCall(): Promise<number> {
    const opened = new Promise<void>((resolve) => (this.#channelOpened = resolve));
    const begun = performance.now();
    this.act({ do: 'call', user: '' });
    await opened;
    return performance.now() - begun;
  }

  async report(): Promise<Report> {
    return {
      told: [...this.#told],
      said: connections.said,
      heard: connections.heard,
      peer: { ...this.#peer },
      audio: await connections.audio(),
      loudness: this.#ear?.loudness ?? 0,
      pictures: this.#seen + (this.#eye?.pictures ?? 0),
    };
  }

  #tell(what: string): void {
    this.#told.push(what);
  }

  #hear(streams: readonly MediaStream[] | null): void {
    const track = streams?.[0]?.getAudioTracks()[0];
    if (track === undefined) return;
    this.#ear?.close();
    this.#ear = new PageEar(audio, track);
  }

  #see(streams: readonly MediaStream[] | null): void {
    const track = streams?.[0]?.getVideoTracks()[0];
    this.#seen += this.#eye?.pictures ?? 0;
    this.#eye?.close();
    this.#eye = track === undefined ? undefined : new PageEye(track);
  }

  #peerVideo(user: string, state: number): void {
    if (user !== this.#self.user) this.#peer.video = state === 1 ? 'on' : state === 3 ? 'paused' : state === 4 ? 'screen' : 'off';
  }

  #members(json: string): void {
    const { members } = JSON.parse(json) as { members: readonly { userid: string; muted: number }[] };
    for (const { userid, muted } of members) if (userid !== this.#self.user) this.#peer.muted = muted === 1;
  }
}

const STATES = ['none', 'outgoing', 'incoming', 'answered', 'established', '5', 'term-local', 'term-remote'];
const REASONS = ['NORMAL', 'ERROR', 'TIMEOUT', 'LOST_MEDIA', 'CANCELED', 'ANSWERED_ELSEWHERE', 'IO_ERROR', 'STILL_ONGOING', 'TIMEOUT_ECONN', 'DATACHANNEL', 'REJECTED'];

/** AVS is a program of its own: its CommonJS files are fetched as they were published, and run side by side. */
async function load(): Promise<Wcall> {
  const names = ['avs_core', 'avs_pc', 'avs_wcall'] as const;
  const loaded = new Map<string, unknown>();
  const require = (name: string): unknown => loaded.get(name.replace('./', ''));
  for (const name of names) {
    const source = await (await fetch(`/avs/${name}.js`)).text();
    const module = { exports: {} as unknown };
    // oxlint-disable-next-line no-implied-eval -- a CommonJS loader is exactly this
    new Function('module', 'exports', 'require', `${source}\n//# sourceURL=${name}.js`)(module, module.exports, require);
    loaded.set(name, module.exports);
  }
  return (loaded.get('avs_wcall') as { getAvsInstance(): Promise<Wcall> }).getAvsInstance();
}

window.openAvs = async (self) => {
  window.avs = await AvsSubject.open(self);
};
