import type { View } from './device-model.ts';
import type { Cause, Model } from './model.ts';
import { packetInWords } from './packet.ts';
import type { StateStore } from './state-store.ts';

/** One event on the way to a world: whom it befell, what it was, what was sent, and how everybody stands after it. */
export type TraceStep = {
  readonly device: string;
  readonly event: string;
  readonly heard?: { readonly from: string; readonly message: string; readonly over: 'backend' | 'channel'; readonly fate: 'heard' | 'heard, and comes again' | 'lost' };
  readonly sent: readonly { readonly to: string; readonly message: string; readonly over: 'backend' | 'channel' }[];
  readonly states: readonly string[];
};

export type Trace = { readonly version: 1; readonly configuration: string; readonly rules: string; readonly wrong: string; readonly devices: readonly string[]; readonly steps: readonly TraceStep[] };

/** The way on which the search came to a world: by breadth first, no way is shorter. */
export function traceTo(model: Model<unknown>, store: StateStore, number: number, wrong: string): Trace {
  const path = [number];
  while (path[0] !== 0) path.unshift(store.parentOf(path[0]!));
  const { configuration } = model;
  const names = configuration.devices.map(({ self }) => self.device);
  let world = model.opening();
  const steps: TraceStep[] = [];
  const wanted = new Uint32Array(model.width);
  for (const next of path.slice(1)) {
    store.read(next, wanted);
    let found: { readonly world: Uint32Array; readonly cause: Cause } | undefined;
    model.successors(world, (candidate, who, what, packet, move) => {
      if (found === undefined && equal(model.canonical(candidate), wanted)) found = { world: Uint32Array.from(candidate), cause: { who, what, packet, move } };
    });
    if (found === undefined) throw new Error(`no way from world ${String(store.parentOf(next))} to world ${String(next)}`);
    world = found.world;
    steps.push(stepOf(model, names, found.cause, model.viewsOf(world)));
  }
  return { version: 1, configuration: configuration.name, rules: configuration.rules, wrong, devices: names, steps };
}

/** What a step looks like to a reader. */
export function stepOf(model: Model<unknown>, names: readonly string[], { who, what, packet, move }: Cause, views: readonly View[]): TraceStep {
  const letters = move === undefined ? [] : model.network.packetsOf(move.letter);
  const sent = letters.map((each) => ({ to: names[each.to]!, message: packetInWords(each), over: each.flow === undefined ? 'backend' as const : 'channel' as const }));
  const common = { device: names[who]!, sent, states: views.map(({ state, call }) => (call === undefined ? state : `${state} ${call}`)) };
  if (packet === -1) return { ...common, event: move?.label ?? '' };
  const { from, flow, message } = model.network.packets.at(packet);
  const heard = { from: names[from]!, message: packetInWords({ from, to: who, message }), over: flow === undefined ? 'backend' as const : 'channel' as const, fate: what === 'lost' ? 'lost' as const : what === 'hears twice' ? 'heard, and comes again' as const : 'heard' as const };
  return { ...common, event: `${what === 'lost' ? 'never hears' : 'hears'} ${heard.message}${what === 'hears twice' ? ', which comes again' : ''}`, heard };
}

/** For a terminal: one line for each event. */
export function asTable({ devices, steps, wrong }: Trace): string {
  const rows = [
    ['', 'who', 'what', 'says', ...devices],
    ...steps.map(({ device, event, sent, states }, at) => [String(at + 1), device, event, wordsSent(sent), ...states]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
  return [...lines, `→ ${wrong}`].join('\n');
}

/** For the documents: a sequence diagram. A message is drawn when it is heard. */
export function asMermaid({ devices, steps, wrong }: Trace): string {
  const lines = ['sequenceDiagram', ...devices.map((name) => `  participant ${name}`)];
  for (const { device, event, heard, sent, states } of steps) {
    if (heard === undefined) lines.push(`  Note over ${device}: ${plain(event)}`);
    else lines.push(`  ${heard.from}${heard.fate === 'lost' ? '--x' : heard.over === 'channel' ? '-->>' : '->>'}${device}: ${plain(heard.message)}${heard.fate === 'heard, and comes again' ? ' (comes again)' : ''}`);
    if (sent.length > 0) lines.push(`  Note right of ${device}: says ${plain(wordsSent(sent))}, now ${plain(states[devices.indexOf(device)]!)}`);
  }
  return [...lines, `  Note over ${devices[0]!},${devices.at(-1)!}: ${wrong}`].join('\n');
}

function wordsSent(sent: TraceStep['sent']): string {
  return sent.map(({ to, message, over }) => `${message} ${over === 'channel' ? '⇢' : '→'} ${to}`).join(', ');
}

/** Mermaid ends a line at a semicolon and reads `#` as an entity. */
function plain(words: string): string {
  return words.replaceAll(/[;#]/gu, ',');
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  return a.every((word, at) => word === b[at]);
}

