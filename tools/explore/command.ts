import type { Command } from '../commands/command.ts';
import { explore as run, EXPLORE_HELP } from './main.ts';

/** `callcore explore`. */
export const explore: Command = {
  name: 'explore',
  summary: 'walks through everything that can happen between devices',
  help: EXPLORE_HELP,
  run,
};
