import type { Configuration } from './configuration.ts';
import { Model, type Visit } from './model.ts';
import { modelsOf } from './models-of.ts';
import { StateStore } from './state-store.ts';
import { saysTooMuch, wrongAtLast, wrongAtLastBesideLegacy, wrongAtRest, wrongBesideLegacy } from './world-laws.ts';

export type Progress = { readonly states: number; readonly explored: number; readonly transitions: number; readonly depth: number; readonly seconds: number };

export type Found = { readonly wrong: string; readonly world: number };

export type Report = {
  readonly configuration: Configuration;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  /** Every world was seen; false when it stopped at a bound or at what it found. */
  readonly complete: boolean;
  /** The first world of each kind of wrong, in the order in which they were found: by the shortest way there is. */
  readonly found: readonly Found[];
  readonly devices: number;
  readonly inboxes: number;
  readonly steps: number;
  readonly bytes: number;
};

export type SearchOptions = {
  /** `first`: at the first thing wrong. Else when all is seen. */
  readonly stopAt?: 'first' | 'end';
  readonly maxStates?: number;
  /** Told now and then. False stops the search, which can be gone on with. */
  readonly onProgress?: (progress: Progress) => boolean | undefined;
};

/** A search that can be stopped between two worlds and gone on with. */
export class Search {
  readonly model: Model<unknown>;
  store: StateStore;
  explored = 0;
  transitions = 0;
  depth = 0;
  levelEnd = 1;
  seconds = 0;
  found: Found[] = [];

  constructor(configuration: Configuration) {
    this.model = new Model<unknown>(configuration, modelsOf(configuration));
    this.store = new StateStore(this.model.width);
    this.store.add(this.model.canonical(this.model.opening()), 0);
  }

  /** Breadth first, so that the way to the first wrong world is a shortest one. Deterministic. */
  run({ stopAt = 'first', maxStates, onProgress }: SearchOptions = {}): Report {
    const { model, store } = this;
    const { configuration } = model;
    const bound = maxStates ?? (configuration.maxStates === 0 ? Number.POSITIVE_INFINITY : configuration.maxStates);
    const users = configuration.devices.map(({ self }) => self.user);
    // Refusals and lost memories are losses that are not counted.
    const mendsOneLoss = configuration.losses <= 1 && configuration.devices.every(({ budget }) => budget.refusals === 0 && budget.crashes === 0);
    const symmetric = configuration.alike.length > 0;
    const world = new Uint32Array(model.width);
    const started = performance.now();
    const before = this.seconds;
    const visit: Visit = (next, _who, _what, _packet, move) => {
      this.transitions += 1;
      const number = store.add(symmetric ? model.canonical(next) : next, this.explored);
      if (number !== -1 && move?.broken !== undefined) this.#note(move.broken, number);
    };
    const isOurs = (position: number): boolean => configuration.devices[position]!.kind === 'callcore';
    const legacy = !configuration.devices.every((_, position) => isOurs(position));
    const wrongIn = (world: Uint32Array, rest: 'resting' | 'last'): string | undefined => {
      const views = model.viewsOf(world);
      const lossy = model.isLossy(world);
      if (configuration.counts) {
        const much = saysTooMuch(views);
        if (much !== undefined) return much;
      }
      const now = configuration.judged === 'at last' ? undefined : legacy ? wrongBesideLegacy(views, isOurs, lossy, configuration.tellCaller === 'always') : wrongAtRest(views, users, lossy, mendsOneLoss);
      if (now !== undefined || rest !== 'last') return now;
      return legacy ? wrongAtLastBesideLegacy(views, isOurs) : wrongAtLast(views);
    };
    const limit = stopAt === 'first' ? 1 : Number.POSITIVE_INFINITY;
    let goesOn = true;
    while (goesOn && this.explored < store.size && store.size < bound && this.found.length < limit) {
      if (this.explored === this.levelEnd) {
        this.depth += 1;
        this.levelEnd = store.size;
      }
      store.read(this.explored, world);
      const rest = model.successors(world, visit);
      if (rest !== 'moving') {
        const wrong = wrongIn(world, rest);
        if (wrong !== undefined) this.#note(wrong, this.explored);
      }
      this.explored += 1;
      if ((this.explored & 0x3fff) === 0) {
        this.seconds = before + (performance.now() - started) / 1000;
        goesOn = onProgress?.(this.progress()) !== false;
      }
    }
    this.seconds = before + (performance.now() - started) / 1000;
    return this.report();
  }

  /** Takes the place of one that was stopped. */
  goOnFrom(counts: Pick<Search, 'explored' | 'transitions' | 'depth' | 'levelEnd' | 'seconds' | 'found'>, words: Uint32Array, parents: Uint32Array): void {
    Object.assign(this, counts);
    this.store = StateStore.restore(this.model.width, words, parents);
  }

  progress(): Progress {
    return { states: this.store.size, explored: this.explored, transitions: this.transitions, depth: this.depth, seconds: this.seconds };
  }

  report(): Report {
    const { model, store, transitions, depth, seconds, found } = this;
    return {
      configuration: model.configuration, states: store.size, transitions, depth, seconds, complete: this.explored === store.size, found: [...found],
      devices: model.devices.size, inboxes: model.network.inboxes.size, steps: model.steps, bytes: store.bytes,
    };
  }

  #note(wrong: string, world: number): void {
    if (!this.found.some((other) => other.wrong === wrong)) this.found.push({ wrong, world });
  }
}
