import { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { instant } from '../../src/base/units.ts';
import type { Econn } from '../../src/econn/index.ts';
import { econnOf, FORMAT, OURS, type TraceBundle, type TracePart } from '../../src/trace/index.ts';
import { CONFIGURATIONS } from '../../tools/explore/configurations.ts';
import type { Configuration } from '../../tools/explore/configuration.ts';
import type { DeviceModel, Fed, Step } from '../../tools/explore/device-model.ts';
import { modelsOf } from '../../tools/explore/models-of.ts';
import type { Packet } from '../../tools/explore/packet.ts';

const BUDGET = { starts: 4, renews: 2, crashes: 1, refusals: 1, expiries: 3, failures: 1 };
const WORLDS: readonly Configuration[] = ['ecall restart', 'ecall fails', 'two callers', 'restart callee'].map((name) => {
  const found = CONFIGURATIONS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no configuration ${name}`);
  return { ...found, canonical: false, tidy: false, devices: found.devices.map((device) => ({ ...device, budget: BUDGET })) };
});

/**
 * A life of some devices in which anything happens at any time: the explorer's devices, which run the real engine,
 * on a road that loses, repeats and reorders. The same seed gives the same run. Half of them run ECALL, half the
 * state machine alone.
 */
export function randomRun(seed: number): TraceBundle {
  const chance = new SeededEntropy(seed);
  const configuration = WORLDS[seed % WORLDS.length]!;
  const models: readonly DeviceModel<unknown>[] = modelsOf(configuration);
  const devices = models.map((model) => model.opening());
  const fed: (Fed & { readonly at: number })[][] = models.map(() => []);
  const road: Packet[] = [];

  const take = (who: number, steps: readonly Step<unknown>[], at: number): void => {
    const step = steps[chance.below(steps.length)];
    if (step === undefined) return;
    devices[who] = step.next;
    fed[who]!.push(...step.fed.map((each) => ({ ...each, at })));
    for (const packet of step.sent) if (packet.flow !== undefined || chance.below(10) > 0) road.push(packet);
  };

  for (let at = 0; at < 45; at++) {
    const who = chance.below(models.length);
    const [model, device] = [models[who]!, devices[who]];
    switch (chance.below(5)) {
      case 0:
        take(who, model.wishes(device), at);
        break;
      case 1:
        take(who, model.own(device), at);
        break;
      case 2:
        take(who, model.deadlines(device, true), at);
        break;
      case 3: {
        const [end] = model.view(device).flows;
        const meets = models.some((other, place) => place !== who && other.view(devices[place]).flows.some(({ local, remote }) => local === end?.remote && remote === end.local));
        if (end?.remote !== undefined && end.remote !== 'gone' && meets !== end.open) take(who, model.channel(device, end.local, meets ? 'opened' : 'closed'), at);
        break;
      }
      default: {
        const packet = road[chance.below(road.length)];
        if (packet === undefined) break;
        if (packet.flow !== undefined || chance.below(8) > 0) road.splice(road.indexOf(packet), 1);
        take(packet.to, models[packet.to]!.receive(devices[packet.to], packet), at);
      }
    }
  }
  const names = configuration.devices.map(({ self }) => self.device);
  return { format: FORMAT, version: 1, title: `run ${String(seed)}`, clock: 'steps', devices: names.map((name, place) => ({ name, parts: partsOf(fed[place]!) })), notes: [] };
}

/** A crash begins another part. */
function partsOf(fed: readonly (Fed & { readonly at: number })[]): readonly TracePart[] {
  const parts: { readonly level: Fed['level']; readonly rules: string; readonly initial: unknown; readonly entries: unknown[] }[] = [];
  let last: Econn | undefined;
  for (const { level, before, input, after, outputs, at } of fed) {
    const entry = { at: instant(at), input, outputs };
    if (econnOf(before) === last) parts.at(-1)?.entries.push(entry);
    else parts.push({ level, rules: OURS, initial: before, entries: [entry] });
    last = econnOf(after);
  }
  return parts as readonly TracePart[];
}
