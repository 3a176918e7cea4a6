import type { Flight, RawStep } from './arrows.ts';

/**
 * Brings the steps of all devices into one order: by time, each device's own order kept, and no message heard
 * before it was sent, even where two clocks disagree by a little.
 */
export function inOrder(byLane: readonly (readonly RawStep[])[], flights: readonly Flight[]): readonly RawStep[] {
  const causes = new Map<RawStep, RawStep>();
  for (const { sent, heard } of flights) if (sent !== undefined && heard !== undefined) causes.set(heard, sent);
  const places = byLane.map(() => 0);
  const ordered: RawStep[] = [];
  const done = new Set<RawStep>();
  for (;;) {
    const heads = byLane.flatMap((steps, lane) => steps[places[lane]!] ?? []);
    if (heads.length === 0) return ordered;
    const ready = heads.filter((step) => {
      const cause = causes.get(step);
      return cause === undefined || done.has(cause);
    });
    const next = (ready.length > 0 ? ready : heads).reduce((earliest, step) => (step.step.at < earliest.step.at ? step : earliest));
    ordered.push(next);
    done.add(next);
    places[byLane.findIndex((steps, lane) => steps[places[lane]!] === next)]! += 1;
  }
}
