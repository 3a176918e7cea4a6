import type { Simulation } from './simulation.ts';
import type { Spread, Tally } from './tally.ts';

/** What a simulation says of itself: the same for the same options wherever it runs. No wall-clock time is in it. */
export type Report = ReturnType<typeof reportOf>;

export function reportOf({ options, tally, failures, time }: Simulation): {
  readonly type: 'simulated'; readonly seed: number; readonly users: number; readonly devices: number; readonly sealed: boolean; readonly rules: string;
  readonly calls: number; readonly stories: number; readonly virtualHours: number;
  readonly outcomes: { readonly outgoing: Record<string, number>; readonly incoming: Record<string, number> };
  readonly ring: Figures; readonly setup: Figures; readonly total: Figures; readonly reconnects: Figures; readonly messages: Figures;
  readonly failures: number; readonly wrong: Record<string, number>; readonly digest: string;
} {
  const { seed, users, devices, sealed, rules } = options;
  const wrong: Record<string, number> = {};
  for (const failure of failures) for (const fault of failure.wrong) wrong[kindOf(fault)] = (wrong[kindOf(fault)] ?? 0) + 1;
  return {
    type: 'simulated', seed, users, devices, sealed, rules,
    calls: tally.placed, stories: tally.stories, virtualHours: Math.round(time.now() / 360_000) / 10,
    outcomes: { outgoing: sorted(tally.outcomes.outgoing), incoming: sorted(tally.outcomes.incoming) },
    ring: tally.ring.figures, setup: tally.setup.figures, total: tally.total.figures, reconnects: tally.reconnects.figures, messages: tally.messages.figures,
    failures: failures.length, wrong, digest: tally.digest,
  };
}

type Figures = Spread['figures'];

/** For a terminal. */
export function reportInWords(report: Report): string {
  const { calls, users, devices, sealed, virtualHours, outcomes, wrong, failures, stories } = report;
  return [
    `${count(calls)} calls of ${count(users)} people with ${devices} ${devices === 1 ? 'device' : 'devices'} each in ${count(stories)} stories, ${sealed ? 'sealed' : 'in plain envelopes'}, ${virtualHours} hours of virtual time`,
    '',
    ...histogram('how they ended for the caller', outcomes.outgoing),
    '',
    ...histogram('how they ended for each device that rang', outcomes.incoming),
    '',
    `${''.padEnd(34)}${['median', 'p95', 'most'].map((name) => name.padStart(9)).join('')}`,
    row('rang for, ms', report.ring),
    row('from taken to connected, ms', report.setup),
    row('from dialling to connected, ms', report.total),
    row('reconnects of a call', report.reconnects),
    row('messages a device sent for a call', report.messages),
    '',
    failures === 0 ? 'no law was broken: no ghost ring, no orphan, no call that ends twice, nothing left behind' : `${count(failures)} ${failures === 1 ? 'story' : 'stories'} in which a law was broken: ${Object.entries(wrong).map(([kind, times]) => `${kind} × ${times}`).join(', ')}`,
    `digest ${report.digest}: the same wherever the same simulation runs`,
  ].join('\n');
}

/** While it runs. */
export function progressInWords({ placed }: Tally, wanted: number, callsPerSecond: number, wrong: number): string {
  return `${count(placed)} of ${count(wanted)} calls, ${count(callsPerSecond)} a second, ${wrong === 0 ? 'nothing wrong' : `${wrong} wrong`}`;
}

function histogram(title: string, outcomes: Record<string, number>): readonly string[] {
  const all = Object.values(outcomes).reduce((sum, each) => sum + each, 0);
  return [title, ...Object.entries(outcomes).map(([reason, times]) => `  ${reason.padEnd(20)}${count(times).padStart(11)}  ${'█'.repeat(Math.round((times / all) * 40)) || '▏'}`)];
}

function row(name: string, { median, p95, most }: Figures): string {
  return `${name.padEnd(34)}${[median, p95, most].map((value) => count(value).padStart(9)).join('')}`;
}

function sorted(outcomes: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...outcomes].sort(([one, oftener], [other, rarer]) => rarer - oftener || (one < other ? -1 : 1)));
}

function kindOf(fault: string): string {
  return fault.replaceAll(/\b[a-z]\d\b|\d+/gu, '…').split(',')[0] ?? fault;
}

/** Without the machine's language: `12,345`. */
function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/gu, ',');
}
