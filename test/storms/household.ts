import { ms, seconds } from '../../src/base/units.ts';
import type { Log } from '../../src/base/log.ts';
import type { Call } from '../../src/ecall/index.ts';
import { otherRules } from '../../src/ecall/policy.ts';
import type { Econn, Input, Output } from '../../src/econn/index.ts';
import { Town, wordFor, type Arrival, type Arriving, type Fate as Posting, type Posted, type Resident } from '../../src/testing/index.ts';
import { PEOPLE, type Deed, type Fate, type Memory, type Name } from './deed.ts';
import { LongMemory } from './long-memory.ts';
import { SleepyClock } from './sleepy-clock.ts';

/** How one call went, as its user saw it. */
export type Lived = { readonly call: Call; readonly owner: Resident; readonly startedAt: number; connectedAt?: number; endedAt?: number; rangFor: number; renewed: boolean; ends: number };

export type HouseholdOptions = {
  /** Decides about each message that reaches a device, by its number. */
  readonly fate?: (number: number, arriving: Arriving) => Fate | 'heard';
  /** Told of each step that an engine takes: after it is decided and stored, before it has any effect. */
  readonly stepped?: (who: Name, input: string) => void;
  /** Who means to answer or decline a call that does not ring yet does it when it rings. */
  readonly patient?: boolean;
  /** Other rules than ours, by which all of them play. */
  readonly rules?: (econn: Econn, input: Input) => readonly [Econn, readonly Output[]];
};

/** As long as any step of a call waits for an answer before it says something again, or gives up. */
const LONGEST_PATIENCE = 2000;

/** Longer than a ring, a set-up and a reconnect budget together. */
const QUIET = seconds(150);

/** Some devices in a town, and what their users see. Deeds that make no sense at their time do nothing. */
export class Household {
  readonly town = new Town();
  readonly lived: Lived[] = [];
  readonly missed = new Map<string, number>();
  /** Devices that have died at some time. */
  readonly died = new Set<string>();
  /** Devices that have lost some of their memory. */
  readonly forgetful = new Set<string>();
  /** Something was lost that only deadlines can mend: a message, a memory, a path. */
  isLossy = false;
  /** For how long laptops were shut, in all. */
  asleep = 0;
  readonly #residents = new Map<Name, Resident>();
  readonly #stores = new Map<Name, LongMemory>();
  readonly #clocks = new Map<Name, SleepyClock>();
  readonly #deaths = new Map<Name, () => void>();
  readonly #options: HouseholdOptions;
  readonly #away = new Set<Name>();
  readonly #fates: { readonly fate: Fate; readonly word?: string; readonly to?: Name }[] = [];
  readonly #refused = new Set<Name>();
  readonly #waiting = new Set<Name>();
  #waited = 0;
  readonly #moving = new Set<Name>();
  readonly #doomed = new Set<Name>();
  readonly #intents = new Map<Name, 'answer' | 'reject'>();
  readonly #overtaken: { readonly held: Arriving; left: number }[] = [];
  #arrivals = 0;

  private constructor(options: HouseholdOptions) {
    this.#options = options;
    this.town.network.latency = ms(5);
    this.town.arrival = (arriving) => this.#arrive(arriving);
    this.town.fate = (posted) => this.#post(posted);
  }

  static async of(devices: readonly Name[], options: HouseholdOptions = {}): Promise<Household> {
    const household = new Household(options);
    for (const name of devices) await household.#move(name);
    return household;
  }

  get people(): readonly Resident[] {
    return [...this.#residents.values()];
  }

  /** How many messages have reached a device. */
  get arrivals(): number {
    return this.#arrivals;
  }

  resident(who: Name): Resident {
    const resident = this.#residents.get(who);
    if (resident === undefined) throw new Error(`${who} does not live here`);
    return resident;
  }

  async do(...deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) await this.#do(deed);
  }

