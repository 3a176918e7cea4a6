import { createStore, delMany, get, keys, set } from 'idb-keyval';

/** What the page keeps between visits, by name. */
export type Kept = {
  readonly profile: { readonly name: string; readonly device: string; readonly token: string };
  /** `DeviceKeys.save()`: secret. */
  readonly keys: unknown;
  /** `SealedChannel.save()`: who has which key, and what was read already. */
  readonly channel: unknown;
  /** A `SavedEngine`: calls and marks. */
  readonly calls: unknown;
  readonly contacts: readonly string[];
  readonly missed: readonly MissedCall[];
  readonly devices: ChosenDevices;
};

/** `at` in milliseconds since 1970. */
export type MissedCall = { readonly user: string; readonly at: number };

/** Ids of `listDevices`; what is absent is the system's choice. */
export type ChosenDevices = { readonly microphone?: string; readonly camera?: string; readonly loudspeaker?: string };

/** The page's part of IndexedDB. */
export class Vault {
  readonly #store = createStore('callcore', 'kept');

  async read<N extends keyof Kept>(name: N): Promise<Kept[N] | undefined> {
    return get<Kept[N]>(name, this.#store);
  }

  async write<N extends keyof Kept>(name: N, value: Kept[N]): Promise<void> {
    await set(name, value, this.#store);
  }

  /** Signs out: nothing is left. */
  async clear(): Promise<void> {
    await delMany(await keys(this.#store), this.#store);
  }
}
