import { Worker } from 'node:worker_threads';

/**
 * Sees from another thread when one input is not done with after {@link LIMIT_S} seconds of CPU: writes it to
 * `path`, says so, and ends the process, which nothing in its own thread could do.
 */
export class HangWatch {
  readonly #count = new Int32Array(new SharedArrayBuffer(8));
  readonly #bytes: Uint8Array;
  readonly #worker: Worker;

  constructor(path: string, longest: number) {
    const memory = new SharedArrayBuffer(longest);
    this.#bytes = new Uint8Array(memory);
    this.#worker = new Worker(WATCHER, { eval: true, workerData: { count: this.#count, bytes: this.#bytes, path, limitMicros: LIMIT_S * 1e6 }, execArgv: [] });
    this.#worker.unref();
  }

  /** This input is fed from here on. */
  feeds(input: Uint8Array): void {
    const size = Math.min(input.length, this.#bytes.length);
    this.#bytes.set(input.subarray(0, size));
    Atomics.store(this.#count, 1, size);
    Atomics.add(this.#count, 0, 1);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const LIMIT_S = 10;

const WATCHER = `
const { workerData: { count, bytes, path, limitMicros } } = require('node:worker_threads');
const { writeFileSync, mkdirSync } = require('node:fs');
let seen = -1, cpu = process.cpuUsage();
setInterval(() => {
  const now = Atomics.load(count, 0);
  if (now !== seen) { seen = now; cpu = process.cpuUsage(); return; }
  const { user, system } = process.cpuUsage(cpu);
  if (user + system < limitMicros) return;
  mkdirSync(require('node:path').dirname(path), { recursive: true });
  writeFileSync(path, Buffer.from(bytes.slice(0, Atomics.load(count, 1))));
  process.stderr.write('an input hangs: ' + path + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 500);
`;