  /** Everybody is back, nothing is held, and all that was said is heard. */
  async ease(): Promise<void> {
    this.#fates.length = 0;
    this.#refused.clear();
    for (const who of this.#residents.keys()) await this.do({ does: 'return', who }, { does: 'meet', who });
    // What people have begun comes to its end before what was held comes in.
    await this.town.time.advance(seconds(2));
    this.town.release();
    await this.town.time.advance(seconds(4));
  }

  /** At ease, and then it has been quiet for longer than any deadline. */
  async rest(): Promise<void> {
    await this.ease();
    await this.town.time.advance(QUIET);
    this.#intents.clear();
  }

  /** Everybody hangs up, and all that runs comes to its end. */
  async endAll(): Promise<void> {
    for (const { engine, alive } of this.people) if (alive) for (const call of engine.calls) call.end();
    await this.town.time.settle();
  }

  /** What should not be there when nobody has a call. */
  get leftovers(): readonly string[] {
    const { time, network } = this.town;
    return [...(time.pending === 0 ? [] : [`${time.pending} timers left`]), ...(network.openFlows === 0 ? [] : [`${network.openFlows} flows left`])];
  }

  /** The process dies in the middle of what it does. It comes back when told to. */
  kill(who: Name): void {
    this.died.add(who);
    // What is held for it was for this life.
    this.isLossy ||= this.#waiting.has(who);
    this.#deaths.get(who)?.();
    // One that is just starting has no body yet.
    if (this.#moving.has(who)) this.#doomed.add(who);
    else this.resident(who).crash();
  }

  async comeBack(who: Name, memory: Memory): Promise<void> {
    if (memory !== 'newest') this.forgetful.add(who);
    this.isLossy ||= memory !== 'newest';
    if (memory === 'nothing') this.#stores.delete(who);
    else if (memory === 'older') this.#stores.get(who)?.loseLast();
    await this.#move(who);
  }

  async #move(who: Name): Promise<void> {
    const { time } = this.town;
    const clock = new SleepyClock(time);
    const memory = this.#stores.get(who) ?? new LongMemory();
    const store = memory.life();
    this.#stores.set(who, memory);
    this.#clocks.set(who, clock);
    this.#deaths.set(who, () => {
      clock.die();
      store.die();
    });
    const { stepped, rules } = this.#options;
    const log: Log = { debug: (event, fields) => event === 'step' && stepped?.(who, String(fields?.['input'])), info() {}, warn() {}, error() {} };
    this.#moving.add(who);
    const resident = await this.town.resident(PEOPLE[who], who, { store, clock, ...(stepped === undefined ? {} : { log }), ...(rules === undefined ? {} : { policy: { [otherRules]: rules } }) });
    // What the dead had begun in their last step leads nowhere.
    for (const flow of this.#residents.get(who)?.media.flows ?? []) void flow.close();
    this.#residents.set(who, resident);
    this.#moving.delete(who);
    if (this.#doomed.delete(who)) resident.crash();
    for (const call of resident.engine.calls) this.#watch(call, resident);
    resident.engine.on('incoming', (call) => {
      this.#watch(call, resident);
      const intent = this.#intents.get(who);
      if (intent === undefined || !this.#intents.delete(who)) return;
      call[intent]();
    });
    resident.engine.on('missed', () => this.missed.set(who, (this.missed.get(who) ?? 0) + 1));
  }

  async #do(deed: Deed): Promise<void> {
    const { time } = this.town;
    switch (deed.does) {
      case 'wait':
        // Deadlines may expire before what is held comes in.
        if (this.#waiting.size > 0) this.#waited += deed.for;
        this.isLossy ||= this.#waited > LONGEST_PATIENCE;
        return time.advance(ms(deed.for));
      case 'jump':
        return this.#clocks.get(deed.who)?.jump(ms(deed.by));
      case 'next':
        this.#fates.push(deed);
        return;
      case 'call':
        return this.#call(deed.who, deed.to);
      case 'answer':
      case 'reject': {
        const call = this.#callOf(deed.who);
        if (call?.state !== 'ringing' && this.#options.patient === true) this.#intents.set(deed.who, deed.does);
        return call?.[deed.does]();
      }
      case 'end':
      case 'renew':
        return this.#callOf(deed.who)?.[deed.does]();
      case 'mute': {
        const call = this.#callOf(deed.who);
        return call?.setMuted(!call.props.muted);
      }
      case 'camera': {
        const call = this.#callOf(deed.who);
        return call?.setVideo(call.props.video !== 'on');
      }
      case 'crash':
        // What it had said has left; the moments in between are for kill points.
        await time.advance(ms(0));
        this.kill(deed.who);
        // No process is back in the millisecond in which it died.
        await time.advance(ms(1));
        return this.comeBack(deed.who, deed.with);
      case 'die':
        return this.kill(deed.who);
      case 'reload':
        this.isLossy = true;
        if (!this.resident(deed.who).alive) return this.#move(deed.who);
        await this.resident(deed.who).engine.suspend();
        await time.advance(ms(deed.after));
        // It may have died on the way out.
        return this.resident(deed.who).alive ? this.#move(deed.who) : undefined;
      case 'sleep':
        return this.#sleep(deed.who, deed.for);
      case 'break':
        return this.resident(deed.who).media.behave({ candidates: [], gather: ms(0) });
      case 'slow':
        return this.resident(deed.who).media.behave({ gather: ms(700) });
      case 'part':
      case 'meet':
        this.isLossy ||= deed.does === 'part';
        for (const other of this.people) if (other.self.device !== deed.who) this.town[deed.does === 'part' ? 'cut' : 'heal'](this.resident(deed.who), other);
        return;
      case 'leave':
        this.#away.add(deed.who);
        return;
      case 'return':
        this.#away.delete(deed.who);
        this.town.release((held) => 'to' in held && (held as Arriving).to.device === deed.who && !this.#overtaken.some((other) => other.held === held));
        return;
      case 'refuse':
        this.#refused.add(deed.who);
    }
  }

  #call(who: Name, to: string = PEOPLE[who] === 'alice' ? 'bob' : 'alice'): void {
    const me = this.resident(who);
    if (!me.alive) return;
    if (me.engine.calls.some(({ user }) => user === to)) return;
    this.#watch(me.call(to, { conversation: [me.self.user, to].sort().join(' and ') }), me);
  }

  #callOf(who: Name): Call | undefined {
    const { alive, engine } = this.resident(who);
    return alive ? engine.calls.at(-1) : undefined;
  }

  async #sleep(who: Name, span: number): Promise<void> {
    const clock = this.#clocks.get(who);
    await this.do({ does: 'leave', who }, { does: 'part', who });
    clock?.fallAsleep();
    this.asleep += span;
    this.isLossy = true;
    await this.town.time.advance(ms(span));
    clock?.wake();
    await this.do({ does: 'meet', who }, { does: 'return', who });
  }

  #post({ from }: Posted): Posting {
    const isRefused = this.#refused.delete(from.device as Name);
    this.isLossy ||= isRefused;
    return isRefused ? 'refuse' : 'deliver';
  }

