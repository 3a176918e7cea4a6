import type { Clock } from '../../base/clock.ts';
import type { FakeBehaviour } from './fake-behaviour.ts';
import type { FakeIdentity } from './fake-description.ts';
import type { FakeNetwork } from './fake-network.ts';

/** What a fake flow is given by its engine. */
export type FakeFlowSetting = {
  readonly clock: Clock;
  readonly network: FakeNetwork;
  /** Where its engine is. */
  readonly place: () => string;
  readonly identity: FakeIdentity;
  readonly behaviour: FakeBehaviour;
  readonly closed: () => void;
};
