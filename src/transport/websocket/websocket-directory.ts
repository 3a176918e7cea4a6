import type { DirectoryAnswer, Freshness, KeyDirectory } from '../key-directory.ts';
import type { KeyBundle } from '../signed-prekey.ts';
import type { Requests } from './requests.ts';

/** The directory that the backend at the other end of a connection keeps. */
export class WebSocketDirectory implements KeyDirectory {
  #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async bundles(users: readonly string[], _freshness: Freshness): Promise<DirectoryAnswer> {
    const outcome = await this.#requests.ask((request) => ({ type: 'bundles', request, users }));
    return outcome.type === 'bundles' ? { type: 'found', devices: outcome.devices } : { type: 'unavailable' };
  }

  /** Publishes this device's own keys. */
  async publish(bundle: KeyBundle | undefined): Promise<'published' | 'not-published'> {
    const outcome = await this.#requests.ask((request) => ({ type: 'publish', request, bundle }));
    return outcome.type === 'published' ? 'published' : 'not-published';
  }
}
