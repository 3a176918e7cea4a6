import type { Device } from '../../../src/base/device.ts';
import { sameDevice } from '../../../src/base/device.ts';
import type { Message, OfferId } from '../../../src/econn/index.ts';
import { econnOf, type ReplayedStep } from '../../../src/trace/index.ts';
import type { Lane, Lanes } from './lanes.ts';
import { heardIn } from './moment.ts';

/** A step of one device, before everybody's steps are brought into one order. */
export type RawStep = { readonly lane: Lane; readonly part: number; readonly entry: number; readonly step: ReplayedStep };

/**
 * One message on its way to one device. `heard`: both ends are known. `unheard`: it was sent, and the receiver,
 * whose trace is here, has not heard it: lost, late, or of no more use. `unseen`: only one end has a trace.
 */
export type Flight = {
  readonly message: Message;
  readonly over: 'backend' | 'channel';
  readonly from: Lane | undefined;
  readonly to: Lane | undefined;
  readonly sent: RawStep | undefined;
  readonly heard: RawStep | undefined;
  readonly fate: 'heard' | 'unheard' | 'unseen';
  /** 2 for the second time that the same message is heard. */
  readonly copy: number;
};

type Sending = { readonly key: string; readonly message: Message; readonly over: Flight['over']; readonly from: Lane; readonly to: Lane; readonly sent: RawStep; copies: number };

/**
 * Brings together what was said and what was heard: a message is known by its type and the ids of its call and
 * offer, and the first one heard is the first one sent. Ids of users need not agree between traces that were
 * redacted apart.
 */
export function flightsOf(steps: readonly RawStep[], lanes: Lanes): readonly Flight[] {
  const sendings = steps.flatMap((sent) => sendingsOf(sent, lanes));
  const expected = new Map<string, Sending[]>();
  for (const sending of sendings) {
    const road = `${String(sending.to.index)} ${sending.key}`;
    const alike = expected.get(road);
    if (alike === undefined) expected.set(road, [sending]);
    else alike.push(sending);
  }
  const flights: Flight[] = [];
  for (const heard of steps) {
    const message = heardIn(heard.step.input);
    if (message === undefined) continue;
    const over = heard.step.input.type === 'receive' && !('via' in heard.step.input && heard.step.input.via === 'channel') ? 'backend' : 'channel';
    const speaker = speakerOf(heard, lanes);
    const sending = choose(expected.get(`${String(heard.lane.index)} ${keyOf(message)}`) ?? [], speaker);
    if (sending === undefined) flights.push({ message, over, from: speaker, to: heard.lane, sent: undefined, heard, fate: 'unseen', copy: 1 });
    else {
      sending.copies += 1;
      flights.push({ message, over: sending.over, from: sending.from, to: heard.lane, sent: sending.sent, heard, fate: 'heard', copy: sending.copies });
    }
  }
  for (const { message, over, from, to, sent, copies } of sendings) {
    if (copies === 0) flights.push({ message, over, from, to, sent, heard: undefined, fate: to.traced ? 'unheard' : 'unseen', copy: 1 });
  }
  return flights;
}

/** The earliest that nobody has heard; then it came twice. */
function choose(candidates: readonly Sending[], speaker: Lane | undefined): Sending | undefined {
  const ofSpeaker = candidates.filter(({ from }) => from === speaker);
  const likely = ofSpeaker.length > 0 ? ofSpeaker : candidates;
  return likely.find(({ copies }) => copies === 0) ?? likely.at(-1);
}

function sendingsOf(sent: RawStep, lanes: Lanes): readonly Sending[] {
  return sent.step.outputs.flatMap((output): readonly Sending[] => {
    if (output.type !== 'send' && output.type !== 'say') return [];
    const { message } = output;
    const common = { key: keyOf(message), message, from: sent.lane, sent, copies: 0 };
    if ('to' in output) return lanes.addressed(output.to, sent.lane).map((to) => ({ ...common, over: 'backend', to }));
    const peer = peerOf(sent);
    const to = peer === undefined ? undefined : lanes.of(peer);
    return to === undefined ? [] : [{ ...common, over: 'channel', to }];
  });
}

function speakerOf(heard: RawStep, lanes: Lanes): Lane | undefined {
  const { input } = heard.step;
  const device = input.type === 'receive' ? input.from : peerOf(heard);
  return device === undefined ? undefined : lanes.of(device);
}

/** Who is at the other end of the channel. */
function peerOf({ step, lane }: RawStep): Device | undefined {
  const peer = econnOf(step.before).memory.call?.peer ?? econnOf(step.after).memory.call?.peer;
  return peer !== undefined && lane.self !== undefined && sameDevice(peer, lane.self) ? undefined : peer;
}

function keyOf(message: Message): string {
  const fields: Readonly<Record<string, unknown>> = { ...message };
  const offer = (name: string): string => {
    const id = fields[name] as OfferId | undefined;
    return id === undefined ? '' : `${id.incarnation}.${String(id.counter)}`;
  };
  const ids = [offer('call'), offer('offer'), offer('withdrawn')].join(' ');
  // Only peers that write no ids are known by their sessions.
  return [message.type, message.resp, ids.trim() === '' ? message.sessid.toLowerCase() : ids, fields['seq'], fields['ack'], fields['cause']].join(' ');
}
