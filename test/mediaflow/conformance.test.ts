import { describe, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { mediaFlowConformance } from '../../src/mediaflow/conformance/flow-conformance.ts';
import { FakeMediaEngine, FakeNetwork } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';

describe('the fake media engine', () => {
  const checks = mediaFlowConformance(async () => {
    const clock = new VirtualTime();
    const network = new FakeNetwork(clock, ms(10));
    const engine = (place: string): FakeMediaEngine => new FakeMediaEngine({ clock, network, place });
    return { caller: engine('alice'), callee: engine('bob'), pass: (span) => clock.advance(span) };
  });
  for (const { name, run } of checks) it(name, run);
});

describe('the werift media engine', () => {
  const checks = mediaFlowConformance(async () => ({
    caller: new WeriftMediaEngine(),
    callee: new WeriftMediaEngine(),
    pass: (span) => new Promise((resolve) => setTimeout(resolve, span)),
  }));
  for (const { name, run } of checks) it(name, run);
});
