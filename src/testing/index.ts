export { VirtualTime } from './virtual-time.ts';
export { Resident, Town, type Fate, type Posted } from './town.ts';
export { SeededEntropy } from '../base/seeded-entropy.ts';
export { FakeMediaEngine, FakeNetwork, type FakeBehaviour } from '../mediaflow/index.ts';
export { channelConformance, LoopbackHub } from '../transport/index.ts';
