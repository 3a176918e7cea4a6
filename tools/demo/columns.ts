import type { FlowPhase, FlowStats } from '../../src/mediaflow/index.ts';
import { paint, type Paint } from '../commands/paint.ts';
import { fit } from '../commands/text-width.ts';
import { describeProps, describeReason, inMs } from '../commands/wording.ts';
import type { Side } from './demo-peer.ts';

/** What there is to show of a demo. */
export type Scene = {
  readonly url: string | undefined;
  readonly alice: Actor | undefined;
  readonly bob: Actor | undefined;
  readonly processes: readonly { readonly name: string; readonly pid: number | undefined }[];
};

type Actor = { readonly side: Side; readonly process: { readonly pid: number | undefined } };

/** Both sides of the call beside each other, as lines of at most `width` characters. */
export function columns({ url, alice, bob, processes }: Scene, elapsed: number, width: number): readonly string[] {
  const half = Math.floor((width - 3) / 2);
  const backend = processes.find(({ name }) => name === 'backend');
  const title = `callcore demo   ${url === undefined ? 'backend starts' : `backend ${url}, process ${backend?.pid}`}   ${elapsed.toFixed(1)} s`;
  const left = column('Alice', alice);
  const right = column('Bob', bob);
  return [
    paint('bold', fit(title, width).trimEnd()),
    paint('dim', `${'─'.repeat(half)}─┬─${'─'.repeat(half)}`),
    ...left.map((cell, row) => `${draw(cell, half)} ${paint('dim', '│')} ${draw(right[row] ?? NOTHING, half)}`.trimEnd()),
    paint('dim', `${'─'.repeat(half)}─┴─${'─'.repeat(half)}`),
  ];
}

type Cell = { readonly label: string; readonly text: string; readonly paint?: Paint };

const NOTHING: Cell = { label: '', text: '' };
const LABEL_WIDTH = 9;

function column(name: string, peer: Actor | undefined): readonly Cell[] {
  const side = peer?.side;
  const flow = side?.flow;
  const messages = side?.messages;
  return [
    { label: name, text: peer === undefined ? 'not started' : `process ${peer.process.pid}`, paint: 'bold' },
    { label: 'state', ...state(side) },
    { label: 'backend', text: messages === undefined ? '' : `${messages.backendSent} sent, ${messages.backendReceived} received` },
    { label: 'channel', text: messages === undefined ? '' : `${messages.channelSent} sent, ${messages.channelReceived} received` },
    { label: 'signs', text: side?.code?.join(' ') ?? '' },
    { label: 'phases', text: phases(flow, [['described', 'SDP'], ['ice-connected', 'ICE']]) },
    { label: '', text: phases(flow, [['dtls-connected', 'DTLS'], ['channel-opened', 'channel']]) },
    { label: 'RTT', text: flow?.roundTripMs === undefined ? '' : inMs(flow.roundTripMs) },
    { label: 'audio', text: flow === undefined ? '' : packets(flow.audio) },
    { label: 'video', text: flow === undefined ? '' : packets(flow.video) },
    { label: 'itself', text: side?.own === undefined ? '' : describeProps(side.own), ...(side?.own?.muted === true ? { paint: 'cyan' } : {}) },
    { label: 'other', text: side?.other === undefined ? '' : describeProps(side.other), ...(side?.other?.muted === true ? { paint: 'cyan' } : {}) },
  ];
}

function phases(flow: FlowStats | undefined, names: readonly (readonly [FlowPhase, string])[]): string {
  return names.flatMap(([phase, name]) => (flow?.phases[phase] === undefined ? [] : [`${name} ${Math.round(flow.phases[phase])} ms`])).join(', ');
}

/** Short enough for half of 80 columns, also after minutes. */
function packets({ sent, received, lost }: FlowStats['audio']): string {
  return `${sent} sent, ${received} got, ${lost} lost`;
}

function state(side: Side | undefined): Omit<Cell, 'label'> {
  if (side === undefined) return { text: '' };
  if (side.end !== undefined) return { text: describeReason(side.end.reason), paint: 'dim' };
  if (side.state === 'idle') return { text: side.ready ? 'waits' : 'starts' };
  return { text: side.state, paint: side.state === 'connected' ? 'green' : 'yellow' };
}

function draw(cell: Cell, width: number): string {
  const label = cell.label.padEnd(LABEL_WIDTH);
  const text = fit(cell.text, width - LABEL_WIDTH);
  return cell.paint === 'bold' ? paint('bold', label + text) : `${paint('dim', label)}${cell.paint === undefined ? text : paint(cell.paint, text)}`;
}
