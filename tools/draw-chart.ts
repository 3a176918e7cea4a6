/**
 * Draws the chart of ECONN as a Mermaid state diagram into README.md and docs/protocol.md, between the marks
 * `<!-- chart -->` (or `<!-- chart: main road -->`) and `<!-- /chart -->`.
 *
 *   npx tsx tools/draw-chart.ts           writes
 *   npx tsx tools/draw-chart.ts --check   exits with 1 when a drawing is not that of the code
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart, type EventName, type StateName } from '../src/econn/index.ts';

const FILES = ['../README.md', '../docs/protocol.md'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** The diagram of the chart as it is in the code. The main road leaves out re-calls and returns to the same state. */
export function drawChart(what: 'whole' | 'main road' = 'whole'): string {
  const states = Object.keys(chart.states) as StateName[];
  const lines = [
    'stateDiagram-v2',
    ...states.map((state) => `  ${state}: ${NAMES[state]}`),
    `  [*] --> ${chart.initial}`,
    ...states.flatMap((from) => states.filter((to) => eventsBetween(from, to).length > 0 && (what === 'whole' || isMainRoad(from, to))).map((to) => `  ${from} --> ${to}: ${label(from, to)}`)),
  ];
  return lines.join('\n');
}

/** `text` with the drawing between its marks replaced. */
export function withChart(text: string): string {
  return text.replace(/(<!-- chart(: main road)? -->\n)[\s\S]*?(<!-- \/chart -->)/, (_, open: string, brief: string | undefined, close: string) => {
    return `${open}\`\`\`mermaid\n${drawChart(brief === undefined ? 'whole' : 'main road')}\n\`\`\`\n${close}`;
  });
}

const NAMES: Record<StateName, string> = {
  idle: 'IDLE',
  pendingOutgoing: 'PENDING (outgoing)',
  pendingIncoming: 'PENDING (incoming)',
  conflict: 'CONFLICT_RESOLUTION',
  answered: 'ANSWERED',
  established: 'DATACHAN_ESTABLISHED',
  updateSent: 'UPDATE_SENT',
  updateReceived: 'UPDATE_RECV',
  hangupSent: 'HANGUP_SENT',
  terminating: 'TERMINATING',
  declining: 'DECLINING',
};

function isMainRoad(from: StateName, to: StateName): boolean {
  return from !== to && !(to === 'pendingIncoming' && from !== 'idle');
}

function eventsBetween(from: StateName, to: StateName): EventName[] {
  const rows = Object.entries(chart.states[from].on) as [EventName, readonly { readonly to?: StateName }[]][];
  return rows.filter(([, choices]) => choices.some((row) => row.to === to)).map(([event]) => event);
}

/** Calls that end are drawn with what a person knows of it; the rest by every event. */
function label(from: StateName, to: StateName): string {
  const events = eventsBetween(from, to);
  const shown = to === 'idle' ? events.filter((event) => !EVERYWHERE.has(event)) : events;
  return (shown.length === 0 ? events : shown).map(word).join(', ');
}

/** Ways out that nearly every state has: drawing them in each would hide what differs. */
const EVERYWHERE: ReadonlySet<EventName> = new Set<EventName>(['destroy', 'restarted', 'flow-failed', 'settled']);

function word(event: EventName): string {
  if (event.startsWith('timer.')) return `⏱ ${event.slice('timer.'.length)}`;
  return event.replace(/_RESP$/, '(r)').replace(/^OWN_/, 'own ').replaceAll('-', ' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = FILES.filter((file) => readFileSync(file, 'utf8') !== withChart(readFileSync(file, 'utf8')));
  if (process.argv.includes('--check')) {
    for (const file of stale) console.error(`${file} does not show the chart of the code: run npm run draw`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else for (const file of stale) writeFileSync(file, withChart(readFileSync(file, 'utf8')));
}
