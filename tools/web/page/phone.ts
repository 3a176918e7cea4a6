import { batch, signal } from '@preact/signals';
import { CallEngine, type Call, type CallEnd } from '../../../src/index.ts';
import type { LocalMedia, MediaPath } from '../../../src/mediaflow/index.ts';
import { NativeMediaEngine } from '../../../src/mediaflow/native/index.ts';
import type { IdentityChange, SealedChannel } from '../../../src/transport/index.ts';
import { viewOf, type CallView, type Measured } from './call-view.ts';
import { KeptCalls } from './kept-calls.ts';
import { OwnMedia } from './own-media.ts';
import { Ringer } from './ringer.ts';
import { openChannel, type Profile } from './sign-in.ts';
import type { ChosenDevices, MissedCall, Vault } from './vault.ts';

/** The signed-in page: one engine, one call at a time, and what a person can do with it. */
export class Phone {
  readonly name: string;
  readonly call = signal<CallView | undefined>(undefined);
  readonly contacts = signal<readonly string[]>([]);
  readonly missed = signal<readonly MissedCall[]>([]);
  /** What a person should know, until they dismiss it. */
  readonly problem = signal<string | undefined>(undefined);
  readonly isOnline = signal(true);
  /** Devices whose keys are new, for the person to accept. */
  readonly strangers = signal<readonly IdentityChange[]>([]);
  readonly media: OwnMedia;
  readonly #vault: Vault;
  #contactsKept: Promise<void> = Promise.resolve();
  readonly #ringer = new Ringer();
  #store: KeptCalls | undefined;
  #engine: CallEngine | undefined;
  #channel: SealedChannel | undefined;
  #call: Call | undefined;
  #measured: Measured = NOTHING;
  #listening: ReturnType<typeof setInterval> | undefined;

