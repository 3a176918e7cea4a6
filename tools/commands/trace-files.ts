import { readFile } from 'node:fs/promises';
import { TraceFormatError, type TraceBundle } from '../../src/trace/index.ts';
import { readTrace } from '../traces/read-trace.ts';
import { CommandError } from './command.ts';
import { readProblem } from './files.ts';

/** Rejects with `CommandError` when the file cannot be read or is no trace. */
export async function readTraceFile(path: string): Promise<TraceBundle> {
  const text = await readFile(path, 'utf8').catch((problem: unknown) => {
    throw readProblem(path, problem);
  });
  try {
    return readTrace(text);
  } catch (problem) {
    if (problem instanceof TraceFormatError) throw new CommandError(`${path}: ${problem.message}`);
    throw problem;
  }
}
