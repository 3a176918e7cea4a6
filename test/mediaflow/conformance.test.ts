import { describe, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { mediaFlowConformance } from '../../src/mediaflow/conformance/flow-conformance.ts';
import { FakeMediaEngine, FakeNetwork } from '../../src/mediaflow/index.ts';
import { NativeMediaEngine } from '../../src/mediaflow/native/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { wrtc, WrtcStage } from './wrtc.ts';

describe('the fake media engine', () => {
  const checks = mediaFlowConformance('frames', async () => {
    const clock = new VirtualTime();
    const network = new FakeNetwork(clock, ms(10));
    const engine = (place: string): FakeMediaEngine => new FakeMediaEngine({ clock, network, place });
    return { caller: engine('alice'), callee: engine('bob'), pass: (span) => clock.advance(span) };
  });
  for (const { name, run } of checks) it(name, run);
});

describe('the werift media engine', () => {
  const checks = mediaFlowConformance('frames', async () => ({ caller: new WeriftMediaEngine(), callee: new WeriftMediaEngine(), pass }));
  for (const { name, run } of checks) it(name, run);
});

describe('the native media engine, on libwebrtc in Node', () => {
  const engine = (): NativeMediaEngine => new NativeMediaEngine({ RTCPeerConnection: wrtc.RTCPeerConnection });
  const checks = mediaFlowConformance('tracks', async () => ({ caller: engine(), callee: engine(), pass, stage: new WrtcStage() }));
  for (const { name, run } of checks) it(name, run);
});

function pass(span: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, span);
  });
}
