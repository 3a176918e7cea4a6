import type { Device } from '../../src/base/device.ts';
import { openEconn, reincarnate, type Econn } from '../../src/econn/index.ts';
import type { Configuration } from './configuration.ts';

/** How a device comes into the world, and into it again. */
export class Lives {
  readonly #configuration: Configuration;
  readonly #self: Device;

  constructor(configuration: Configuration, position: number) {
    this.#configuration = configuration;
    this.#self = configuration.devices[position]!.self;
  }

  /** Without any memory. */
  newborn(life: number): Econn {
    const peer = this.#configuration.devices.find(({ self }) => self.user !== this.#self.user);
    return openEconn({ self: this.#self, peerUser: peer?.self.user ?? '', incarnation: incarnation(this.#isOne ? 0 : life) });
  }

  /** With a memory that may not be the newest. */
  reborn(econn: Econn, life: number): Econn {
    return this.#isOne ? econn : reincarnate(econn, incarnation(life));
  }

  get #isOne(): boolean {
    return this.#configuration.rules === 'no 7: one incarnation for ever';
  }
}

/** Later lives are greater. */
function incarnation(life: number): string {
  return `i${String(life)}`;
}
