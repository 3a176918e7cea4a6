import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callOf, handle, stateOf, type CloseReason, type Econn, type Input, type Output } from '../../src/econn/index.ts';
import { a1, offer } from './cast.ts';
import { circumstances, localInputs } from './circumstances.ts';
import { inBrief } from './in-brief.ts';

type Table = Readonly<Record<string, string>>;

const tables = readTables(readFileSync(new URL('local-truth-table.md', import.meta.url), 'utf8'));

describe('what happens to an ECONN beside messages', () => {
  it('A05 is in the local truth table for each circumstance', () => {
    expect([...tables.keys()]).toEqual(Object.keys(circumstances));
  });

  for (const [name, circumstance] of Object.entries(circumstances)) {
    it(`A05 does what the local truth table says: ${name}`, () => {
      const { econn } = circumstance();

      expect(Object.fromEntries(inputsFor(econn).map(([input, fed]) => [input, outcome(econn, fed)]).filter(([, what]) => what !== ''))).toEqual(tables.get(name));
    });

    it(`C09 stops every timer before another starts when it is left: ${name}`, () => {
      const { econn } = circumstance();
      for (const [input, fed] of inputsFor(econn)) {
        const [next, outputs] = handle(econn, fed);
        const leaves = stateOf(next) !== stateOf(econn) && stateOf(econn) !== 'idle';
        const stops = outputs.findIndex(({ type }) => type === 'stop-timers');
        expect(stops >= 0, input).toBe(leaves);
        if (leaves) expect(outputs.slice(0, stops).map(({ type }) => type), input).not.toContain('start-timer');
      }
    });
  }
});

function inputsFor(econn: Econn): readonly (readonly [string, Input])[] {
  return Object.entries(localInputs(callOf(econn) ?? offer(a1, 2)));
}

/** The next state when it is another, and what is asked for, in order. Nothing at all: the empty text. */
function outcome(econn: Econn, input: Input): string {
  const [next, outputs] = handle(econn, input);
  if (outputs.length === 0) return next === econn ? '' : '~';
  return [...(next.state === econn.state ? [] : [`→ ${next.state}`]), ...outputs.flatMap(inWords)].join(' ');
}

function inWords(output: Output): readonly string[] {
  switch (output.type) {
    case 'start-timer':
      return [`⏱${output.timer}:${String(output.in / 1000)}s`];
    case 'stop-timer':
      return [`−${output.timer}`];
    case 'stop-timers':
      return [];
    case 'send': {
      const { message } = output;
      return [message.type === 'CANCEL' ? `${inBrief([output])}:${String(message.cause)}` : inBrief([output])];
    }
    case 'notify': {
      const { event } = output;
      if (event.type === 'renewing') return [`renewing:${event.because}`];
      return event.type === 'closed' ? [`${inBrief([output])}${detailOf(event.reason)}`] : [inBrief([output])];
    }
    case 'refuse':
      return [inBrief([output])];
  }
}

function detailOf(reason: CloseReason): string {
  if (reason.type === 'timed-out') return `:${reason.waitingFor}`;
  return reason.type === 'media-failed' ? `:${reason.failure}` : '';
}

/** A section for each circumstance; one `like` another has its lines, but for those that it says itself. */
function readTables(text: string): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (const section of text.split('\n## ').slice(1)) {
    const [, name, like] = /^([^\n(]+?)(?: \(else like ([^)]+)\))?\n/.exec(section)!;
    const own = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what')).flatMap((line) => {
      const [inputs, what] = line.split('|').slice(1, 3).map((cell) => cell.trim()) as [string, string];
      return inputs.split('; ').map((input) => [input, what] as const);
    });
    const all = Object.entries({ ...(like === undefined ? {} : tables.get(like)), ...Object.fromEntries(own) });
    tables.set(name!, Object.fromEntries(all.filter(([, what]) => what !== '.')));
  }
  return tables;
}
