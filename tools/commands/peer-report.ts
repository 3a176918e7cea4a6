import type { CallEnd } from '../../src/index.ts';
import { onTerminal, paint } from './paint.ts';
import { writeEvent, type PeerEvent, type Report } from './peer-events.ts';
import { describeProps, describeReason, inMs } from './wording.ts';

/** Tells events to whoever runs this: JSON lines for programs, sentences for people, one live line on a terminal. */
export function reporter(json: boolean): Report {
  if (json) return (event) => void process.stdout.write(`${writeEvent(event, Date.now())}\n`);
  const live = new LiveLine();
  return (event) => {
    if (event.type === 'status') live.show(statusLine(event));
    else for (const sentence of sentences(event)) live.print(sentence);
  };
}

/** Lines that stay, above one that is replaced. Off a terminal there is no such line. */
class LiveLine {
  readonly #terminal = onTerminal(process.stdout);
  #shown = false;

  print(text: string): void {
    if (this.#shown) process.stdout.write('\r\u001B[K');
    this.#shown = false;
    process.stdout.write(`${text}\n`);
  }

  show(text: string): void {
    if (!this.#terminal || text === '') return;
    process.stdout.write(`\r\u001B[K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
    this.#shown = true;
  }
}

function statusLine({ flow, messages }: PeerEvent & { type: 'status' }): string {
  if (flow === undefined) return '';
  const { audio, video, roundTripMs } = flow;
  const parts = [`audio ${audio.sent} sent, ${audio.received} received, ${audio.lost} lost`];
  if (video.sent + video.received > 0) parts.push(`video ${video.sent}/${video.received}`);
  if (messages !== undefined) parts.push(`messages ${messages.backendSent + messages.channelSent}/${messages.backendReceived + messages.channelReceived}`);
  if (roundTripMs !== undefined) parts.push(`RTT ${inMs(roundTripMs)}`);
  return parts.join('  ');
}

function sentences(event: PeerEvent): readonly string[] {
  switch (event.type) {
    case 'ready':
      return [`${event.self} is connected to the backend, messages are ${event.signalling}`];
    case 'incoming':
      return [`${paint('bold', event.from)} calls`];
    case 'state':
      return event.state === 'ended' ? [] : [paint(event.state === 'connected' ? 'green' : 'yellow', event.state)];
    case 'own-props':
      return [`we: ${describeProps(event.props)}`];
    case 'peer-props':
      return [`they: ${describeProps(event.props)}`];
    case 'media-started':
      return [`their ${event.kind} arrives`];
    case 'played':
      return ['the file was played to its end'];
    case 'ended':
      return ended(event);
    case 'notice':
      return [paint('yellow', event.text)];
    case 'status':
    case 'frames':
      return [];
  }
}

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
