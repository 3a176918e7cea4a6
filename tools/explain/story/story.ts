import type { InstantMs } from '../../../src/base/units.ts';
import type { EcallInput, EcallOutput } from '../../../src/ecall/port.ts';
import { stateOf, type CloseReason, type Input, type Output, type StateName } from '../../../src/econn/index.ts';
import { econnOf, stepsOf, type Rulebook, type TraceBundle } from '../../../src/trace/index.ts';
import { flightsOf, type Flight, type RawStep } from './arrows.ts';
import { Lanes, type Lane } from './lanes.ts';
import { heardIn, timersAfter, type Kind, type Moment, type RunningTimer } from './moment.ts';
import { inOrder } from './order.ts';
import { inputInWords, messageInWords, reasonInWords } from './words.ts';

/** An arrow of the diagram; its ends are indices of moments. */
export type Arrow = Omit<Flight, 'sent' | 'heard'> & { readonly sent: number | undefined; readonly heard: number | undefined; readonly delay: number | undefined; readonly words: string };

/** A trace as people read it: who is in it, what happened in which order, what was said, and what to look at. */
export type Story = {
  readonly title: string;
  readonly clock: TraceBundle['clock'];
  readonly lanes: Lanes;
  readonly moments: readonly Moment[];
  readonly arrows: readonly Arrow[];
  readonly steps: number;
  /** Whether every step did what the trace says. */
  readonly same: boolean;
};

/** Replays a bundle and tells what happens. Throws `UnknownRulesError`. */
export function storyOf(bundle: TraceBundle, rulebook?: Rulebook): Story {
  const lanes = new Lanes(bundle);
  const byLane = bundle.devices.map(({ parts }, index) =>
    parts.flatMap((part, at) => [...stepsOf(part, rulebook)].map((step, entry): RawStep => ({ lane: lanes.all[index]!, part: at, entry, step }))),
  );
  const flights = flightsOf(byLane.flat(), lanes);
  const ordered = inOrder(byLane, flights);
  const unheard = new Map<RawStep, Flight[]>();
  for (const flight of flights) if (flight.fate === 'unheard' && flight.sent !== undefined) unheard.set(flight.sent, [...(unheard.get(flight.sent) ?? []), flight]);
  const copies = new Set(flights.flatMap(({ heard, copy }) => (heard !== undefined && copy > 1 ? [heard] : [])));

  const running = new Map<Lane, readonly RunningTimer[]>();
  const states = new Map<Lane, StateName>();
  const places = new Map<RawStep, number>();
  const moments: Moment[] = [];
  const notes = [...bundle.notes].sort((a, b) => a.at - b.at);
  const tellNotes = (until: number): void => {
    for (let note = notes[0]; note !== undefined && note.at <= until; note = notes[0]) {
      notes.shift();
      const lane = note.device === undefined ? undefined : lanes.all[note.device];
      // The process is gone, and with it what it was in.
      if (lane !== undefined && /crashes|restarts/u.test(note.text)) {
        running.set(lane, []);
        states.set(lane, 'idle');
      }
      moments.push({ index: moments.length, at: note.at, lane, kind: 'note', words: note.text, step: undefined, state: lane === undefined ? 'idle' : (states.get(lane) ?? 'idle'), changes: false, timers: lane === undefined ? [] : (running.get(lane) ?? []), problem: note.kind === 'wrong' ? note.text : undefined });
    }
  };
  for (const raw of ordered) {
    const { lane, part, entry, step } = raw;
    const { at, input, before, after, outputs, recorded } = step;
    tellNotes(at);
    const [was, state] = [stateOf(econnOf(before)), stateOf(econnOf(after))];
    const timers = timersAfter(entry === 0 && part > 0 ? [] : (running.get(lane) ?? []), at, input, outputs);
    const same = JSON.stringify(outputs) === JSON.stringify(recorded);
    running.set(lane, timers);
    states.set(lane, state);
    places.set(raw, moments.length);
    moments.push({
      index: moments.length, at, lane, words: inputInWords(input, before, lanes), state, changes: was !== state, timers,
      kind: kindOf(input, before === after && outputs.length === 0, was !== state || outputs.some(({ type }) => type === 'notify')),
      step: { part, entry, input, before, after, outputs, recorded: same ? undefined : recorded },
      problem: same ? problemIn(input, was !== state, outputs, unheard.get(raw) ?? [], copies.has(raw), lanes) : 'does something else than when it was recorded',
    });
  }
  tellNotes(Number.POSITIVE_INFINITY);
  const arrows = flights.map(({ sent, heard, ...flight }): Arrow => ({
    ...flight,
    sent: sent === undefined ? undefined : places.get(sent),
    heard: heard === undefined ? undefined : places.get(heard),
    delay: sent === undefined || heard === undefined ? undefined : heard.step.at - sent.step.at,
    words: messageInWords(flight.message, lanes),
  }));
  return { title: bundle.title, clock: bundle.clock, lanes, moments, arrows, steps: ordered.length, same: moments.every(({ step }) => step?.recorded === undefined) };
}

