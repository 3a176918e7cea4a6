import type { TraceBundle } from '../../src/trace/index.ts';

/** The trace with one text put for another wherever it stands. */
export function replaced(bundle: TraceBundle, was: string, is: string): TraceBundle {
  return JSON.parse(JSON.stringify(bundle).replaceAll(JSON.stringify(was), JSON.stringify(is))) as TraceBundle;
}
