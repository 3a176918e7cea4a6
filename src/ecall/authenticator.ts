import type { Entropy } from '../base/entropy.ts';
import type { Pledge } from '../econn/index.ts';
import type { BackendChannel } from '../transport/index.ts';
import { authenticationString, drawPledge, keepsPromise } from './authentication-string.ts';
import type { SharedPledges } from './port.ts';

export type Verdict =
  /** What both users should see alike. */
  | { readonly type: 'code'; readonly code: readonly string[] }
  /** The caller did not keep what it had committed to. */
  | { readonly type: 'broken' }
  /** There are no long-term keys or certificates to bind a string to. */
  | { readonly type: 'nothing-to-bind' };

/** Makes pledges of ours and judges what both sides brought, by the identities that the channel knows. */
export class Authenticator {
  readonly #channel: BackendChannel;
  readonly #entropy: Entropy;

  constructor(channel: BackendChannel, entropy: Entropy) {
    this.#channel = channel;
    this.#entropy = entropy;
  }

  draw(): Pledge {
    return drawPledge(this.#entropy.bytes(16));
  }

  judge(pledges: SharedPledges): Verdict {
    if (!keepsPromise(pledges)) return { type: 'broken' };
    const [caller, callee] = [this.#channel.identityOf?.(pledges.caller), this.#channel.identityOf?.(pledges.callee)];
    if (caller === undefined || callee === undefined) return { type: 'nothing-to-bind' };
    const code = authenticationString(pledges, { caller, callee });
    return code === undefined ? { type: 'nothing-to-bind' } : { type: 'code', code };
  }
}
