import { constants, statSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { CommandError } from './command.ts';

/** Says in a sentence why a file cannot be read, or what its reader found in it. */
export function readProblem(path: string, problem: unknown): CommandError {
  switch (codeOf(problem)) {
    case 'ENOENT':
      return new CommandError(`there is no file ${path}`);
    case 'EISDIR':
      return new CommandError(`${path} is a folder: name a file`);
    case 'EACCES':
      return new CommandError(`${path} cannot be read: permission denied`);
    default:
      return new CommandError(`${path}: ${messageOf(problem)}`);
  }
}

/** Says in a sentence why a file cannot be written. */
export function writeProblem(path: string, problem: unknown): CommandError {
  switch (codeOf(problem)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CommandError(`there is no folder ${dirname(path)}`);
    case 'EISDIR':
      return new CommandError(`${path} is a folder: name a file`);
    case 'EACCES':
    case 'EROFS':
      return new CommandError(`${path} cannot be written: permission denied`);
    default:
      return new CommandError(`${path}: ${messageOf(problem)}`);
  }
}

/** Rejects with `CommandError` when a file cannot be written there. Makes and changes none. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const there = await stat(path).catch((problem: unknown) => {
      if (codeOf(problem) === 'ENOENT') return undefined;
      throw problem;
    });
    if (there?.isDirectory() === true) throw new CommandError(`${path} is a folder: name a file`);
    await access(there === undefined ? dirname(path) : path, constants.W_OK);
  } catch (problem) {
    throw problem instanceof CommandError ? problem : writeProblem(path, problem);
  }
}

/** `heard.ogg`, `heard-2.ogg`, …: the file of the first, second, … of several. A device such as /dev/null takes them all. */
export function numbered(path: string, count: number): string {
  const { dir, name, ext } = parse(path);
  return count === 1 || statSync(path, { throwIfNoEntry: false })?.isFile() === false ? path : join(dir, `${name}-${count}${ext}`);
}

function codeOf(problem: unknown): string {
  return problem instanceof Error && 'code' in problem ? String(problem.code) : '';
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
