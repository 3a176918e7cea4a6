import { readdirSync, readFileSync } from 'node:fs';
import { assert, constantFrom, jsonValue, nat, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBundle, replayBundle, TraceFormatError } from '../../src/trace/index.ts';
import { storyOf } from '../../tools/explain/story/story.ts';
import { knownBugs } from '../../tools/corpus/corpus.ts';
import { readTrace } from '../../tools/traces/read-trace.ts';
import { rulebook } from '../../tools/traces/rulebook.ts';
import { talking } from '../ecall/pair.ts';
import { seed } from '../seed.ts';
import { randomRun } from './random-run.ts';

const FOUND = new URL('../traces/', import.meta.url);

describe('a trace file', () => {
  it('O06 is what an app gets when it writes down call.trace()', async () => {
    const { call } = await talking();

    const bundle = readBundle(JSON.stringify(call.trace()));

    expect(bundle.devices).toHaveLength(1);
    expect(replayBundle(bundle)).toEqual({ steps: call.trace().entries.length, difference: undefined });
  });

  it.each(readdirSync(FOUND).filter((name) => name.endsWith('.trace.json')))('may be a way of the explorer: %s', (name) => {
    const bundle = readTrace(readFileSync(new URL(name, FOUND), 'utf8'));

    expect(replayBundle(readBundle(JSON.stringify(bundle)), rulebook)).toMatchObject({ difference: undefined });
    expect(bundle.notes.at(-1)).toMatchObject({ kind: 'wrong' });
  });

  it.each(knownBugs().map((bug) => [bug.name, bug] as const))('may be a known bug of another engine, by its rule: %s', (_name, bug) => {
    const bundle = readTrace(JSON.stringify(bug));

    expect(replayBundle(readBundle(JSON.stringify(bundle)), rulebook)).toMatchObject({ difference: undefined });
    expect(bundle.notes.map(({ text }) => text)).toContain(bug.wrong);
    expect(storyOf(bundle, rulebook).moments.at(-1)).toMatchObject({ problem: expect.any(String) as string });
  });

  it.each([
    ['', 'not JSON'], ['[]', 'not an object'], ['{"format":"jpeg"}', 'another kind'], ['{"version":2}', 'another version'], ['{"version":1}', 'initial'], ['{"version":1,"initial":null,"entries":[]}', 'initial'],
    ['{"format":"callcore-trace","version":1,"title":"x","clock":"ms","devices":[],"notes":[]}', 'devices'],
    ['{"version":1,"configuration":"9+9","rules":"ours","wrong":"x","devices":[],"steps":[]}', 'no configuration'],
    ['{"version":1,"name":"x","source":"","scenario":"","rule":"toString","wrong":"x","devices":["a1"],"steps":[]}', 'no engine of the corpus'],
    ['{"version":1,"name":"x","source":"","scenario":"","rule":"both win","wrong":"x","devices":["a1"],"steps":[{"event":"b1 calls","says":[],"states":[]}]}', 'nobody on the stage'],
    ['{"version":1,"configuration":"1+1","rules":"none","wrong":"x","devices":[],"steps":[]}', 'no rules'],
    ['{"version":1,"configuration":"1+1","rules":"ours","wrong":"x","devices":[],"steps":[{"device":"a1","event":"flies away","sent":[],"states":[]}]}', 'cannot happen'],
  ])('says what is wrong with %s', (text, because) => {
    expect(() => readTrace(text)).toThrow(TraceFormatError);
    expect(() => readTrace(text)).toThrow(because);
  });

  it('says where it is wrong', () => {
    const bundle = JSON.parse(JSON.stringify(randomRun(seed))) as { devices: { parts: { entries: { input: { type: string } }[] }[] }[] };
    bundle.devices[0]!.parts[0]!.entries[2]!.input = { type: 'fly' };

    expect(() => readBundle(JSON.stringify(bundle))).toThrow(/^devices\.0\.parts\.0\.entries\.2\.input\.type: /u);
  });

  it('is refused or can be replayed and told, whatever somebody changed in it', () => {
    let refused = 0;
    let replayed = 0;
    assert(
      property(nat(200), nat(100_000), oneof(jsonValue(), constantFrom('', 'idle', 'established', 'ecall', 'SETUP', 0, -1, 1e21, null, [], {})), (run, place, value) => {
        const text = JSON.stringify(changed(randomRun(run), place, value));
        try {
          const bundle = readTrace(text);
          replayBundle(bundle, rulebook);
          storyOf(bundle, rulebook);
          replayed += 1;
        } catch (problem) {
          if (!(problem instanceof TraceFormatError) && !(problem instanceof Error && problem.name === 'UnknownRulesError')) throw problem;
          refused += 1;
        }
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(replayed).toBeGreaterThan(50);
  });
});

/** The same JSON with the value at one of its places replaced. */
function changed(whole: unknown, place: number, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(whole)) as object;
  const places: (readonly [object, string])[] = [];
  const walk = (inner: object): void => {
    for (const [name, entry] of Object.entries(inner)) {
      places.push([inner, name]);
      if (typeof entry === 'object' && entry !== null) walk(entry as object);
    }
  };
  walk(copy);
  const [inner, name] = places[place % places.length]!;
  (inner as Record<string, unknown>)[name] = value;
  return copy;
}
