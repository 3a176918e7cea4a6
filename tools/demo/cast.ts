import { join } from 'node:path';
import type { BackendEvent } from '../commands/backend.ts';
import { DemoProcess } from './child-process.ts';
import { DemoPeer } from './demo-peer.ts';
import { demoFiles } from './media-files.ts';
import type { Stage } from './stage.ts';

/** The three processes of the demo. None of them outlives it. */
export class Cast {
  readonly recording: string;
  readonly #stage: Stage;
  readonly #changed: () => void;
  readonly #processes: DemoProcess[] = [];
  #leaving = false;
  #url: string | undefined;
  #alice: DemoPeer | undefined;
  #bob: DemoPeer | undefined;

  constructor(directory: string, stage: Stage, changed: () => void) {
    this.recording = join(directory, 'bob.ogg');
    this.#stage = stage;
    this.#changed = () => {
      stage.look();
      changed();
    };
    process.on('exit', this.#kill);
  }

  get url(): string | undefined {
    return this.#url;
  }

  get alice(): DemoPeer | undefined {
    return this.#alice;
  }

  get bob(): DemoPeer | undefined {
    return this.#bob;
  }

  get processes(): readonly DemoProcess[] {
    return this.#processes;
  }

  startBackend(): void {
    const relay = new DemoProcess('backend', ['backend', '--port', '0', '--json'], (text) => {
      if (!text.startsWith('{"type":"listening"')) return;
      this.#url = (JSON.parse(text) as BackendEvent).url;
      this.#changed();
    });
    this.#watch(relay);
  }

  startBob(): DemoPeer {
    const { clock } = demoFiles();
    return (this.#bob = this.#start('Bob', ['answer', '--as', 'bob/laptop', '--once', '--tone', '--video', clock, '--record', this.recording]));
  }

  startAlice(seconds: number): DemoPeer {
    const { speech, clock } = demoFiles();
    return (this.#alice = this.#start('Alice', ['call', 'bob', '--as', 'alice/phone', '--play', speech, '--play-seconds', String(seconds), '--video', clock]));
  }

  /** From here on it is no accident when one of them ends, as long as it ends well. */
  leaving(): void {
    this.#leaving = true;
  }

  /** Kills those that still run, and waits until all are gone. */
  async close(): Promise<void> {
    this.#leaving = true;
    this.#kill();
    await Promise.all(this.#processes.map(({ gone }) => gone));
    process.off('exit', this.#kill);
  }

  #start(name: string, args: readonly string[]): DemoPeer {
    const peer = new DemoPeer(name, [...args, '--backend', this.#url ?? ''], this.#changed);
    this.#watch(peer.process);
    return peer;
  }

  #watch(child: DemoProcess): void {
    this.#processes.push(child);
    void child.gone.then((how) => {
      if (!this.#leaving || child.exitCode !== 0) this.#stage.break(`${child.name} ${how}${child.complaints === '' ? '' : `\n${child.complaints}`}`);
      this.#changed();
    });
  }

  readonly #kill = (): void => {
    for (const child of this.#processes) child.kill();
  };
}
