import { writeFile } from 'node:fs/promises';
import { instant } from '../../src/base/units.ts';
import { systemClock, type Call } from '../../src/index.ts';
import { bundleOf, type TraceBundle } from '../../src/trace/index.ts';
import { writeProblem } from './files.ts';

/**
 * Writes what happened to a call, by the backend's clock, so that the other side's file goes with it. Names, ids,
 * addresses and descriptions are taken out. Rejects with `CommandError` when it cannot be written.
 */
export async function writeCallTrace(path: string, call: Call, backendNow: number): Promise<void> {
  const ahead = backendNow - systemClock.now();
  const { initial, entries } = call.trace();
  const onBackendTime = entries.map((entry) => ({ ...entry, at: instant(Math.round((entry.at + ahead) * 1000) / 1000) }));
  const bundle: TraceBundle = bundleOf({ version: 1, initial, entries: onBackendTime }, call.direction === 'outgoing' ? 'caller' : 'callee', 'A call');
  await writeFile(path, `${JSON.stringify(bundle)}\n`).catch((problem: unknown) => {
    throw writeProblem(path, problem);
  });
}
