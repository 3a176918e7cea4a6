import { describe, expect, it } from 'vitest';
import { handle, restore, save, type Econn, type Input, type Output } from '../../src/econn/index.ts';
import { seed } from '../seed.ts';
import { nameOf } from './in-brief.ts';
import { RandomScript } from './random-script.ts';
import { Subject } from './subject.ts';

const SCRIPTS = 6000;

describe('whatever happens to a call', () => {
  it('P6 has a deadline in every state but idle, and none in idle', () => {
    everyStep(({ subject }) => subject.timers.size > 0 === (subject.state !== 'idle'));
  });

  it('P7 closes exactly once, however often it is renamed in a glare', () => {
    everyStep(({ subject, opened }) => {
      const begun = opened + subject.told.filter(({ type }) => type === 'incoming').length;
      return begun === subject.told.filter(({ type }) => type === 'closed').length + (subject.state === 'idle' ? 0 : 1);
    });
  });

  it('P8 stays the very same when it has no use for an input', () => {
    everyStep(({ before, after, input, outputs }) => input.type !== 'receive' || before === after || outputs.length > 0 || JSON.stringify(before) !== JSON.stringify(after));
  });

  it('P9 takes a message that comes twice as one, but for answers that are said again', () => {
    everyStep(({ after, input }) => {
      if (input.type !== 'receive') return true;
      const [again, outputs] = handle(after, input);
      return again.state === after.state && outputs.every(isRepetition) && JSON.stringify(again) === JSON.stringify(after);
    });
  });

  it('P10 never numbers two offers alike, nor a later one lower', () => {
    everyStep(({ before, after, outputs }) => {
      const offered = Subject.sent(outputs).flatMap((message) => ((message.type === 'SETUP' || message.type === 'UPDATE') && !message.resp && message.offer !== undefined ? [message.offer.counter] : []));
      const { counter } = before.memory.ledger.own;
      return after.memory.ledger.own.counter >= counter && offered.every((number) => number > counter || repeats(before, number));
    });
  });

  it('P12 says nothing in idle but CANCEL, and BUSY to a new call, nor tells of anything but new calls', () => {
    everyStep(({ before, input, outputs }) => {
      if (before.state !== 'idle' || input.type !== 'receive') return true;
      const said = Subject.sent(outputs).every((message) => message.type === 'CANCEL' || (nameOf(message) === 'BUSY' && input.busy === true));
      return said && Subject.told(outputs).every(({ type }) => type === 'incoming' || type === 'missed' || type === 'turned-away');
    });
  });

  it('P18 asks for at most eight things at once', () => {
    everyStep(({ outputs }) => outputs.length <= 8);
  });

  it('P14 goes on alike from what was saved, at every step', () => {
    everyStep(({ before, after, input, outputs }) => {
      const restored = restore(JSON.parse(JSON.stringify(save(before))));
      if (restored === undefined) return false;
      const [next, again] = handle(restored, input);
      return JSON.stringify(again) === JSON.stringify(outputs) && JSON.stringify(next) === JSON.stringify(after);
    }, SCRIPTS / 2);
  });

  it('never mutates what it was given', () => {
    everyStep(({ before, input }) => {
      const frozen = deepFreeze(structuredClone(before));
      handle(frozen, deepFreeze(structuredClone(input)));
      return true;
    }, SCRIPTS / 4);
  });
});

type Step = { readonly subject: Subject; readonly before: Econn; readonly after: Econn; readonly input: Input; readonly outputs: readonly Output[]; readonly opened: number };

/** Fails with the script's seed and its inputs up to the first step for which the law does not hold. */
function everyStep(holds: (step: Step) => boolean, scripts = SCRIPTS): void {
  for (let number = 0; number < scripts; number++) {
    const script = new RandomScript(seed + number);
    const subject = script.opening();
    let opened = subject.outputs.filter((output) => output.type === 'send' && output.message.type === 'SETUP' && !output.message.resp).length;
    const told: Input[] = [];
    for (let left = script.length(); left > 0; left--) {
      const before = subject.econn;
      const input = script.input(before, [...subject.timers.keys()]);
      told.push(input);
      const outputs = input.type === 'timer-fired' ? subject.expire(input.timer) : subject.feed(input);
      if (input.type === 'start' && before.state === 'idle') opened += 1;
      const ok = holds({ subject, before, after: subject.econn, input, outputs, opened });
      if (!ok) expect.fail(`${String(seed + number)}: ${before.state} → ${subject.econn.state} by ${JSON.stringify(told.slice(-3))} gave ${JSON.stringify(outputs)}`);
    }
  }
}

function isRepetition(output: Output): boolean {
  return output.type === 'send' && ['CANCEL', 'SETUP(r)', 'UPDATE(r)', 'PROPSYNC(r)', 'PING(r)'].includes(nameOf(output.message));
}

/** The open offer said again: by the winner of a glare, or because it was not answered. */
function repeats({ memory }: Econn, counter: number): boolean {
  return memory.call?.sent?.offer?.counter === counter;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
