import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP; a later one ends the process at once. Returns the
 * function that stops listening.
 */
export function onStopSignal(stop: () => void): () => void {
  let askedAt: number | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      stop();
    } else if (performance.now() - askedAt > SAME_WISH) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Reads lines from standard input until it ends or the returned function is called, which lets the process exit. */
export function onInputLine(line: (text: string) => void, ended: () => void): () => void {
  const reader = createInterface({ input: process.stdin });
  let stopped = false;
  reader.on('line', (text) => line(text));
  reader.on('close', () => {
    if (!stopped) ended();
  });
  return () => {
    stopped = true;
    reader.close();
    process.stdin.destroy();
  };
}

/** Milliseconds. One Ctrl-C arrives up to three times when npm and a loader stand in between and pass it on. */
const SAME_WISH = 500;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
