import { paint } from '../commands/paint.ts';
import { wrap } from '../commands/text-width.ts';
import { inMs } from '../commands/wording.ts';
import type { Check, DemoResult } from './result.ts';

/** The outcome as lines of at most `width` columns: each check with its figures, or the step that failed. */
export function summary({ ok, checks, failure, seconds, wallMs, alice, bob }: DemoResult, width = Infinity): string {
  const widest = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.flatMap((check) => row(check, widest, width));
  if (failure !== undefined) lines.push(...wrap(`${paint('red', 'FAIL')}  ${failure.step}: ${failure.because}`, width, VERDICT));
  const setup = alice?.metrics.setup.connected;
  // A demo that stopped early tells only what has happened.
  const figures = [
    ...(failure === undefined ? [`${seconds} s played`] : []),
    ...(setup === undefined ? [] : [`connected ${inMs(setup)} after the answer`]),
    ...(alice?.metrics.roundTripMs === undefined ? [] : [`RTT ${inMs(alice.metrics.roundTripMs)}`]),
    ...(bob === undefined || setup === undefined ? [] : [`${bob.metrics.audio.lost} packets lost`]),
  ];
  const verdict = ok ? paint('green', 'the demo passed') : paint('red', 'the demo failed');
  const headline = `${verdict} ${failure === undefined ? 'in' : 'after'} ${(wallMs / 1000).toFixed(1)} s${figures.length === 0 ? '' : `: ${figures.join(', ')}`}`;
  return ['', ...lines, '', ...wrap(headline, width, 2)].join('\n');
}

/** The details in a column of their own, or below when that would be narrow. */
function row({ name, passed, detail }: Check, widest: number, width: number): readonly string[] {
  const head = `${passed ? paint('green', 'pass') : paint('red', 'FAIL')}  ${name}`;
  const column = VERDICT + widest + 2;
  const below = width - column < NARROW;
  const indent = below ? VERDICT + 2 : column;
  const details = wrap(detail, width - indent).map((line) => paint('dim', line));
  const lines = details.map((line) => ' '.repeat(indent) + line);
  return below ? [head, ...lines] : [`${head}${' '.repeat(column - VERDICT - name.length)}${details[0]}`, ...lines.slice(1)];
}

/** `pass  ` */
const VERDICT = 6;
const NARROW = 24;
