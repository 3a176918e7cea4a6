import type { Configuration } from './configuration.ts';
import { Model, type Cause } from './model.ts';
import { modelsOf } from './models-of.ts';
import { stepOf, type Trace } from './trace.ts';
import { wrongAtLast, wrongAtRest } from './world-laws.ts';

export type Replayed = { readonly steps: number; readonly wrong: string | undefined; readonly states: readonly string[] };

/**
 * Walks the way of a trace again, event by event, for as long as the events are possible. Under rules that mend
 * what the trace shows, an event turns out otherwise, is impossible, or leads to a world in which nothing is wrong.
 */
export function replayTrace(configuration: Configuration, { steps }: Trace): Replayed {
  const model = new Model<unknown>(configuration, modelsOf(configuration));
  const names = configuration.devices.map(({ self }) => self.device);
  const users = configuration.devices.map(({ self }) => self.user);
  let world = model.opening();
  let walked = 0;
  for (const { device, event } of steps) {
    let next: Uint32Array | undefined;
    model.successors(world, (candidate, who, what, packet, move) => {
      const cause: Cause = { who, what, packet, move };
      if (next !== undefined || names[who] !== device || stepOf(model, names, cause, model.viewsOf(candidate)).event !== event) return;
      next = Uint32Array.from(candidate);
    });
    if (next === undefined) break;
    world = next;
    walked += 1;
  }
  const views = model.viewsOf(world);
  const rest = model.successors(world, () => undefined);
  const wrong = rest === 'moving' ? undefined : (wrongAtRest(views, users, model.isLossy(world), false) ?? (rest === 'last' ? wrongAtLast(views) : undefined));
  return { steps: walked, wrong, states: views.map(({ state, call }) => (call === undefined ? state : `${state} ${call}`)) };
}
