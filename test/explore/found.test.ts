import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS, NIGHTLY } from '../../tools/explore/configurations.ts';
import { replayTrace } from '../../tools/explore/replay-trace.ts';
import type { RuleVariant } from '../../tools/explore/rule-variants.ts';
import type { Trace } from '../../tools/explore/trace.ts';

const FOLDER = new URL('../traces/', import.meta.url);
const TRACES = readdirSync(FOLDER).filter((name) => name.endsWith('.trace.json'));

describe('what the explorer found once', () => {
  it.each(TRACES)('%s goes wrong under the rules of then, and not under those of now', (name) => {
    const trace = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Trace;
    const configuration = [...CONFIGURATIONS, ...NIGHTLY].find((each) => each.name === trace.configuration)!;
    expect(replayTrace({ ...configuration, rules: trace.rules as RuleVariant }, trace)).toMatchObject({ steps: trace.steps.length, wrong: trace.wrong });
    expect(replayTrace(configuration, trace).wrong).toBeUndefined();
  });
});
