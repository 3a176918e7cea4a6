import type { SavedEngine, Call } from '../../src/ecall/index.ts';
import { ms, seconds } from '../../src/base/units.ts';
import { SeededEntropy, Town, type Resident } from '../../src/testing/index.ts';
import { CALM, type Weather } from '../../src/transport/index.ts';
import type { Lived } from '../storms/household.ts';

/** What a random user, or a random fate, does. */
export const DEEDS = ['talk', 'start', 'answer', 'reject', 'end', 'mute', 'camera', 'renew', 'cut', 'heal', 'crash', 'wait'] as const;
export type Deed = (typeof DEEDS)[number];

export type Happening = { readonly who: number; readonly does: Deed; readonly pause: number };

export type Climate = { readonly weather: Weather; readonly refusals: number; readonly crashes: boolean; readonly devices: 1 | 2 };

/** The same seed gives the same storm, deed for deed. */
export function scriptOf(seed: number, { crashes, devices }: Climate): readonly Happening[] {
  const chance = new SeededEntropy(seed);
  const deeds = DEEDS.filter((deed) => crashes || deed !== 'crash');
  return Array.from({ length: 12 }, () => ({
    who: chance.below(2 * devices),
    // People mostly want to talk.
    does: chance.below(2) === 0 ? 'talk' : (deeds[chance.below(deeds.length)] ?? 'wait'),
    pause: SPANS[chance.below(SPANS.length)] ?? 0,
  }));
}

const HOUSEHOLD = [['alice', 'a1'], ['bob', 'b1'], ['alice', 'a2'], ['bob', 'b2']] as const;

/** From the same instant to longer than any deadline of a connected call. */
const SPANS = [0, 0, 0, 10, 100, 700, 1500, 5000, 20_000];

/** Longer than a ring, a set-up and a reconnect budget together. */
const QUIET = seconds(150);

/** A town in which a script was played and that has been quiet for long enough since. */
export class Storm {
  readonly town: Town;
  readonly lived: Lived[] = [];
  /** How many calls each device was told to have missed, over all lives. */
  readonly missed = new Map<string, number>();
  readonly people: Resident[] = [];
  readonly #chance: SeededEntropy;

  private constructor(seed: number, weather: Weather) {
    this.#chance = new SeededEntropy(seed ^ 0x5eed);
    this.town = new Town({ seed, weather });
    this.town.network.latency = ms(5);
  }

  static async play(seed: number, climate: Climate, script: readonly Happening[]): Promise<Storm> {
    const storm = new Storm(seed, climate.weather);
    storm.town.fate = () => (storm.#chance.fraction() < climate.refusals ? 'refuse' : 'deliver');
    for (let who = 0; who < 2 * climate.devices; who++) await storm.#move(who);
    for (const { who, does, pause } of script) {
      await storm.#do(who, does);
      await storm.town.time.advance(ms(pause));
    }
    storm.town.hub.setWeather(CALM);
    storm.town.fate = () => 'deliver';
    await storm.town.time.advance(QUIET);
    return storm;
  }

  async #move(who: number, saved?: SavedEngine): Promise<void> {
    const [user, device] = HOUSEHOLD[who] ?? ['nobody', 'n1'];
    const behaviour = { gather: ms(this.#chance.below(3) * 400), channelOpensAfter: ms(this.#chance.below(3) * 300) };
    const resident = await this.town.resident(user, device, saved === undefined ? { behaviour } : { behaviour, saved });
    this.people[who] = resident;
    resident.engine.on('incoming', (call) => this.#watch(call, resident));
    resident.engine.on('missed', () => this.missed.set(device, (this.missed.get(device) ?? 0) + 1));
  }

  async #do(who: number, deed: Deed): Promise<void> {
    const me = this.people[who];
    if (me === undefined) return;
    const others = this.people.filter(({ self }) => self.user !== me.self.user);
    const call = me.engine.calls[0];
    switch (deed) {
      case 'talk':
      case 'start':
        if (call?.state === 'ringing' && deed === 'talk') call.answer();
        if (call === undefined) this.#watch(me.call(me.self.user === 'alice' ? 'bob' : 'alice'), me);
        return;
      case 'answer':
        call?.answer();
        return;
      case 'reject':
        call?.reject();
        return;
      case 'end':
        call?.end();
        return;
      case 'mute':
        call?.setMuted(!call.props.muted);
        return;
      case 'camera':
        call?.setVideo(call.props.video !== 'on');
        return;
      case 'renew':
        call?.renew();
        return;
      case 'cut':
        for (const other of others) this.town.cut(me, other);
        return;
      case 'heal':
        for (const other of others) this.town.heal(me, other);
        return;
      case 'crash':
        await this.#move(who, me.crash());
        return;
      case 'wait':
    }
  }

  #watch(call: Call, owner: Resident): void {
    const { time } = this.town;
    const lived: Lived = { call, owner, startedAt: time.now(), rangFor: 0, renewed: false, ends: 0 };
    this.lived.push(lived);
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
