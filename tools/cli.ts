#!/usr/bin/env node
import { run } from './commands/run.ts';

// Nobody reads on, as in `callcore call … | head`: what was begun is ended as with Ctrl-C.
let readers = true;
process.stdout.on('error', () => {
  if (readers) process.kill(process.pid, 'SIGTERM');
  readers = false;
});

process.exitCode = await run(process.argv.slice(2));
