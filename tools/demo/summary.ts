import { paint } from '../commands/paint.ts';
import { inMs } from '../commands/wording.ts';
import type { DemoResult } from './result.ts';

/** The outcome as lines for a person: each check with its figures, or the step that failed. */
export function summary({ ok, checks, failure, seconds, wallMs, alice, bob }: DemoResult): string {
  const widest = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, passed, detail }) => `${passed ? paint('green', 'pass') : paint('red', 'FAIL')}  ${name.padEnd(widest)}  ${paint('dim', detail)}`);
  if (failure !== undefined) lines.push(`${paint('red', 'FAIL')}  ${failure.step}: ${failure.because}`);
  const setup = alice?.metrics.setup.connected;
  const figures = [
    `${seconds} s played`,
    ...(setup === undefined ? [] : [`connected ${inMs(setup)} after the answer`]),
    ...(alice?.metrics.roundTripMs === undefined ? [] : [`RTT ${inMs(alice.metrics.roundTripMs)}`]),
    ...(bob === undefined ? [] : [`${bob.metrics.audio.lost} packets lost`]),
  ];
  return ['', ...lines, '', `${ok ? paint('green', 'the demo passed') : paint('red', 'the demo failed')} in ${(wallMs / 1000).toFixed(1)} s: ${figures.join(', ')}`].join('\n');
}
