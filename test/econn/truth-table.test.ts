import { readFileSync } from 'node:fs';
import { transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/base/device.ts';
import { chartEvent, econnMachine, handle, stateOf, type Econn, type Input, type Message, type OfferId, type Output, type StateName } from '../../src/econn/index.ts';
import { a1, a2, b1, b2, offer, s1 } from './cast.ts';
import { inBrief } from './in-brief.ts';
import { busy, cancel, from, hangup, ping, propsync, propsyncAnswer, reject, setup, setupAnswer, update, updateAnswer } from './letters.ts';
import { inState, liveCall, stateNames } from './states.ts';

const rows = readFileSync(new URL('truth-table.md', import.meta.url), 'utf8').split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const columns = rows[0]!.slice(3) as StateName[];
const cells = rows.slice(2).map(([message, sender, names, ...expected]) => ({ message: message!, sender: sender!, names: names!, expected }));

describe('a message in a state', () => {
  it('A05 is in the truth table, whatever the message, its sender and the state', () => {
    expect(columns).toEqual(stateNames);
    for (const message of Object.keys(letters)) {
      const about = cells.filter((row) => row.message === message).map(({ sender, names }) => `${sender} ${names}`);
      expect(about, message).toEqual(expect.arrayContaining(['b1 live', 'b1 older', 'b1 newer', 'b2 live', 'a2 live', 's1 live']));
    }
  });

  for (const { message, sender, names, expected } of cells) {
    it(`A05 does what the truth table says: ${message} from ${sender} about the ${names} call`, () => {
      const byHandle = columns.map((state) => outcome(inState[state]().econn, inputFor(state, message, sender, names), handle));
      const byXstate = columns.map((state) => outcome(inState[state]().econn, inputFor(state, message, sender, names), throughXstate));

      expect(asRow(byHandle)).toEqual(asRow(expected));
      expect(asRow(byXstate)).toEqual(asRow(expected));
    });
  }
});

function asRow(outcomes: readonly string[]): object {
  return Object.fromEntries(columns.map((state, index) => [state, outcomes[index]]));
}

type Runner = (econn: Econn, input: Input) => readonly [Econn, readonly Output[]];

function outcome(econn: Econn, input: Input, runner: Runner): string {
  const [next, outputs] = runner(econn, input);
  const moved = stateOf(next) === stateOf(econn) && !outputs.some(({ type }) => type === 'stop-timers') ? '' : stateOf(next);
  const brief = [moved, inBrief(outputs)].filter((part) => part !== '').join(' ');
  if (brief !== '') return brief;
  return next.memory === econn.memory ? '.' : '~';
}

const throughXstate: Runner = (econn, input) => {
  const event = chartEvent(econn.memory, input);
  if (event === undefined) return [econn, []];
  const snapshot = econnMachine.resolveState({ value: econn.state, context: { memory: econn.memory } });
  const [next, done] = transition(econnMachine, snapshot, event);
  const outputs = done.filter(({ type }) => type === 'output').map(({ params }) => params as Output);
  return [{ state: next.value, memory: next.context.memory }, outputs];
};

const senders: Readonly<Record<string, Device>> = { b1, b2, a2, s1 };

function inputFor(state: StateName, message: string, sender: string, names: string): Input {
  const device = senders[sender]!;
  const aboutOurs = !['SETUP', 'CANCEL', 'UPDATE'].includes(message) || (message === 'UPDATE' && names === 'older');
  const other = names === 'older' ? offer(aboutOurs ? a1 : device, aboutOurs ? 1 : 3) : offer(aboutOurs ? a1 : device, message === 'UPDATE' ? 8 : 9);
  return from(device, letters[message]!(names === 'live' ? liveCall[state] : other, device, names));
}

const letters: Readonly<Record<string, (call: OfferId, sender: Device, names: string) => Message>> = {
  SETUP: setup,
  'SETUP(r)': (call) => setupAnswer(call),
  CANCEL: cancel,
  REJECT: reject,
  BUSY: busy,
  UPDATE: (call, sender) => update(call, offer(sender, 9)),
  'UPDATE(r)': (call, _sender, names) => updateAnswer(call, names === 'live' ? offer(a1, 3) : call),
  HANGUP: (call) => hangup(call),
  'HANGUP(r)': (call) => hangup(call, true),
  PROPSYNC: (call) => propsync(call, 1),
  'PROPSYNC(r)': (call) => propsyncAnswer(call, 1),
  PING: (call) => ping(call),
  'PING(r)': (call) => ping(call, true),
};
