export { VirtualTime } from './virtual-time.ts';
export { Town, wordFor, type Arrival, type Held, type ResidentOptions } from './town.ts';
export { Resident } from './resident.ts';
export type { Arriving, Fate, Posted } from './town-channel.ts';
export { SeededEntropy } from '../base/seeded-entropy.ts';
export { FakeMediaEngine, FakeNetwork, type FakeBehaviour } from '../mediaflow/index.ts';
export { channelConformance, LoopbackHub } from '../transport/index.ts';
