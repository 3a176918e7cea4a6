import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Weather } from './weather.ts';

const run = promisify(execFile);

/** Where the backend of these namespaces listens; both sides have a way to it. */
export const MIDDLE = '10.77.1.1';

/** Whether namespaces can be made here, and whether this kernel can delay and lose packets by itself. */
export async function namespaceSupport(): Promise<'none' | 'namespaces' | 'netem'> {
  if (process.getuid?.() !== 0) return 'none';
  const name = `callcore-try-${process.pid}`;
  try {
    await ip('netns', 'add', name);
  } catch {
    return 'none';
  }
  try {
    return await run('ip', ['netns', 'exec', name, 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms']).then(() => 'netem' as const, () => 'namespaces' as const);
  } finally {
    await ip('netns', 'del', name);
  }
}

/**
 * Two machines, `left` and `right`, each behind a link of its own to `middle`, which forwards: network namespaces
 * of the kernel, with addresses that can really be taken away. Needs root and iproute2.
 */
export class Namespaces {
  readonly #prefix = `cc${process.pid}`;
  #address = 2;

  static async make(): Promise<Namespaces> {
    const made = new Namespaces();
    const name = made.#name;
    for (const place of ['left', 'middle', 'right'] as const) {
      await ip('netns', 'add', name(place));
      await ip('-n', name(place), 'link', 'set', 'lo', 'up');
    }
    await run('ip', ['netns', 'exec', name('middle'), 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']);
    for (const [index, place] of [['1', 'left'], ['2', 'right']] as const) {
      // werift takes no address of an interface that is named as a virtual one.
      await ip('link', 'add', 'eth0', 'netns', name(place), 'type', 'veth', 'peer', 'name', place, 'netns', name('middle'));
      await ip('-n', name('middle'), 'addr', 'add', `10.77.${index}.1/24`, 'dev', place);
      await ip('-n', name('middle'), 'link', 'set', place, 'up');
      await ip('-n', name(place), 'addr', 'add', `10.77.${index}.2/24`, 'dev', 'eth0');
      await ip('-n', name(place), 'link', 'set', 'eth0', 'up');
      await ip('-n', name(place), 'route', 'add', 'default', 'via', `10.77.${index}.1`);
    }
    return made;
  }

  /** Runs a program of ours there. */
  spawn(place: Place, program: URL, ...args: readonly string[]): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.#name(place), process.execPath, '--import', 'tsx', fileURLToPath(program), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** `left` loses its address and has another one. */
  async move(): Promise<void> {
    const [old, next] = [this.#address, this.#address + 1];
    this.#address = next;
    const left = this.#name('left');
    await ip('-n', left, 'addr', 'del', `10.77.1.${old}/24`, 'dev', 'eth0');
    await ip('-n', left, 'addr', 'add', `10.77.1.${next}/24`, 'dev', 'eth0');
    await ip('-n', left, 'route', 'replace', 'default', 'via', '10.77.1.1');
  }

  /** The link of `left` at its other end, where `left` does not see it. */
  async cut(cut: boolean): Promise<void> {
    await run('ip', ['netns', 'exec', this.#name('middle'), 'sysctl', '-q', '-w', `net.ipv4.ip_forward=${cut ? 0 : 1}`]);
    // What goes to the backend is not forwarded.
    await ip('-n', this.#name('middle'), 'route', cut ? 'add' : 'del', 'blackhole', '10.77.1.0/25');
    await ip('-n', this.#name('middle'), 'route', cut ? 'add' : 'del', 'blackhole', '10.77.1.128/25');
  }

  /** By netem, in both directions of each link. */
  async shape({ roundTrip, loss }: Weather): Promise<void> {
    for (const link of ['left', 'right']) {
      await run('ip', ['netns', 'exec', this.#name('middle'), 'tc', 'qdisc', 'replace', 'dev', link, 'root', 'netem', 'delay', `${roundTrip / 2}ms`, 'loss', `${loss * 100}%`]);
    }
  }

  async remove(): Promise<void> {
    for (const place of ['left', 'middle', 'right'] as const) await ip('netns', 'del', this.#name(place)).catch(() => {});
  }

  readonly #name = (place: Place): string => `${this.#prefix}-${place}`;
}

export type Place = 'left' | 'middle' | 'right';

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', [...args]);
}
