import type { ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Report } from './namespace-peer.ts';
import { MIDDLE, Namespaces } from './namespaces.ts';
import type { Trouble } from './trial.ts';
import type { Weather } from './weather.ts';

/** How the calls learn of another network: from the app, from the engine's own watch, or from silence. */
export type Learning = 'told' | 'watched' | 'silent';

export type NamespaceResult = {
  /** Milliseconds until both ends of a call heard each other, one for each call and trouble; `Infinity`: never. */
  readonly back: readonly number[];
  readonly sameCall: boolean;
  readonly stillMuted: boolean;
};

/** Some calls between two namespaces, through the same trouble again and again. `weather`: needs netem. */
export async function troubleNamespaces(calls: number, times: number, trouble: Trouble, learning: Learning, weather?: Weather): Promise<NamespaceResult> {
  const world = await Namespaces.make();
  const started: ChildProcess[] = [];
  const start = async (...[place, program, ...args]: Parameters<Namespaces['spawn']>): Promise<Side> => {
    const child = world.spawn(place, program, ...args);
    started.push(child);
    return new Side(child);
  };
  try {
    if (weather !== undefined) await world.shape(weather);
    const backend = await start('middle', new URL('namespace-backend.ts', import.meta.url), MIDDLE);
    const url = await backend.line();
    const peer = new URL('namespace-peer.ts', import.meta.url);
    const watch = learning === 'watched' ? 'watch' : 'blind';
    const [left, right] = await Promise.all([start('left', peer, url, 'left', String(calls), watch), start('right', peer, url, 'right', String(calls), watch)]);
    await Promise.all([left.line(), right.line()]);
    left.say('call');
    await Promise.all([left.line(), right.line()]);

    const back: number[] = [];
    let reports: readonly Report[] = [];
    for (let time = 0; time < times; time++) {
      await pause(2_000);
      if (trouble.type === 'moved') await world.move();
      else {
        await world.cut(true);
        await pause(trouble.seconds * 1_000);
        await world.cut(false);
      }
      const from = monotonic();
      if (learning === 'told') for (const side of trouble.type === 'moved' ? [left] : [left, right]) side.say('changed');
      for (const side of [left, right]) side.say(`heard ${from + SETTLED_MS}`);
      reports = await Promise.all([left, right].map(async (side) => JSON.parse(await side.line()) as Report));
      for (let call = 0; call < calls; call++) back.push(Math.max(...reports.map(({ heardAt }) => (heardAt[call] ?? Infinity) - from)));
    }
    const [caller, callee] = reports;
    return {
      back,
      sameCall: caller?.rang === 0 && callee?.rang === calls && reports.every(({ connected, states }) => connected === calls && !states.includes('ended')),
      stillMuted: callee?.spoke === 0 && reports.every(({ muted }) => muted),
    };
  } finally {
    for (const child of started) child.stdin?.end();
    await Promise.race([Promise.all(started.map(async (child) => new Promise((ended) => child.once('exit', ended)))), pause(5_000)]);
    for (const child of started) child.kill('SIGKILL');
    await world.remove();
  }
}

/** A program that is told and tells in lines. */
class Side {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error('a program that is listened to has an output');
    this.#child = child;
    this.#reader = createInterface({ input: child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`a program ended early, with code ${this.#child.exitCode}`);
    return value;
  }

  say(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }
}

/** What had arrived before and was not read yet is no sign of a path. */
const SETTLED_MS = 100;

function monotonic(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

function pause(span: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, span));
}
