import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Programs that tests need and npm does not have, with the Debian package that holds each. */
export const SYSTEM_TOOLS = {
  chromium: { programs: ['chromium', 'chromium-browser', 'google-chrome'], setting: 'CALLCORE_CHROMIUM', debian: 'chromium' },
  turnserver: { programs: ['turnserver'], setting: 'CALLCORE_TURNSERVER', debian: 'coturn' },
} as const;

export type SystemTool = keyof typeof SYSTEM_TOOLS;

/** A program is missing and could not be installed; the message holds the command that does it. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError' as const;
}

/**
 * Where a program is. Looks at its environment variable, then along PATH; a missing one is installed where we may,
 * that is as root on Debian. Throws {@link MissingToolError} otherwise: a test that needs a tool never passes without it.
 */
export async function systemTool(tool: SystemTool): Promise<string> {
  return (await findSystemTool(tool)) ?? (await install(tool));
}

export async function findSystemTool(tool: SystemTool): Promise<string | undefined> {
  const { programs, setting } = SYSTEM_TOOLS[tool];
  const named = process.env[setting];
  if (named !== undefined) {
    if (await runs(named)) return named;
    throw new MissingToolError(`${setting} names ${named}, which cannot be run: correct it, or leave it away`);
  }
  const places = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => programs.map((program) => join(folder, program)));
  for (const place of places) if (await runs(place)) return place;
  return undefined;
}

async function install(tool: SystemTool): Promise<string> {
  const { programs, debian } = SYSTEM_TOOLS[tool];
  const remedy = `apt-get update && apt-get install -y --no-install-recommends ${debian}`;
  if (process.getuid?.() !== 0) throw new MissingToolError(`${tool} is not installed: sudo sh -c '${remedy}'`);
  const missing = `command -v ${programs[0]} >/dev/null`;
  try {
    // One installation at a time, whichever test worker asks for it; the next one finds it done.
    await promisify(execFile)('flock', [join(tmpdir(), 'callcore-system-tools.lock'), 'sh', '-c', `${missing} || { ${remedy}; }`], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (problem) {
    throw new MissingToolError(`${tool} is not installed, and installing it failed (${lastLine(problem)}): ${remedy}`, { cause: problem });
  }
  const found = await findSystemTool(tool);
  if (found === undefined) throw new MissingToolError(`${debian} is installed and has no ${programs.join(' or ')} on PATH`);
  return found;
}

async function runs(program: string): Promise<boolean> {
  return access(program, constants.X_OK).then(() => true, () => false);
}

function lastLine(problem: unknown): string {
  const told = typeof problem === 'object' && problem !== null && 'stderr' in problem ? String(problem.stderr) : '';
  return told.trim().split('\n').at(-1) || String(problem);
}
