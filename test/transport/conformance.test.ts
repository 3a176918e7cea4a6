import { describe, it } from 'vitest';
import { ms } from '../../src/base/units.ts';
import { VirtualTime } from '../../src/testing/virtual-time.ts';
import { channelConformance, connectBackend, LoopbackHub, type ConformanceWorld } from '../../src/transport/index.ts';
import { startRelay } from '../../tools/backend/index.ts';
import { ALICE, BOB, BOBS_OTHER } from './people.ts';

for (const cipher of ['sealed', 'plaintext'] as const) {
  describe(`a ${cipher} channel over the loopback hub`, () => {
    for (const { name, run } of channelConformance(() => loopbackWorld(cipher))) it(name, run);
  });

  describe(`a ${cipher} channel over a WebSocket to the relay`, () => {
    for (const { name, run } of channelConformance(() => webSocketWorld(cipher))) it(name, run);
  });
}

async function loopbackWorld(cipher: 'sealed' | 'plaintext'): Promise<ConformanceWorld> {
  const clock = new VirtualTime();
  const hub = new LoopbackHub({ clock, cipher });
  const [alice, bob, bobsOther] = [await hub.channel(ALICE), await hub.channel(BOB), await hub.channel(BOBS_OTHER)];
  return { alice, bob, bobsOther, settle: () => clock.advance(ms(10)), close: () => Promise.resolve() };
}

async function webSocketWorld(cipher: 'sealed' | 'plaintext'): Promise<ConformanceWorld> {
  const relay = await startRelay();
  const [alice, bob, bobsOther] = await Promise.all(
    [ALICE, BOB, BOBS_OTHER].map((self) => connectBackend({ url: relay.url, self, token: `token of ${self.user}`, cipher })),
  );
  return {
    alice: alice!,
    bob: bob!,
    bobsOther: bobsOther!,
    settle: () => new Promise((resolve) => setTimeout(resolve, 5)),
    close: () => relay.close(),
  };
}
