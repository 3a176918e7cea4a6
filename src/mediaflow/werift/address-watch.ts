import { networkInterfaces } from 'node:os';

/** Replaced by tests, and by who must look more rarely. */
export type AddressWatchOptions = {
  /** Milliseconds between two looks; one takes some 50 µs. */
  readonly every?: number;
  readonly addresses?: () => readonly string[];
};

/**
 * A network watch for Node: tells when an address of this machine is gone, or has come while it had none. Another
 * one beside those in use (a VPN, a container) is no reason to move calls to it. Keeps no process from ending.
 */
export function addressWatch({ every = 1_000, addresses = ownAddresses }: AddressWatchOptions = {}): (changed: () => void) => () => void {
  return (changed) => {
    let known = new Set(addresses());
    const timer = setInterval(() => {
      const current = new Set(addresses());
      const moved = [...known].some((address) => !current.has(address)) || (known.size === 0 && current.size > 0);
      known = current;
      // Without any address there is nothing to move to: the next one will tell.
      if (moved && current.size > 0) changed();
    }, every);
    timer.unref();
    return () => clearInterval(timer);
  };
}

/** Link-local addresses say nothing of a network. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address)).map(({ address }) => address);
}
