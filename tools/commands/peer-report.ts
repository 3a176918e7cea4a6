import type { CallEnd } from '../../src/index.ts';
import { LiveLine } from './live-line.ts';
import { paint } from './paint.ts';
import { writeEvent, type PeerEvent, type Report } from './peer-events.ts';
import { harmless } from './text-width.ts';
import { describeProps, describeReason, inMs } from './wording.ts';

export type Reporter = {
  readonly report: Report;
  /** Enter was pressed on this terminal. */
  readonly typed: () => void;
};

/** Tells events to whoever runs this: JSON lines for programs, sentences for people, one live line on a terminal. */
export function reporter(json: boolean): Reporter {
  if (json) return { report: (event) => void process.stdout.write(`${writeEvent(event, Date.now())}\n`), typed: () => undefined };
  const live = new LiveLine(process.stdout);
  return {
    typed: () => {
      if (process.stdin.isTTY) live.typed();
    },
    report: (event) => {
      if (event.type === 'status') return live.show(statusLine(event, live.width));
      if (event.type === 'ended') live.clear();
      for (const sentence of sentences(event)) live.print(sentence);
    },
  };
}

/** As much as fits into that width, the most telling first. */
export function statusLine({ flow, messages, quality }: Pick<PeerEvent & { type: 'status' }, 'flow' | 'messages' | 'quality'>, width: number): string {
  if (flow === undefined) return '';
  const { audio, video, roundTripMs } = flow;
  const parts = [...(quality === undefined ? [] : [quality]), `sent/received  audio ${audio.sent}/${audio.received}, ${audio.lost} lost`];
  if (roundTripMs !== undefined) parts.push(`RTT ${inMs(roundTripMs)}`);
  if (video.sent + video.received > 0) parts.push(`video ${video.sent}/${video.received}`);
  if (messages !== undefined) parts.push(`messages ${messages.backendSent + messages.channelSent}/${messages.backendReceived + messages.channelReceived}`);
  while (parts.length > 1 && parts.join('  ').length > width) parts.pop();
  return parts.join('  ').slice(0, width);
}

function sentences(event: PeerEvent): readonly string[] {
  switch (event.type) {
    case 'ready':
      return [`${event.self} is connected to the backend, messages are ${event.signalling}`];
    case 'incoming':
      return [`${paint('bold', harmless(event.from))} calls`];
    case 'state':
      return event.state === 'ended' ? [] : [paint(event.state === 'connected' ? 'green' : 'yellow', event.state)];
    case 'own-props':
      return [`we: ${describeProps(event.props)}`];
    case 'peer-props':
      return [`they: ${describeProps(event.props)}`];
    case 'security':
      return [`compare with the other side, it must read the same: ${event.code.join(' ')}`];
    case 'recorded':
      return [`recorded in ${event.file}`];
    case 'media-started':
      return [`their ${event.kind} arrives`];
    case 'played':
      return ['the file was played to its end'];
    case 'ended':
      return ended(event);
    case 'notice':
      return [paint('yellow', harmless(event.text))];
    case 'media-path':
      return [paint(event.path === 'both-ways' ? 'green' : 'yellow', PATHS[event.path])];
    case 'stats':
    case 'status':
    case 'frames':
      return [];
  }
}

const PATHS = { 'both-ways': 'sound goes both ways', 'only-outgoing': 'they can hear us, we hear nothing of them', 'only-incoming': 'we hear them, they cannot hear us', neither: 'no sound either way' } as const;

function ended({ reason, missed, metrics }: CallEnd): readonly string[] {
  const { setup, messages, audio, video, duration, roundTripMs } = metrics;
  const headline = paint('bold', `call over: ${describeReason(reason)}${missed ? ' (missed)' : ''}`);
  if (setup.connected === undefined) return [headline];
  return [
    headline,
    `  connected in ${inMs(setup.connected)} after it was taken, lasted ${(duration / 1000).toFixed(1)} s${roundTripMs === undefined ? '' : `, RTT ${inMs(roundTripMs)}`}`,
    `  audio ${audio.sent} sent, ${audio.received} received, ${audio.lost} lost; video ${video.sent} sent, ${video.received} received, ${video.lost} lost`,
    `  messages: backend ${messages.backendSent} sent, ${messages.backendReceived} received; channel ${messages.channelSent} sent, ${messages.channelReceived} received`,
  ];
}
