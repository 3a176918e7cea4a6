import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../commands/command.ts';

/** What the demo plays: seventeen seconds of speech, and a clock in VP8. */
export function demoFiles(): { readonly speech: string; readonly clock: string } {
  return { speech: find('alice.opus'), clock: find('clock-vp8.ivf') };
}

/** Beside this module; a build of a checkout leaves the files where they were. */
function find(name: string): string {
  const places = [`./media/${name}`, `../../../tools/demo/media/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new CommandError(`the demo's file ${name} is missing: run the demo from a checkout`);
  return found;
}
