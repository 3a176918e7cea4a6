import type { Device } from '../../src/base/device.ts';
import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms, type DurationMs } from '../../src/base/units.ts';
import { CallNotPossibleError, type Call, type EngineOptions, type Policy } from '../../src/ecall/index.ts';
import { FakeNetwork } from '../../src/mediaflow/index.ts';
import type { VirtualTime } from '../../src/testing/index.ts';
import type { TraceBook } from '../../src/trace/index.ts';
import { LoopbackHub } from '../../src/transport/index.ts';
import { FAIR, type Shape } from './draw-story.ts';
import { Handset, type HandsetListener } from './handset.ts';
import { Lived } from './lived.ts';
import { abandoned, faultsAfterwards, faultsAtRest, hauntingInWords, SLACK } from './laws.ts';
import { Mail } from './mail.ts';
import { deviceNamed, userNamed } from './people.ts';
import { ACTIVE, PARTING, QUIET, type Climate, type Deed, type Line, deedInWords, type Occasion, type Story } from './story.ts';

export type CircleOptions = Shape & {
  readonly time: VirtualTime;
  readonly seed: number;
  readonly sealed: boolean;
  readonly policy: Partial<Policy>;
  readonly observer: CircleObserver;
  /** Whether its engines tell every step, for `book`. */
  readonly traced: boolean;
};

/** What is told of a circle's life. */
export type CircleObserver = {
  readonly placed: () => void;
  readonly ended: (lived: Lived) => void;
  readonly done?: (line: Line) => void;
};

/**
 * A few people who know each other, with their devices, a backend and a network of their own. What happens in
 * a circle depends on its seed and its stories alone: it goes the same way wherever it is run.
 */
export class Circle {
  readonly time: VirtualTime;
  readonly hub: LoopbackHub;
  readonly network: FakeNetwork;
  readonly entropy: SeededEntropy;
  readonly dice: SeededEntropy;
  readonly sealed: boolean;
  readonly handsets: readonly Handset[];
  readonly mail = new Mail();
  /** What happens from here on is written down in it. */
  book: TraceBook | undefined;
  readonly #observer: CircleObserver;
  readonly #traced: boolean;
  /** The calls of this story. */
  lived: Lived[] = [];
  /** How many calls each device was told to have missed in this story. */
  missed: number[] = [];
  readonly #faults = new Set<string>();
  readonly #byCall = new Map<Call, Lived>();
  #story: Story | undefined;
  #active = false;
  #reacted = new Set<Line>();
  #booted = false;
  /** When something happened last that leaves somebody alone unless word of it comes. */
  #stirred = 0;
  #watching = false;

  constructor({ time, seed, sealed, users, devices, policy, observer, traced }: CircleOptions) {
    this.#traced = traced;
    this.time = time;
    this.sealed = sealed;
    this.#observer = observer;
    this.entropy = new SeededEntropy(seed);
    this.dice = new SeededEntropy(seed);
    this.network = new FakeNetwork(time);
    this.hub = new LoopbackHub({ clock: time, entropy: this.entropy, dice: this.dice, cipher: sealed ? 'sealed' : 'plaintext' });
    const listener: HandsetListener = {
      rang: (handset, call) => this.#rang(handset, call),
      wentOn: (handset, call) => this.#watch(call, handset),
      missed: (handset) => {
        this.missed[handset.number] = (this.missed[handset.number] ?? 0) + 1;
        this.#react('missed', handset.number);
      },
      sent: ({ self }, conversation, text) => this.mail.sent(self, conversation, text, (fault) => this.#isWrong(fault)),
    };
    this.handsets = Array.from({ length: users * devices }, (_, number) => {
      const self = { user: userNamed(Math.floor(number / devices)), device: deviceNamed(number, devices) };
      return new Handset(number, self, this, policy, listener);
    });
  }

  get climate(): Climate {
    return this.#active ? (this.#story?.climate ?? FAIR) : FAIR;
  }

  /** For the engines of that device. */
  tracing(self: Device): Pick<EngineOptions, 'onStep'> {
    return this.#traced ? { onStep: (step) => this.book?.listen(self.device)(step) } : {};
  }

  wait(span: DurationMs): Promise<void> {
    return new Promise((resolve) => this.time.schedule(span, resolve));
  }

  livedOf(call: Call): Lived | undefined {
    return this.#byCall.get(call);
  }

  /** Lives through a story and returns what was wrong. `seed` is of the dice that its weather throws. */
  async live(story: Story, seed: number): Promise<readonly string[]> {
    if (!this.#booted) for (const handset of this.handsets) await handset.boot();
    this.#booted = true;
    this.dice.restart(seed);
    this.#story = story;
    this.#active = true;
    this.#settle(story.climate);
    for (const line of story.lines) if (line.when === 'story') this.time.schedule(line.after, () => this.#act(line));
    await this.wait(ms(ACTIVE));
    this.#active = false;
    this.#settle(FAIR);
    for (const handset of this.handsets) handset.recover();
    if (story.goodbye) this.#hangUp();
    await this.wait(ms(QUIET));
    for (const fault of faultsAtRest(this)) this.#isWrong(fault);
    this.#hangUp();
    await this.wait(ms(PARTING));
    for (const fault of faultsAfterwards(this)) this.#isWrong(fault);
    const faults = [...this.#faults];
    this.#forget();
    return faults;
  }

  /** Looks for calls that their other side has left, when all that is under way must have arrived. */
  #watchOut(): void {
    this.#stirred = this.time.now();
    if (this.#watching) return;
    this.#watching = true;
    this.time.schedule(SLACK, () => this.#look());
  }

  #look(): void {
    this.#watching = false;
    for (const lived of abandoned(this)) {
      lived.haunted = true;
      this.#isWrong(hauntingInWords(lived));
    }
    const left = this.#stirred + SLACK - this.time.now();
    if (left <= 0) return;
    this.#watching = true;
    this.time.schedule(ms(left), () => this.#look());
  }

  #isWrong(fault: string): void {
    this.#faults.add(fault);
    this.book?.note(this.time.now(), 'wrong', fault);
  }

  #hangUp(): void {
    for (const { engine } of this.handsets) for (const call of engine?.calls ?? []) call.end();
  }

  #settle({ weather, latency }: Climate): void {
    this.hub.setWeather(weather);
    this.network.latency = latency;
  }

  #forget(): void {
    for (const handset of this.handsets) {
      handset.forgetOldNetworks();
      if (this.lived.length % 4 === 0) handset.remember();
    }
    this.lived = [];
    this.missed = [];
    this.#faults.clear();
    this.#byCall.clear();
    this.#reacted.clear();
    this.mail.forget();
    this.#story = undefined;
  }

  #rang(handset: Handset, call: Call): void {
    this.#watch(call, handset);
    this.#react('rung', handset.number, call);
  }

