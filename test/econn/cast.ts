import type { Device } from '../../src/base/device.ts';
import type { OfferId } from '../../src/econn/index.ts';

// Alice calls Bob. Her ids order below his: in a glare she loses. Mallory is of no conversation of theirs.

export const a1: Device = { user: 'alice', device: 'a1' };
export const a2: Device = { user: 'alice', device: 'a2' };
export const b1: Device = { user: 'bob', device: 'b1' };
export const b2: Device = { user: 'bob', device: 'b2' };
export const s1: Device = { user: 'mallory', device: 's1' };

export const LIFE = '000000001-00';
export const LATER_LIFE = '000000002-00';

/** The offer with this number that the device made. */
export function offer(device: Device, counter: number, incarnation = LIFE): OfferId {
  return { user: device.user, device: device.device, incarnation, counter };
}
