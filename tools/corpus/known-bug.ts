import type { Device } from '../../src/base/device.ts';
import { happen } from './event-words.ts';
import { OLD_RULES, type OldRuleName } from './old-rules.ts';
import { Stage, wordsOf } from './stage.ts';
import type { Told } from './told.ts';
import { wrongOn } from './stage-laws.ts';

/** A defect of another engine: where it is known from, the rule that has it, and an order of events in which it shows. */
export type KnownBug = {
  readonly version: 1;
  readonly name: string;
  /** The engine, and the file, thread or scenario that tells of it. */
  readonly source: string;
  /** Of the scenarios that ours is tested by. */
  readonly scenario: string;
  readonly rule: OldRuleName;
  /** What goes wrong under that rule. */
  readonly wrong: string;
  readonly devices: readonly string[];
  readonly steps: readonly { readonly event: string; readonly says: readonly string[]; readonly states: readonly string[] }[];
};

export type Performance = { readonly wrong: readonly string[]; readonly steps: KnownBug['steps']; readonly done: number; readonly told: readonly (readonly Told[])[] };

/**
 * Plays a trace's events by the old rule or by ours. An event that our rules have made impossible (nothing rings,
 * nothing is on the way) is passed over. At the end all that is on the way is heard, and channels open.
 */
export function perform({ devices, steps, rule }: Pick<KnownBug, 'devices' | 'rule'> & { readonly steps: readonly { readonly event: string }[] }, rules: 'old' | 'ours'): Performance {
  const stage = new Stage(devices.map(named), rules === 'old' ? OLD_RULES[rule] : undefined);
  let done = 0;
  const told: Told[][] = [];
  const played = steps.map(({ event }) => {
    const from = stage.told.length;
    if (happen(stage, event)) done += 1;
    const fresh = stage.told.slice(from);
    told.push(fresh);
    const says = fresh.flatMap(({ who, outputs }) => outputs.flatMap((output) => (output.type === 'send' && output.via === 'backend' ? [`${who}: ${wordsOf(output.message)}`] : [])));
    return { event, says, states: devices.map((name) => stage.inWords(name)) };
  });
  return { wrong: wrongOn(stage), steps: played, done, told };
}

/** Alice's devices are a1, a2, Bob's b1, b2: in a glare she loses. */
function named(device: string): Device {
  return { user: device.startsWith('a') ? 'alice' : 'bob', device };
}
