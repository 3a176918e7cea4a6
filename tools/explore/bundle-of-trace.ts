import { instant } from '../../src/base/units.ts';
import { FORMAT, TraceFormatError, type Note, type TraceBundle, type TracedDevice, type TracePart } from '../../src/trace/index.ts';
import { CONFIGURATIONS, NIGHTLY } from './configurations.ts';
import type { Configuration } from './configuration.ts';
import type { DeviceModel, Fed, Step } from './device-model.ts';
import { Model, type Cause } from './model.ts';
import { modelsOf } from './models-of.ts';
import { RULE_VARIANTS, type RuleVariant } from './rule-variants.ts';
import { stepOf, type Trace, type TraceStep } from './trace.ts';

/**
 * What the engines of an explored world were fed on the way of a trace, step by step, as a bundle that replays by
 * itself. `at` counts the events of the trace. Throws {@link TraceFormatError} for a trace of another world or
 * other rules than there are.
 */
export function bundleOfExplored({ configuration: name, rules, wrong, steps }: Trace): TraceBundle {
  const known = [...CONFIGURATIONS, ...NIGHTLY].find((each) => each.name === name);
  if (known === undefined) throw new TraceFormatError(`the explorer has no configuration "${name}"`);
  if (rules !== 'ours' && !(RULE_VARIANTS as readonly string[]).includes(rules)) throw new TraceFormatError(`the explorer has no rules "${rules}"`);
  // With all that people want to see: session ids, props, reasons.
  const configuration: Configuration = { ...known, rules: rules as RuleVariant | 'ours', canonical: false };
  const walk = new Walk(configuration);
  for (const [at, step] of steps.entries()) {
    const choice = walk.choices().find((each) => JSON.stringify(walk.describe(each)) === JSON.stringify(step));
    if (choice === undefined) throw new TraceFormatError(`step ${String(at + 1)} of the trace, "${step.device} ${step.event}", cannot happen by these rules`);
    walk.go(choice);
  }
  const title = rules === 'ours' ? `${wrong}, in ${name}` : `${wrong}, in ${name}, played ${rules}`;
  const bundle = walk.bundle(title);
  return { ...bundle, notes: [...bundle.notes, { at: instant(steps.length + 1), kind: 'wrong', text: wrong }] };
}

/** Something that can happen next. */
export type Choice = { readonly world: Uint32Array; readonly cause: Cause };

/** A walk through a world that writes down what each engine is fed. */
export class Walk {
  readonly #configuration: Configuration;
  readonly #models: readonly DeviceModel<unknown>[];
  readonly #model: Model<unknown>;
  readonly #names: readonly string[];
  #fed: (Fed & { readonly at: number })[][];
  #notes: Note[] = [];
  #at = 0;
  #world: Uint32Array;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    this.#models = modelsOf(configuration);
    this.#model = new Model<unknown>(configuration, this.#models);
    this.#names = configuration.devices.map(({ self }) => self.device);
    this.#fed = this.#names.map(() => []);
    this.#world = this.#model.opening();
  }

  /** Back to where everybody is idle and nothing has happened. What was learned of the world stays known. */
  begin(): void {
    this.#world = this.#model.opening();
    this.#fed = this.#names.map(() => []);
    this.#notes = [];
    this.#at = 0;
  }

  choices(): readonly Choice[] {
    const found: Choice[] = [];
    this.#model.successors(this.#world, (candidate, who, what, packet, move) => found.push({ world: Uint32Array.from(candidate), cause: { who, what, packet, move } }));
    return found;
  }

  describe({ world, cause }: Choice): TraceStep {
    return stepOf(this.#model, this.#names, cause, this.#model.viewsOf(world));
  }

  go(choice: Choice): void {
    const { world, cause } = choice;
    this.#at += 1;
    const at = this.#at;
    const fed = cause.move === undefined ? [] : this.#stepOf(cause).fed;
    this.#fed[cause.who]!.push(...fed.map((each) => ({ ...each, at })));
    const { event } = this.describe(choice);
    if (cause.what === 'lost' || /crashes|reloads|refuses|loses/u.test(event)) this.#notes.push({ at: instant(at), device: cause.who, kind: 'fate', text: event });
    this.#world = world;
  }

  bundle(title: string): TraceBundle {
    const devices = this.#names.map((name, who): TracedDevice => ({ name, parts: partsOf(this.#fed[who]!, this.#configuration.rules) }));
    return { format: FORMAT, version: 1, title, clock: 'steps', devices, notes: this.#notes };
  }

  #stepOf({ who, what, packet, move }: Cause): Step<unknown> | { readonly fed: readonly [] } {
    const model = this.#models[who]!;
    const { device, view } = this.#model.devices.at(this.#world[who]!);
    const wanted = model.keyOf(this.#model.devices.at(move!.next).device);
    const candidates = ((): readonly Step<unknown>[] => {
      switch (what) {
        case 'own':
          return model.own(device);
        case 'wish':
          return model.wishes(device);
        case 'deadline':
          return [...model.deadlines(device, false), ...model.deadlines(device, true)];
        case 'channel':
          return view.flows.flatMap(({ local }) => [...model.channel(device, local, 'opened'), ...model.channel(device, local, 'closed')]);
        case 'hears':
        case 'hears twice':
          return model.receive(device, this.#model.network.packets.at(packet));
        case 'lost':
          return [];
      }
    })();
    return candidates.find(({ label, next }) => label === move!.label && model.keyOf(next) === wanted) ?? { fed: [] };
  }
}

/** A device that came back from a crash begins a new part. */
function partsOf(fed: readonly (Fed & { readonly at: number })[], rules: string): readonly TracePart[] {
  const parts: { readonly level: Fed['level']; readonly rules: string; readonly initial: unknown; readonly entries: unknown[] }[] = [];
  let last: string | undefined;
  for (const { level, before, input, after, outputs, at } of fed) {
    const entry = { at: instant(at), input, outputs };
    const part = parts.at(-1);
    if (part === undefined || JSON.stringify(before) !== last) parts.push({ level, rules, initial: before, entries: [entry] });
    else part.entries.push(entry);
    last = JSON.stringify(after);
  }
  return parts as readonly TracePart[];
}
