import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { createDeviceKeys, LoopbackHub, type IdentityChange, type Parcel, type Refusal } from '../../src/transport/index.ts';
import { ALICE, BOB, listen } from './people.ts';

/** Alice and Bob on a hub in calm weather and virtual time; what the backend sees, what Bob hears and refuses. */
export async function world(options: { readonly onIdentityChange?: (change: IdentityChange) => 'accept' | 'refuse' } = {}) {
  const clock = new VirtualTime();
  const hub = new LoopbackHub({ clock });
  const refusals: Refusal[] = [];
  const parcels: Parcel[] = [];
  hub.tap((parcel) => parcels.push(parcel));
  const keys = await createDeviceKeys({ clock });
  const alice = await hub.channel(ALICE, options);
  const bob = await hub.channel(BOB, { ...options, keys, onRefused: (because) => refusals.push(because) });
  const heard = listen(bob);
  return { hub, clock, alice, bob, keys, heard, refusals, parcels };
}
