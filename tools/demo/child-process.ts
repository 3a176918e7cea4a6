import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A process of the demo's: this same program under another command. */
export class DemoProcess {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #complaints: string[] = [];
  /** Resolves when it is gone and all that it printed was read. */
  readonly gone: Promise<string>;
  #exitCode: number | undefined;

  constructor(name: string, args: readonly string[], line: (text: string) => void) {
    this.name = name;
    const [, program = ''] = process.argv;
    // The same loader as ours, so that sources run as sources; a debugger's port cannot be shared.
    const loader = process.execArgv.filter((option) => !option.startsWith('--inspect'));
    this.#child = spawn(process.execPath, [...loader, program, ...args, '--follow-stdin'], { stdio: ['pipe', 'pipe', 'pipe'] });
    createInterface({ input: this.#child.stdout }).on('line', line);
    createInterface({ input: this.#child.stderr }).on('line', (text) => {
      this.#complaints.push(text);
      if (this.#complaints.length > COMPLAINTS_KEPT) this.#complaints.shift();
    });
    // A command to a process that died: its end is told by `gone`.
    this.#child.stdin.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      this.#child.once('error', (problem) => resolve(problem.message));
      this.#child.once('close', (code, signal) => {
        this.#exitCode = code ?? undefined;
        resolve(signal === null ? `exited with code ${code}` : `was killed by ${signal}`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** `undefined` while it runs and when a signal killed it. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** The last lines of its standard error. */
  get complaints(): string {
    return this.#complaints.join('\n');
  }

  say(command: string): void {
    this.#child.stdin.write(`${command}\n`);
  }

  /** It may end by itself: it is told that nobody will write to it any more. */
  dismiss(): void {
    this.#child.stdin.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const COMPLAINTS_KEPT = 12;
