import { instant } from '../../src/base/units.ts';
import { FORMAT, OURS, TraceFormatError, type EconnEntry, type EconnPart, type Note, type TraceBundle } from '../../src/trace/index.ts';
import { perform, type KnownBug } from './known-bug.ts';
import { OLD_RULES } from './old-rules.ts';
import type { Told } from './told.ts';

/**
 * A known bug as it is played by the rule of its engine, or by ours. `at` counts the events of the trace. Throws
 * {@link TraceFormatError} for a rule or an event that nobody knows.
 */
export function bundleOfKnownBug(bug: KnownBug, rules: 'old' | 'ours' = 'old'): TraceBundle {
  const { rule, devices, steps, name } = bug;
  if (!Object.hasOwn(OLD_RULES, rule)) throw new TraceFormatError(`no engine of the corpus plays by the rule "${rule}"`);
  const { wrong, told } = performed(bug, rules);
  const notes: Note[] = steps.flatMap(({ event }, at) => (UNTOLD.test(event) ? [{ at: instant(at + 1), kind: 'fate' as const, text: event, ...placeOf(event, devices) }] : []));
  notes.push(...wrong.map((text): Note => ({ at: instant(steps.length + 1), kind: 'wrong', text })));
  return {
    format: FORMAT, version: 1, title: `${name.replaceAll('-', ' ')}: ${rules === 'old' ? OLD_RULES[rule].says : 'by our rules'}`, clock: 'steps', notes,
    devices: devices.map((device) => ({ name: device, parts: partsOf(told.flatMap((steps, at) => steps.filter(({ who }) => who === device).map((step) => ({ ...step, at: at + 1 }))), rules === 'old' ? rule : OURS) })),
  };
}

/** Events that no input of an engine tells of. */
const UNTOLD = /never hears|throttled|restarts| s pass$|is woken by/u;

function performed(bug: KnownBug, rules: 'old' | 'ours'): ReturnType<typeof perform> {
  try {
    return perform(bug, rules);
  } catch (problem) {
    throw new TraceFormatError(problem instanceof Error ? problem.message : 'the trace cannot be played');
  }
}

function placeOf(event: string, devices: readonly string[]): { readonly device?: number } {
  const device = devices.indexOf(event.split(' ')[0] ?? '');
  return device === -1 ? {} : { device };
}

/** A device that came back begins another part. */
function partsOf(steps: readonly Told[], rules: string): readonly EconnPart[] {
  const parts: { readonly level: 'econn'; readonly rules: string; readonly initial: Told['before']; readonly entries: EconnEntry[] }[] = [];
  let last: Told['after'] | undefined;
  for (const { before, after, input, outputs, at } of steps) {
    const entry = { at: instant(at), input, outputs };
    if (before === last) parts.at(-1)?.entries.push(entry);
    else parts.push({ level: 'econn', rules, initial: before, entries: [entry] });
    last = after;
  }
  return parts;
}
