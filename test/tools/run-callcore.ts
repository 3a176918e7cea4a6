import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

export type Running = {
  readonly pid: number;
  /** Resolves with the first match in what it printed so far or prints later; rejects when it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  say(line: string): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<Ran>;
};

/** Runs the command line as a user does. One that does not end within `limit` milliseconds is killed: its code is null. */
export function callcore(args: readonly string[], { limit = 55_000, env = {} }: { readonly limit?: number; readonly env?: NodeJS.ProcessEnv } = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const killer = setTimeout(() => child.kill('SIGKILL'), limit);
  const text = { out: '', err: '' };
  const looking = new Set<() => void>();
  child.stdout.on('data', (data: Buffer) => {
    text.out += data.toString();
    for (const look of looking) look();
  });
  child.stderr.on('data', (data: Buffer) => {
    text.err += data.toString();
    for (const look of looking) look();
  });
  const ended = new Promise<Ran>((resolve) => {
    child.on('close', (code) => {
      clearTimeout(killer);
      resolve({ code, ...text });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    say: (line) => void child.stdin.write(`${line}\n`),
    signal: (name) => void child.kill(name),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.out) ?? pattern.exec(text.err);
          if (match === null) return;
          looking.delete(look);
          resolve(match);
        };
        looking.add(look);
        look();
        void ended.then(({ code }) => reject(new Error(`ended with code ${code} without printing ${String(pattern)}:\n${text.out}\n${text.err}`)));
      }),
  };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = fileURLToPath(new URL('../../tools/cli.ts', import.meta.url));
