import { parseArgs } from 'node:util';
import { readSeconds } from './arguments.ts';
import { EXIT, type Command } from './command.ts';

export const demo: Command = {
  name: 'demo', summary: '', help: '', async run(args) { parseArgs({args:[...args]}); readSeconds(undefined,''); return EXIT.ok; },
};
