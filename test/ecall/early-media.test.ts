import { describe, expect, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { silentLog } from '../../src/base/log.ts';
import { IceServers } from '../../src/ecall/ice-servers.ts';
import { LiveFlows } from '../../src/ecall/live-flows.ts';
import { FakeMediaEngine, FakeNetwork, silence, type FlowEvent, type LocalMedia, type MediaEngine } from '../../src/mediaflow/index.ts';
import { VirtualTime } from '../../src/testing/index.ts';

/** Two flows of one call, the first of which carries its media; and which of them has them. */
function twoFlows(): { readonly time: VirtualTime; readonly flows: LiveFlows; readonly tell: (flow: number, event: FlowEvent) => void; readonly carrier: () => number } {
  const time = new VirtualTime();
  const reports: ((event: FlowEvent) => void)[] = [];
  const attached: LocalMedia[] = [];
  const fake = new FakeMediaEngine({ clock: time, network: new FakeNetwork(time), place: 'here' });
  const engine: MediaEngine = {
    carries: 'frames',
    createFlow: (options, report) => {
      const number = reports.push(report);
      const flow = fake.createFlow(options, () => {});
      flow.attach = (media) => void (attached[number] = media);
      return flow;
    },
    close: () => fake.close(),
  };
  const flows = new LiveFlows(engine, new IceServers({ servers: [], policy: 'all' }, time, silentLog), time, {
    signal: () => {}, audio: () => {}, video: () => {}, track: () => {}, relayRefused: () => {},
  });
  flows.provide({ audio: silence({ clock: time }) });
  flows.open(1, false, false);
  flows.carry(1);
  flows.open(2, false, false);
  return { time, flows, tell: (flow, event) => reports[flow - 1]?.(event), carrier: () => attached.findIndex((media) => media?.audio !== undefined) };
}

describe('the media of a call whose flow is silent', () => {
  it('I01 move to the new flow as soon as its peer is proved', async () => {
    const { time, flows, tell, carrier } = twoFlows();
    await time.advance(ms(800));
    tell(2, { type: 'secured' });
    expect(carrier()).toBe(2);

    flows.carry(2);
    flows.close(1);
    expect(carrier()).toBe(2);
  });

  it('I06 stay where they are while the old flow is heard', async () => {
    const { time, tell, carrier } = twoFlows();
    await time.advance(ms(800));
    tell(1, { type: 'heard' });
    await time.advance(ms(500));
    tell(2, { type: 'secured' });
    expect(carrier()).toBe(1);
  });

  it('I06 go back when the new flow comes to nothing', async () => {
    const { time, flows, tell, carrier } = twoFlows();
    await time.advance(ms(800));
    tell(2, { type: 'secured' });
    flows.close(2);
    expect(carrier()).toBe(1);
  });
});
