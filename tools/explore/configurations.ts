import type { Device } from '../../src/base/device.ts';
import { NOTHING, type Budget, type Configuration, type Resident } from './configuration.ts';

// Alice loses glares, Bob wins them.
const a1: Device = { user: 'alice', device: 'a1' };
const a2: Device = { user: 'alice', device: 'a2' };
const b1: Device = { user: 'bob', device: 'b1' };
const b2: Device = { user: 'bob', device: 'b2' };

const BASE: Omit<Configuration, 'name' | 'about' | 'devices'> = {
  level: 'econn', order: 'any', losses: 0, repeats: 0, settles: 'at once', restores: [], tellCaller: 'when-understood', alike: [], counts: false, canonical: true, tidy: true, judged: 'at rest', rules: 'ours', maxStates: 0,
};

/** Sessions count, so that nothing is left out; between AVS devices the backend keeps order. */
const LEGACY: Partial<Configuration> = { order: 'fifo', canonical: false, tidy: false };

/** Each at its smallest useful size: all together take a minute, and are a test. */
export const CONFIGURATIONS: readonly Configuration[] = [
  world('1+1 fifo', 'each calls once; messages in order', pair({ starts: 1 }, { starts: 1 }), { order: 'fifo' }),
  world('1+1', 'each calls once; messages overtake', pair({ starts: 1 }, { starts: 1 }), {}),
  world('1+1 L1 D1', 'each calls once; one message is lost, one comes twice', pair({ starts: 1 }, { starts: 1 }), { losses: 1, repeats: 1 }),
  world('1+1 quiet', 'as 1+1, but who declines does not tell the caller', pair({ starts: 1 }, { starts: 1 }), { tellCaller: 'never' }),
  world('two callees', 'a1 calls a user with two devices', trio([a1, { starts: 1 }], [b1, {}], [b2, {}]), { alike: [[1, 2]] }),
  world('two callers', 'both of a user’s devices call b1 (BUSY)', trio([a1, { starts: 1 }], [a2, { starts: 1 }], [b1, {}]), { alike: [[0, 1]] }),
  world('renew', 'a1 calls; both renew once', pair({ starts: 1, renews: 1 }, { renews: 1 }), {}),
  world('renew L1', 'a1 calls; both renew once; one message is lost', pair({ starts: 1, renews: 1 }, { renews: 1 }), { losses: 1 }),
  world('flows fail', 'a1 calls; a flow of each fails; a1 renews', pair({ starts: 1, renews: 1, failures: 1 }, { failures: 1 }), {}),
  world('restart caller', 'a1 calls twice and crashes once; b1 calls', pair({ starts: 2, crashes: 1 }, {}), { restores: ['newest', 'older', 'nothing', 'resumes'] }),
  world('restart callee', 'a1 calls; b1 crashes once, and calls', pair({ starts: 1 }, { starts: 1, crashes: 1 }), { restores: ['newest', 'older', 'nothing', 'resumes'] }),
  world('refused', 'each calls once; one message of each is refused', pair({ starts: 1, refusals: 1 }, { starts: 1, refusals: 1 }), { settles: 'later' }),
  world('timers', 'each calls once; a deadline of each expires at any time', pair({ starts: 1, expiries: 1 }, { starts: 1, expiries: 1 }), { settles: 'later' }),
  world('AVS 1+1', 'each calls once, one of them writes no offer ids', [resident(a1, { starts: 1 }), legacy(b1, { starts: 1 })], LEGACY),
  world('AVS 2+2', 'each calls twice, one of them writes no offer ids; messages in order; judged when no deadline is left', [resident(a1, { starts: 2 }), legacy(b1, { starts: 2 })], { ...LEGACY, judged: 'at last' }),
  world('AVS declined', 'b1, which writes no offer ids, calls once and is told when it is declined; messages in order', [resident(a1, {}), legacy(b1, { starts: 1 })], { ...LEGACY, tellCaller: 'always' }),
  world('AVS overtakes', 'a1 calls one that writes no offer ids; messages overtake', [resident(a1, { starts: 1 }), legacy(b1, {})], { ...LEGACY, order: 'any' }),
  world('counted', 'each calls once; one message comes twice; what is said about each call is counted', pair({ starts: 1 }, { starts: 1 }), { repeats: 1, counts: true }),
  world('ecall 1+1', 'each calls once; with flows and slow work', pair({ starts: 1 }, { starts: 1 }), { level: 'ecall' }),
  world('ecall 1+1 L1 D1', 'each calls once; with flows and slow work; one message is lost, one comes twice', pair({ starts: 1 }, { starts: 1 }), { level: 'ecall', losses: 1, repeats: 1 }),
  world('ecall renew', 'a1 calls; both renew once; with flows and slow work', pair({ starts: 1, renews: 1 }, { renews: 1 }), { level: 'ecall' }),
  world('ecall restart', 'each calls; b1 crashes once; with flows and slow work', pair({ starts: 1 }, { starts: 1, crashes: 1 }), { level: 'ecall', restores: ['newest', 'resumes'] }),
  world('ecall restart caller', 'a1 calls twice and crashes once; with flows and slow work', pair({ starts: 2, crashes: 1 }, {}), { level: 'ecall', restores: ['newest', 'nothing', 'resumes'] }),
  world('ecall fails', 'a1 calls and renews; a flow or slow work of each fails', pair({ starts: 1, renews: 1, failures: 1 }, { failures: 1 }), { level: 'ecall' }),
];

