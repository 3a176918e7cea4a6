import { ms, seconds } from '../../src/base/units.ts';
import { deedsOf } from './course.ts';
import type { Memory, Name } from './deed.ts';
import { Household } from './household.ts';
import { faultsOf } from './laws.ts';

/** A course and where its people live. */
export type Flow = { readonly devices: readonly Name[]; readonly course: string };

/** Where a process dies: in which of its steps, before or after what the step decided has left, and what it comes back with. */
export type KillPoint = { readonly who: Name; readonly step: number; readonly when: 'before' | 'after'; readonly memory: Memory };

/** Every point of a flow: each step of each device, before and after its effects, with all memory, all but the last, none. */
export async function pointsOf(flow: Flow): Promise<readonly KillPoint[]> {
  const steps = new Map<Name, number>();
  const household = await Household.of(flow.devices, { patient: true, stepped: (who) => steps.set(who, (steps.get(who) ?? 0) + 1) });
  await household.do(...deedsOf(flow.course));
  return [...steps].flatMap(([who, count]) => Array.from({ length: count }, (_, step) => WAYS.map(([when, memory]) => ({ who, step, when, memory }))).flat());
}

/** To come back with nothing is the same whether or not the last thing was stored. */
const WAYS = [['before', 'newest'], ['before', 'older'], ['after', 'newest'], ['after', 'older'], ['after', 'nothing']] as const;

/**
 * Plays the flow with one death in it and says what is wrong: at rest, and when the two call each other afterwards,
 * first he her, then she him.
 */
export async function killAt({ devices, course }: Flow, { who, step, when, memory }: KillPoint): Promise<readonly string[]> {
  let taken = 0;
  let life = 'first' as 'first' | 'dead' | 'second';
  const die = (): void => {
    life = 'dead';
    household.kill(who);
  };
  const stepped = (name: Name): void => {
    if (name !== who || life !== 'first' || taken++ !== step) return;
    if (when === 'before') die();
    else household.town.time.schedule(ms(0), die);
  };
  const household = await Household.of(devices, { patient: true, stepped });
  for (const deed of deedsOf(course)) {
    await household.do(deed);
    if (life !== 'dead') continue;
    life = 'second';
    await household.comeBack(who, memory);
  }
  if (life === 'first') return [`${who} takes no step ${step}`];
  await household.rest();
  const faults = faultsOf(household);
  await household.endAll();
  const other = devices.find((name) => name[0] !== who[0])!;
  for (const [caller, callee] of [[other, who], [who, other]] as const) faults.push(...(await faultsOfNextCall(household, caller, callee)));
  return [...faults, ...household.leftovers];
}

/** Nobody has become deaf or mute. */
async function faultsOfNextCall(household: Household, caller: Name, callee: Name): Promise<readonly string[]> {
  await household.do({ does: 'call', who: caller }, { does: 'wait', for: 100 }, { does: 'answer', who: callee });
  await household.town.time.advance(seconds(1));
  const states = [caller, callee].map((name) => household.resident(name).engine.calls.map(({ state }) => state).join());
  await household.endAll();
  return states.every((state) => state === 'connected') ? [] : [`afterwards ${caller} calls ${callee}: ${states.join(' and ')}`];
}