  private constructor(vault: Vault, { name }: Profile) {
    this.#vault = vault;
    this.name = name;
    this.media = new OwnMedia((what) => this.#lost(what));
  }

  /** Connects. Rejects with what `connectBackend` rejects with. */
  static async open(vault: Vault, profile: Profile): Promise<Phone> {
    const phone = new Phone(vault, profile);
    phone.contacts.value = (await vault.read('contacts')) ?? [];
    phone.missed.value = (await vault.read('missed')) ?? [];
    phone.media.chosen.value = (await vault.read('devices')) ?? {};
    const store = phone.#store = await KeptCalls.open(vault);
    const channel = await openChannel(vault, profile, {
      onIdentityChange: (change) => phone.#meets(change),
      onPhase: (isOnline) => (phone.isOnline.value = isOnline),
    });
    const engine = new CallEngine({ channel, media: new NativeMediaEngine(), store, policy: { whenInCall: 'turn-away' } });
    phone.#engine = engine;
    phone.#channel = channel;
    engine.on('incoming', (call) => phone.#incoming(call));
    engine.on('missed', ({ from }) => phone.#miss(from.user));
    engine.on('turned-away', ({ from }) => phone.#miss(from.user));
    const [resumed] = engine.calls;
    // One that rings is told as incoming again.
    if (resumed !== undefined && resumed.state !== 'ringing') await phone.#resume(resumed);
    phone.#tellWhomItGaveUp();
    addEventListener('pagehide', () => phone.#leave());
    return phone;
  }

  addContact(name: string): void {
    const added = name.trim().toLowerCase();
    if (added !== '' && added !== this.name) this.#changeContacts((known) => [...new Set([...known, added])].sort());
  }

  removeContact(name: string): void {
    this.#changeContacts((known) => known.filter((other) => other !== name));
  }

  forgetMissed(): void {
    this.missed.value = [];
    void this.#vault.write('missed', []);
  }

  async place(user: string, withCamera: boolean): Promise<void> {
    if (this.#call !== undefined || this.#engine === undefined) return;
    const video = await this.#openFor(withCamera);
    if (video === undefined) return;
    try {
      this.#follow(this.#engine.call({ conversation: conversationOf(this.name, user), user, media: this.media.local, video }));
      this.addContact(user);
    } catch (problem) {
      this.media.closeAll();
      this.problem.value = sentenceOf(problem);
    }
  }

  async answer(withCamera: boolean): Promise<void> {
    const call = this.#call;
    const video = await this.#openFor(withCamera);
    if (video === undefined) return;
    call?.answer({ media: this.media.local, video });
    this.#refresh();
  }

  decline(): void {
    this.#call?.reject();
  }

  hangUp(): void {
    this.#call?.end();
    this.#refresh();
  }

  /** The ended call has been read. */
  dismiss(): void {
    if (this.#call === undefined || this.#call.state === 'ended') this.call.value = undefined;
  }

  setMuted(muted: boolean): void {
    this.#call?.setMuted(muted);
    this.#refresh();
  }

  async setCamera(on: boolean): Promise<void> {
    if (on) {
      if (!(await this.#tried(() => this.media.openCamera()))) return;
    } else this.media.closeCamera();
    this.#send();
    this.#call?.setVideo(on);
    this.#refresh();
  }

  async setSharing(on: boolean): Promise<void> {
    if (on) {
      if (!(await this.#tried(() => this.media.openScreen()))) return;
    } else this.media.closeScreen();
    this.#send();
    this.#call?.shareScreen(on);
    this.#refresh();
  }

  async choose(devices: ChosenDevices): Promise<void> {
    const before = this.media.chosen.value;
    this.media.chosen.value = devices;
    void this.#vault.write('devices', devices);
    if (this.#call === undefined) return;
    if (devices.microphone !== before.microphone) await this.#tried(() => this.media.openMicrophone());
    if (devices.camera !== before.camera && this.call.value?.camera === true) await this.#tried(() => this.media.openCamera());
    this.#send();
  }

  accept(change: IdentityChange): void {
    this.#channel?.trust(change.device, change.current);
    this.strangers.value = this.strangers.value.filter((other) => other !== change);
    this.#keepChannel();
  }

  async signOut(): Promise<void> {
    await this.#engine?.close();
    // What is still on its way would be written after the rest was cleared.
    await this.#contactsKept;
    await this.#vault.clear();
  }

  /** `undefined` when there is no microphone to talk into: then nothing is placed or taken, and the person knows why. */
  async #openFor(withCamera: boolean): Promise<boolean | undefined> {
    if (!(await this.#tried(() => this.media.openMicrophone()))) return undefined;
    return withCamera && (await this.#tried(() => this.media.openCamera()));
  }

  async #tried(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (problem) {
      this.problem.value = sentenceOf(problem);
      return false;
    }
  }

  #incoming(call: Call): void {
    this.#follow(call);
    this.#ringer.start('ring');
  }

  async #resume(call: Call): Promise<void> {
    const connectedAt = Number(sessionStorage.getItem(CONNECTED_AT));
    this.#measured = { ...NOTHING, connectedAt: connectedAt > 0 ? connectedAt : undefined };
    this.#follow(call);
    await this.#tried(() => this.media.openMicrophone());
    if (call.props.video === 'on' && !(await this.#tried(() => this.media.openCamera()))) call.setVideo(false);
    // What was shared before is the person's to share again.
    if (call.props.screen === 'on') call.shareScreen(false);
    this.#send();
  }

  #follow(call: Call): void {
    this.#call = call;
    if (call.state === 'calling') this.#ringer.start('ringback');
    call.on('state', (phase) => {
      if (phase !== 'calling' && phase !== 'ringing') this.#ringer.stop();
      clearInterval(this.#listening);
      this.#measure({ isSilent: false });
      if (phase === 'reconnecting') this.#listenFor(call);
    });
    for (const event of ['contact', 'peer-props', 'track', 'security', 'renewed'] as const) call.on(event, () => this.#refresh());
    call.on('connected', () => {
      const now = Date.now();
      sessionStorage.setItem(CONNECTED_AT, String(now));
      this.#measure({ connectedAt: now });
      // Who has talked to somebody knows their devices.
      this.#keepChannel();
    });
    call.on('quality', (quality) => this.#measure({ quality }));
    call.on('media-path', (path) => this.#measure({ oneWay: ONE_WAY[path] }));
    call.on('no-media', () => this.#measure({ oneWay: 'we-do-not-hear-them' }));
    call.on('media-started', () => this.#measure({ oneWay: undefined }));
    call.on('ended', (end) => this.#ended(end));
    this.#refresh();
  }

  /** A peer that vanishes while the connection is being replaced is not missed by the call before the replacement fails. */
  #listenFor(call: Call): void {
    let before = call.stats()?.audio.received;
    this.#listening = setInterval(() => {
      const now = call.stats()?.audio.received;
      this.#measure({ isSilent: now === before });
      before = now;
    }, 2_000);
  }

  #ended(end: CallEnd): void {
    this.#ringer.stop();
    this.#measure({ end });
    this.#call = undefined;
    this.#measured = NOTHING;
    sessionStorage.removeItem(CONNECTED_AT);
    this.media.closeAll();
    this.#keepChannel();
  }

  #measure(change: Partial<Measured>): void {
    this.#measured = { ...this.#measured, ...change };
    this.#refresh();
  }

  #refresh(): void {
    if (this.#call !== undefined) this.call.value = viewOf(this.#call, this.#measured);
  }

  #send(): void {
    const { local } = this.media;
    this.#call?.provide(local satisfies LocalMedia);
  }

  #lost(what: 'microphone' | 'camera' | 'screen'): void {
    switch (what) {
      case 'microphone':
        this.problem.value = 'The microphone is gone: plug one in or choose another.';
        void this.#tried(() => this.media.openMicrophone()).then((found) => {
          if (found) batch(() => this.#send());
        });
        return;
      case 'camera':
        void this.setCamera(false);
        return;
      case 'screen':
        void this.setSharing(false);
    }
  }

  /** Shown when it is kept, so that what a person sees outlives a reload; one change after the other. */
  #changeContacts(change: (known: readonly string[]) => readonly string[]): void {
    this.#contactsKept = this.#contactsKept.then(async () => {
      const changed = change(this.contacts.value);
      // A change adds one name, removes one, or is none.
      if (changed.length === this.contacts.value.length) return;
      try {
        await this.#vault.write('contacts', changed);
      } catch {
        this.problem.value = 'This browser did not keep the change: after a reload it is gone.';
      }
      this.contacts.value = changed;
    });
  }

  #miss(user: string): void {
    this.missed.value = [{ user, at: Date.now() }, ...this.missed.value].slice(0, 50);
    void this.#vault.write('missed', this.missed.value);
  }

  #meets(change: IdentityChange): 'accept' | 'refuse' {
    const isKnown = this.strangers.value.some(({ device, current }) => device.user === change.device.user && device.device === change.device.device && current.join() === change.current.join());
    if (!isKnown) this.strangers.value = [...this.strangers.value, change];
    return 'refuse';
  }

  #keepChannel(): void {
    if (this.#channel !== undefined) void this.#vault.write('channel', this.#channel.save());
  }

  /** A call that nobody had answered does not outlive its page: the offer that rings leads to a peer connection that is gone. */
  #tellWhomItGaveUp(): void {
    const user = sessionStorage.getItem(WAS_CALLING);
    sessionStorage.removeItem(WAS_CALLING);
    if (user !== null) this.problem.value = `Your call to ${user} was given up, because this page was reloaded before they answered.`;
  }

  /** A page cannot know whether it is closed or reloaded: the call ends unless it is back within a moment. */
  #leave(): void {
    this.#keepChannel();
    if (this.#call?.state === 'calling') sessionStorage.setItem(WAS_CALLING, this.#call.user);
    this.#engine?.leave();
    this.#store?.leave();
  }
}

const NOTHING: Measured = { connectedAt: undefined, quality: undefined, oneWay: undefined, end: undefined, isSilent: false };
const WAS_CALLING = 'callcore was calling';
const CONNECTED_AT = 'callcore connected at';
const ONE_WAY: Readonly<Record<MediaPath, CallView['oneWay']>> = { 'both-ways': undefined, 'only-outgoing': 'we-do-not-hear-them', 'only-incoming': 'they-do-not-hear-us', neither: 'we-do-not-hear-them' };

/** Two people have one conversation, whoever begins. */
function conversationOf(one: string, other: string): string {
  return [one, other].sort().join(' and ');
}

function sentenceOf(problem: unknown): string {
  const text = problem instanceof Error ? problem.message : String(problem);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!]$/.test(text) ? '' : '.'}`;
}
