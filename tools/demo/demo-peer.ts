import type { CallEnd, CallPhase, MessageCounts, Props } from '../../src/index.ts';
import type { FlowStats } from '../../src/mediaflow/index.ts';
import { readEvent, type FrameReport, type PeerCommand, type PeerEventLine } from '../commands/peer-events.ts';
import { DemoProcess } from './child-process.ts';

/** What is known of one side of the demo call, from its events. */
export type Side = {
  readonly ready: boolean;
  readonly signalling?: string;
  readonly state: CallPhase | 'idle';
  readonly own?: Props;
  /** The other side, as this one sees it. */
  readonly other?: Props;
  /** The seven signs that both should show. */
  readonly code?: readonly string[];
  readonly hears: boolean;
  readonly sees: boolean;
  readonly played: boolean;
  readonly flow?: FlowStats;
  readonly messages?: MessageCounts;
  readonly end?: CallEnd;
  readonly frames?: FrameReport;
};

/** One of the two who call: its process, and what it told so far. */
export class DemoPeer {
  readonly process: DemoProcess;
  readonly #changed: () => void;
  #side: Side = { ready: false, state: 'idle', hears: false, sees: false, played: false };

  constructor(name: string, args: readonly string[], changed: () => void) {
    this.#changed = changed;
    this.process = new DemoProcess(name, [...args, '--json', '--frames'], (text) => {
      const event = readEvent(text);
      if (event === undefined) return;
      this.#side = after(this.#side, event);
      this.#changed();
    });
  }

  get side(): Side {
    return this.#side;
  }

  say(command: PeerCommand): void {
    this.process.say(command);
  }
}

function after(side: Side, event: PeerEventLine): Side {
  switch (event.type) {
    case 'ready':
      return { ...side, ready: true, signalling: event.signalling };
    case 'state':
      return { ...side, state: event.state };
    case 'own-props':
      return { ...side, own: event.props };
    case 'peer-props':
      return { ...side, other: event.props };
    case 'media-started':
      return event.kind === 'audio' ? { ...side, hears: true } : { ...side, sees: true };
    case 'status':
      return { ...side, ...(event.flow === undefined ? {} : { flow: event.flow }), ...(event.messages === undefined ? {} : { messages: event.messages }) };
    case 'played':
      return { ...side, played: true };
    case 'ended':
      return { ...side, end: event, messages: event.metrics.messages };
    case 'frames':
      return { ...side, frames: event };
    case 'security':
      return { ...side, code: event.code };
    case 'incoming':
    case 'stats':
    case 'media-path':
    case 'recorded':
    case 'notice':
      return side;
  }
}