/** The moment that the trace begins at. */
export function beginning({ moments }: Story): InstantMs {
  return (moments[0]?.at ?? 0) as InstantMs;
}

/** `idle`: nothing came of it. `matters`: the state changed, or somebody was told. */
function kindOf(input: EcallInput | Input, idle: boolean, matters: boolean): Kind {
  const message = heardIn(input);
  if (message !== undefined) return !matters && (message.type === 'PING' || message.type === 'PROPSYNC') ? 'life' : 'message';
  switch (input.type) {
    case 'start':
    case 'reject':
    case 'end':
    case 'mistrust':
    case 'destroy':
    case 'set-props':
    case 'renew':
      return 'person';
    case 'answer':
      return 'person';
    case 'timer-fired':
      return input.timer === 'ping' || input.timer === 'props' ? (matters ? 'deadline' : 'life') : 'deadline';
    case 'settled':
      return idle ? 'life' : 'receipt';
    case 'restarted':
    case 'resumed':
      return 'process';
    case 'heard':
      return 'life';
    case 'flow':
      return idle || input.signal.type === 'heard' ? 'life' : 'media';
    case 'asked':
    case 'offer':
    case 'channel-opened':
    case 'channel-closed':
    case 'link-lost':
    case 'link-restored':
    case 'drained':
    case 'flow-failed':
    case 'receive':
      return 'media';
  }
}

/** Endings that nobody wished for. */
const SAD: readonly CloseReason['type'][] = ['timed-out', 'lost', 'backend-failed', 'unreachable', 'media-failed', 'protocol-violated', 'failed-at-peer'];

function problemIn(input: EcallInput | Input, changes: boolean, outputs: readonly (EcallOutput | Output)[], unheard: readonly Flight[], copy: boolean, lanes: Lanes): string | undefined {
  for (const output of outputs) {
    if (output.type === 'refuse') return `refused: ${output.because}`;
    if (output.type !== 'notify') continue;
    const told = 'notice' in output ? output.notice : output.event;
    if ((told.type === 'ended' || told.type === 'closed') && SAD.includes(told.reason.type)) return reasonInWords(told.reason);
    if (told.type === 'no-media' || told.type === 'renewal-failed') return told.type.replaceAll('-', ' ');
    if (told.type === 'renewing' && told.because !== 'asked' && told.because !== 'peer-asked') return `renewing, ${told.because}`;
  }
  if (changes && input.type === 'timer-fired' && (input.timer === 'ping' || input.timer === 'disconnect')) return input.timer === 'ping' ? 'the other side has fallen silent' : 'the link stays down';
  if (input.type === 'settled' && input.outcome === 'refused') return 'the backend refused a message';
  const [lost] = unheard.filter(({ message }) => message.type !== 'PING' && message.type !== 'PROPSYNC');
  if (lost !== undefined) return `${lost.to?.short ?? 'nobody'} never hears ${messageInWords(lost.message, lanes)}`;
  return copy ? 'heard a second time' : undefined;
}
