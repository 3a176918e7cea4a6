import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../src/base/device.ts';
import { parseMessage, type Input, type Message, type Output, type Props } from '../../src/econn/index.ts';
import { DEFAULT_PROPS, fromWire, type WireProps } from '../../src/econn/props.ts';
import { ms } from '../../src/base/units.ts';
import type { Capture, Client, Recorded } from './capture.ts';
import { nameOf } from './in-brief.ts';
import { end, opened, renew, Subject } from './subject.ts';

/** An offer takes a moment to arrive: in a glare each side has spoken before it hears the other. */
const OFFER_DELAY = 30;

export const DEVICES: { readonly [C in 'A' | 'B' | 'B2']: Device } = {
  A: { user: '11111111-1111-4111-8111-111111111111', device: 'a'.repeat(16) },
  B: { user: '22222222-2222-4222-8222-222222222222', device: 'b'.repeat(16) },
  B2: { user: '22222222-2222-4222-8222-222222222222', device: 'b2'.repeat(8) },
};

export type Side = keyof typeof DEVICES;

/**
 * Plays one side of a recorded call with an ECONN: what the others sent comes in, and what this side sent is
 * done again by the deed that it follows from.
 */
export class Replay {
  readonly subject: Subject;
  readonly #side: Side;
  readonly #age: number;
  readonly #due = new Map<string, number>();
  #now = 0;
  #channelIsOpen = false;

  constructor(side: Side, age = 0) {
    this.#side = side;
    this.#age = age;
    this.subject = Subject.of(DEVICES[side], DEVICES[side === 'A' ? 'B' : 'A'].user);
  }

  run(capture: Capture): void {
    const moments = capture.messages.map((recorded) => ({ recorded, at: recorded.at + (recorded.from !== this.#side && isOffer(read(recorded)) ? OFFER_DELAY : 0) }));
    for (const { recorded, at } of moments.sort((a, b) => a.at - b.at)) {
      this.#passTime(at);
      if (recorded.from === this.#side) this.#do(read(recorded));
      else if (recorded.to === undefined || recorded.to.includes(this.#side)) this.#hear(recorded);
    }
  }

  /** What this side said that AVS said too, in AVS's order; the answers on the channel apart. */
  get said(): readonly string[] {
    return this.subject.sent.map(summary).filter((name) => !name.startsWith('PROPSYNC(r)'));
  }

  static recorded(capture: Capture, side: Client): readonly string[] {
    return capture.messages.filter(({ from }) => from === side).map((recorded) => summary(read(recorded))).filter((name) => !name.startsWith('PROPSYNC(r)'));
  }

  #hear(recorded: Recorded): void {
    const message = read(recorded);
    if (recorded.via === 'channel') this.#openChannel();
    this.#feed({ type: 'receive', from: DEVICES[recorded.from as Side], via: recorded.via, message, age: ms(this.#age) });
    if (message.type === 'UPDATE' && message.resp) this.#channelIsOpen = false;
  }

  #do(message: Message): void {
    if (message.type === 'SETUP') this.#feed({ type: message.resp ? 'answer' : 'start', sdp: message.sdp, props: propsOf(message.props) });
    else if (message.type === 'UPDATE') this.#renew(message);
    else if (message.type === 'PROPSYNC') this.#syncProps(message);
    else if (message.type === 'REJECT') this.#feed({ type: 'reject', tellCaller: 'never' });
    else if (!message.resp && this.subject.state !== 'idle') this.#feed(end);
  }

  #renew({ resp, sdp, props }: Message & { type: 'UPDATE' }): void {
    if (!resp) return this.#feed(renew, { type: 'set-props', props: propsOf(props) }, { type: 'offer', sdp });
    this.#feed({ type: 'answer', sdp, props: propsOf(props) });
    this.#channelIsOpen = false;
  }

  #syncProps({ resp, props }: Message & { type: 'PROPSYNC' }): void {
    if (resp) return;
    this.#openChannel();
    const ours = this.subject.econn.memory.call?.ours;
    // What AVS says when its channel opens, we have said then, too.
    if (!isDeepStrictEqual(propsOf(props), ours)) this.#feed({ type: 'set-props', props: propsOf(props) });
  }

  #openChannel(): void {
    if (this.#channelIsOpen) return;
    this.#channelIsOpen = true;
    this.#feed(opened);
  }

  #feed(...inputs: readonly Input[]): void {
    for (const input of inputs) this.#carryOut(this.subject.feed(input));
  }

  #carryOut(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type === 'start-timer') this.#due.set(output.timer, this.#now + output.in);
      else if (output.type === 'notify' && output.event.type === 'drain-wanted') this.#feed({ type: 'drained' });
    }
  }

  /** Fires what is due until then. Media flows all the time, so that the peer is always heard. */
  #passTime(until: number): void {
    for (;;) {
      const [next] = [...this.subject.timers.keys()].map((timer) => ({ timer, at: this.#due.get(timer) ?? Infinity })).sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#now = next.at;
      if (next.timer === 'ping') this.#feed({ type: 'heard' });
      else this.#carryOut(this.subject.expire(next.timer));
    }
    this.#now = until;
  }
}

function isOffer({ type, resp }: Message): boolean {
  return (type === 'SETUP' || type === 'UPDATE') && !resp;
}

/** Type, addressee and, for a side's state, the state. */
function summary(message: Message): string {
  const props = message.type === 'PROPSYNC' ? ` ${JSON.stringify(propsOf(message.props))}` : '';
  return `${nameOf(message)}${message.dest?.device === undefined ? '' : ` to ${message.dest.device}`}${props}`;
}

function read({ text }: Recorded): Message {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(`${parsed.failure} in ${text.slice(0, 80)}`);
  return parsed.message;
}

function propsOf(wire: WireProps): Props {
  return fromWire(wire, DEFAULT_PROPS);
}