  #arrive(arriving: Arriving): Arrival {
    const arrival = this.#decide(arriving);
    this.isLossy ||= arrival === 'lose';
    if (arrival === 'hold' || arrival === 'hold-twice') this.#waiting.add(arriving.to.device as Name);
    return arrival;
  }

  #decide(arriving: Arriving): Arrival {
    const fate = this.#options.fate?.(this.#arrivals++, arriving) ?? 'heard';
    for (const waiting of this.#overtaken) waiting.left -= 1;
    const passed = this.#overtaken.filter(({ left }) => left === 0).map(({ held }) => held);
    // After the one that passes it was heard.
    if (passed.length > 0) queueMicrotask(() => this.town.release((held) => passed.includes(held as Arriving)));
    const planned = this.#planned(arriving);
    const waits = this.#away.has(arriving.to.device as Name) || planned === 'last';
    switch (fate === 'heard' ? planned : fate) {
      case 'heard':
        return waits ? 'hold' : 'hear';
      case 'double':
        return waits ? 'hold-twice' : 'repeat';
      case 'past 1':
        this.#overtaken.push({ held: arriving, left: 1 });
        return 'hold';
      case 'past 2':
        this.#overtaken.push({ held: arriving, left: 2 });
        return 'hold';
      case 'last':
        // Also for one who comes back meanwhile.
        this.#overtaken.push({ held: arriving, left: Infinity });
        return 'hold';
      case 'lost':
        return 'lose';
    }
  }

  #planned({ to, message }: Arriving): Fate | 'heard' {
    const index = this.#fates.findIndex((fate) => (fate.to ?? to.device) === to.device && (fate.word ?? wordFor(message)) === wordFor(message));
    return index === -1 ? 'heard' : this.#fates.splice(index, 1)[0]!.fate;
  }

  #watch(call: Call, owner: Resident): void {
    const { time } = this.town;
    const lived: Lived = { call, owner, startedAt: time.now(), rangFor: 0, renewed: false, ends: 0 };
    this.lived.push(lived);
    if (call.state === 'connected' || call.state === 'reconnecting') lived.connectedAt = time.now();
    call.on('state', () => {
      if (call.direction === 'incoming' && lived.rangFor === 0) lived.rangFor = time.now() - lived.startedAt;
      lived.renewed ||= call.state === 'reconnecting';
    });
    call.on('connected', () => (lived.connectedAt ??= time.now()));
    call.on('ended', () => {
      lived.endedAt = time.now();
      lived.ends += 1;
    });
  }
}
