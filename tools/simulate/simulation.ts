import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms } from '../../src/base/units.ts';
import { otherRules, type Policy } from '../../src/ecall/policy.ts';
import { VirtualTime } from '../../src/testing/index.ts';
import type { TraceBook } from '../../src/trace/index.ts';
import { loadSodium } from '../../src/transport/sodium.ts';
import { handleUnder, type RuleVariant } from '../explore/rule-variants.ts';
import { Circle, type CircleObserver } from './circle.ts';
import { drawStory, pick, type Shape } from './draw-story.ts';
import type { Story } from './story.ts';
import { Tally } from './tally.ts';

export type SimulationOptions = {
  readonly seed: number;
  /** How many people there are, three to a circle. */
  readonly users: number;
  /** Of each. */
  readonly devices: number;
  /** How many calls are placed; each story begins with one, some have more. */
  readonly calls: number;
  /** Real envelopes. */
  readonly sealed: boolean;
  readonly rules: RuleVariant | 'ours';
};

export type Reliving = { readonly story?: Story; readonly alone?: boolean; readonly book?: TraceBook; readonly observer?: Partial<CircleObserver> };

/** A story in which a law was broken. */
export type Failure = { readonly call: number; readonly wrong: readonly string[] };

/**
 * Many circles of people on one clock, a bounded number of them at a time: one begins when another has lived all its
 * stories and is let go. Story `n` is lived by circle `n % circles`; its dice are thrown from the seed and its
 * number, so that it can be had again without all others.
 */
export class Simulation {
  readonly options: SimulationOptions;
  readonly time = new VirtualTime();
  readonly tally = new Tally();
  readonly failures: Failure[] = [];
  readonly circles: number;
  readonly #shape: Shape;
  #living = 0;
  #broken: unknown;

  constructor(options: SimulationOptions) {
    this.options = options;
    this.circles = Math.max(1, Math.floor(options.users / IN_A_CIRCLE));
    this.#shape = { users: IN_A_CIRCLE, devices: options.devices };
  }

  /** Lives all stories. `onProgress` is told now and then, between two moments of virtual time. */
  async run(onProgress: (tally: Tally) => void = () => {}): Promise<void> {
    for (let first = 0; first < Math.min(MOST_ALIVE, this.circles); first++) this.#begin(() => this.#liveInTurn(first));
    await this.#pass(onProgress);
  }

  /**
   * Lives one story again, with all that its circle had lived before it, or `alone` in a new circle, and returns
   * what was wrong. With a book, every step of its engines is written down.
   */
  async relive(call: number, { story = this.storyOf(call), alone = false, book, observer }: Reliving = {}): Promise<readonly string[]> {
    const number = call % this.circles;
    const circle = this.circle(number, observer, book !== undefined);
    const wrong: string[] = [];
    this.#begin(async () => {
      for (let before = alone ? call : number; before < call; before += this.circles) await this.#liveOne(circle, before, this.storyOf(before));
      circle.book = book;
      wrong.push(...(await this.#liveOne(circle, call, story)));
    });
    await this.#pass(() => {});
    return wrong;
  }

  storyOf(call: number): Story {
    return drawStory(new SeededEntropy(mix(this.options.seed, call)), this.#shape);
  }

  /** A circle of its own, in which nothing has happened yet, for one story. */
  circle(number: number, observer: Partial<CircleObserver> = {}, traced = false): Circle {
    const { seed, sealed, rules } = this.options;
    const dice = new SeededEntropy(mix(seed ^ CIRCLES, number));
    const policy: Partial<Policy> = {
      whenInCall: dice.below(2) === 0 ? 'ring' : 'turn-away',
      tellCaller: pick(dice, TELL_CALLER),
      ...(rules === 'ours' ? {} : { [otherRules]: handleUnder(rules) }),
    };
    return new Circle({
      ...this.#shape, time: this.time, seed: dice.below(0x1_0000_0000), sealed, policy, traced,
      observer: { placed: () => (this.tally.placed += 1), ended: (lived) => this.tally.take(lived), ...observer },
    });
  }

  #begin(life: () => Promise<void>): void {
    this.#living += 1;
    life().catch((problem: unknown) => (this.#broken ??= problem)).finally(() => (this.#living -= 1));
  }

  /** Until nobody has anything left to live. */
  async #pass(onProgress: (tally: Tally) => void): Promise<void> {
    // What takes real time must not happen while virtual time goes on.
    if (this.options.sealed) await loadSodium();
    while (this.#living > 0) {
      await this.time.advance(ms(STRIDE));
      if (this.#broken !== undefined) throw this.#broken;
      onProgress(this.tally);
      // Somebody may want to interrupt.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #liveInTurn(first: number): Promise<void> {
    for (let number = first; number < this.circles; number += MOST_ALIVE) await this.#live(number);
  }

  /** The whole life of a circle: until it has placed its share of the calls. */
  async #live(number: number): Promise<void> {
    const share = Math.ceil((this.options.calls - number) / this.circles);
    if (share <= 0) return;
    await this.#fullMinute();
    const calls = { placed: 0 };
    const circle = this.circle(number, {
      placed: () => {
        this.tally.placed += 1;
        calls.placed += 1;
      },
    });
    for (let call = number; calls.placed < share; call += this.circles) {
      const wrong = await this.#liveOne(circle, call, this.storyOf(call));
      this.tally.stories += 1;
      if (wrong.length > 0) this.failures.push({ call, wrong });
    }
  }

  /** Throttled timers fire at whole multiples of up to a minute: a life is the same whichever minute it begins in. */
  #fullMinute(): Promise<void> {
    const past = this.time.now() % A_MINUTE;
    return past === 0 ? Promise.resolve() : new Promise((resolve) => this.time.schedule(ms(A_MINUTE - past), resolve));
  }

  async #liveOne(circle: Circle, call: number, story: Story): Promise<readonly string[]> {
    const seed = mix(this.options.seed, call);
    await circle.wait(ms((seed >>> 8) % PAUSE));
    return circle.live(story, seed);
  }
}

/** Two who talk and a third who wants to. */
const IN_A_CIRCLE = 3;
/** How many circles live at the same time. */
const MOST_ALIVE = 32;
const A_MINUTE = 60_000;
/** Virtual time between two looks at what goes on. */
const STRIDE = 10_000;
/** The longest that a circle is silent between two stories. */
const PAUSE = 120_000;
const CIRCLES = 0x5eed;
const TELL_CALLER = ['when-understood', 'when-understood', 'always', 'never'] as const;

/** A seed for one thing out of many. */
export function mix(seed: number, number: number): number {
  let mixed = Math.imul(seed ^ Math.imul(number + 1, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