  #watch(call: Call, handset: Handset): void {
    const { time } = this;
    const lived = new Lived(call, handset, time.now());
    this.lived.push(lived);
    this.#byCall.set(call, lived);
    call.on('state', (state) => {
      handset.changedAt = time.now();
      if (call.direction === 'incoming') lived.rangUntil ??= time.now();
      if (state === 'connecting' || state === 'ended') this.#watchOut();
      if (state === 'connected' && lived.connectedAt === undefined) {
        lived.connectedAt = time.now();
        this.#react('connected', handset.number, call);
      }
    });
    call.on('ended', (end) => {
      lived.endedAt = time.now();
      lived.ends += 1;
      lived.end = end;
      if (!lived.witnessed) return;
      if (lived.ends === 1) this.#observer.ended(lived);
      if (call.direction === 'outgoing' && lived.connectedAt === undefined) this.#react('unanswered', handset.number);
    });
  }

  #react(occasion: Occasion, who: number, call?: Call): void {
    if (!this.#active) return;
    for (const line of this.#story?.lines ?? []) {
      if (line.when !== occasion || line.who !== who) continue;
      if (occasion !== 'rung' && this.#reacted.has(line)) continue;
      this.#reacted.add(line);
      this.time.schedule(line.after, () => this.#act(line, call));
    }
  }

  #act(line: Line, call?: Call): void {
    const handset = this.handsets[line.who];
    if (handset === undefined) return;
    this.book?.note(this.time.now(), 'fate', deedInWords(line.does), handset.self.device);
    this.#observer.done?.(line);
    void this.#do(handset, line.does, call).catch((problem: unknown) => this.#isWrong(`broke: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`));
  }

  async #do(handset: Handset, deed: Deed, about: Call | undefined): Promise<void> {
    const call = about ?? handset.engine?.calls[0];
    switch (deed.type) {
      case 'crash':
        await handset.crash(deed.back, deed.memory);
        return this.#watchOut();
      case 'reload':
        await handset.reload(deed.back);
        return this.#watchOut();
      case 'sleep':
        await handset.sleep(deed.back);
        return this.#watchOut();
      case 'offline':
        await handset.offline(deed.back);
        return this.#watchOut();
      case 'cut':
        return handset.cut(deed.back);
      case 'roam':
        await handset.roam(deed.back, deed.told);
        return this.#watchOut();
      case 'throttle':
        return handset.throttle(deed.grain, deed.back);
      case 'skew':
        return handset.skew(deed.by);
      case 'call':
        if (this.#active) this.#place(handset, deed.whom);
        return;
      case 'answer':
      case 'reject':
      case 'end':
      case 'answer-and-end':
      case 'mute':
      case 'camera':
      case 'renew':
        if (call !== undefined && handset.usable && this.#byCall.get(call)?.witnessed !== false) touch(call, deed.type);
    }
  }

  #place(handset: Handset, whom: number): void {
    const { engine } = handset;
    const user = userNamed(whom);
    if (engine === undefined || !handset.usable || user === handset.self.user) return;
    try {
      const call = engine.call({ conversation: [handset.self.user, user].toSorted().join('&'), user, signal: handset.closing });
      this.#observer.placed();
      this.#watch(call, handset);
    } catch (problem) {
      // They are in that conversation's call already.
      if (!(problem instanceof CallNotPossibleError)) throw problem;
    }
  }
}

function touch(call: Call, how: 'answer' | 'reject' | 'end' | 'answer-and-end' | 'mute' | 'camera' | 'renew'): void {
  switch (how) {
    case 'answer':
      return call.answer();
    case 'reject':
      return call.reject();
    case 'end':
      return call.end();
    case 'answer-and-end':
      call.answer();
      return call.end();
    case 'mute':
      return call.setMuted(!call.props.muted);
    case 'camera':
      return call.setVideo(call.props.video !== 'on');
    case 'renew':
      return call.renew();
  }
}