/** All of them at full size, for a night. */
export const NIGHTLY: readonly Configuration[] = [
  ...CONFIGURATIONS,
  world('1+1 L2 D2', 'each calls once; two messages are lost, two come twice', pair({ starts: 1 }, { starts: 1 }), { losses: 2, repeats: 2 }),
  world('2+2 fifo', 'each calls twice; messages in order', pair({ starts: 2 }, { starts: 2 }), { order: 'fifo' }),
  world('2+2', 'each calls twice', pair({ starts: 2 }, { starts: 2 }), {}),
  world('2+2 L1 D1', 'each calls twice; one message is lost, one comes twice', pair({ starts: 2 }, { starts: 2 }), { losses: 1, repeats: 1 }),
  world('renew 2', 'each calls and renews once', pair({ starts: 1, renews: 1 }, { starts: 1, renews: 1 }), {}),
  world('renew L1 D1', 'a1 calls; both renew once; one message is lost, one comes twice', pair({ starts: 1, renews: 1 }, { renews: 1 }), { losses: 1, repeats: 1 }),
  world('two callees, one calls', 'a1 calls a user with two devices, one of which calls too', trio([a1, { starts: 1 }], [b1, {}], [b2, { starts: 1 }]), {}),
  world('two callees, all call', 'a1, b1 and b2 call once each', trio([a1, { starts: 1 }], [b1, { starts: 1 }], [b2, { starts: 1 }]), { alike: [[1, 2]] }),
  world('two callees L1 D1', 'a1 calls a user with two devices, one message is lost, one comes twice', trio([a1, { starts: 1 }], [b1, {}], [b2, {}]), { losses: 1, repeats: 1, alike: [[1, 2]] }),
  world('two callers, all call', 'a1, a2 and b1 call once each', trio([a1, { starts: 1 }], [a2, { starts: 1 }], [b1, { starts: 1 }]), { alike: [[0, 1]] }),
  world('restart both', 'each calls and crashes once', pair({ starts: 1, crashes: 1 }, { starts: 1, crashes: 1 }), { restores: ['newest', 'older', 'nothing'] }),
  world('timers 2', 'each calls once; two deadlines of each expire at any time', pair({ starts: 1, expiries: 2 }, { starts: 1, expiries: 2 }), { settles: 'later' }),
  world('ecall 2+2', 'each calls twice; with flows and slow work', pair({ starts: 2 }, { starts: 2 }), { level: 'ecall' }),
  world('ecall renew L1 D1', 'a1 calls; both renew once; with flows and slow work; one message is lost, one comes twice', pair({ starts: 1, renews: 1 }, { renews: 1 }), { level: 'ecall', losses: 1, repeats: 1 }),
  world('ecall restart L1 D1', 'each calls; b1 crashes once; with flows and slow work; one message is lost, one comes twice', pair({ starts: 1 }, { starts: 1, crashes: 1 }), { level: 'ecall', restores: ['newest', 'resumes'], losses: 1, repeats: 1 }),
  world('ecall two callees', 'a1 calls a user with two devices, one of which calls too; with flows and slow work', trio([a1, { starts: 1 }], [b1, {}], [b2, { starts: 1 }]), { level: 'ecall' }),
  world('ecall two callers', 'both of a user’s devices call a device that calls too; with flows and slow work; up to a bound', trio([a1, { starts: 1 }], [a2, { starts: 1 }], [b1, { starts: 1 }]), { level: 'ecall', maxStates: 5_000_000 }),
  world('all at once', 'a1 and b1 call, renew, crash and lose a message; up to a bound', pair({ starts: 1, renews: 1, crashes: 1 }, { starts: 1, renews: 1 }), { losses: 1, repeats: 1, settles: 'later', restores: ['newest', 'resumes'], maxStates: 20_000_000 }),
  world('2+2 L2 D1', 'each calls twice; two messages are lost, one comes twice', pair({ starts: 2 }, { starts: 2 }), { losses: 2, repeats: 1 }),
  world('renew 2 L1 D1', 'each calls and renews once; one message is lost, one comes twice', pair({ starts: 1, renews: 1 }, { starts: 1, renews: 1 }), { losses: 1, repeats: 1 }),
  world('four devices', 'two users with two devices each; a1 and b1 call', four({ starts: 1 }, {}, { starts: 1 }, {}), {}),
  world('four devices, three call', 'two users with two devices each; a1, b1 and b2 call; up to a bound', four({ starts: 1 }, {}, { starts: 1 }, { starts: 1 }), { maxStates: 20_000_000 }),
];

function world(name: string, about: string, devices: readonly Resident[], more: Partial<Configuration>): Configuration {
  return { ...BASE, name, about, devices, ...more };
}

function pair(alice: Partial<Budget>, bob: Partial<Budget>): readonly Resident[] {
  return [resident(a1, alice), resident(b1, bob)];
}

function trio(...residents: readonly (readonly [Device, Partial<Budget>])[]): readonly Resident[] {
  return residents.map(([self, budget]) => resident(self, budget));
}

function legacy(self: Device, budget: Partial<Budget>): Resident {
  return { self, kind: 'avs', budget: { ...NOTHING, ...budget } };
}

function four(...budgets: readonly Partial<Budget>[]): readonly Resident[] {
  return [a1, a2, b1, b2].map((self, at) => resident(self, budgets[at] ?? {}));
}

function resident(self: Device, budget: Partial<Budget>): Resident {
  return { self, kind: 'callcore', budget: { ...NOTHING, ...budget } };
}
