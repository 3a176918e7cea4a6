import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import { CallEngine, type CallEnd, type Timeouts } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { LoopbackHub } from '../../src/transport/index.ts';
import { TamperingChannel } from './tampering-channel.ts';
import { ring } from './two-engines.ts';

describe('a description that was changed on its way, with real media', () => {
  it('H07 a fingerprint that is not the peer certificate’s never connects', async () => {
    const ends = await callWith((text) => text.replaceAll(/(a=fingerprint:sha-256 )[0-9A-F]{2}/g, '$100'));

    expect(ends.map(({ reason }) => reason.type)).toContainEqual('media-failed');
    expect(ends.every(({ metrics }) => metrics.duration === 0)).toBe(true);
    expect(ends.flatMap(({ reason }) => (reason.type === 'media-failed' ? [reason.failure] : []))).toContain('peer-not-authentic');
  });

  it('H06 an answer that cannot be applied ends the call on both sides', async () => {
    const ends = await callWith((text) => (text.includes('"resp":true') ? text.replace(/m=audio[^"]*/, 'm=nonsense') : text));

    expect(ends[0]?.reason).toEqual({ type: 'media-failed', failure: 'bad-description' });
    expect(ends[1]?.reason).toEqual({ type: 'failed-at-peer' });
  });

  it('H06 an offer that cannot be applied ends the call on both sides', async () => {
    const ends = await callWith((text) => text.replace(/v=0[^"]*/, 'v=0 nonsense'));

    expect(ends[1]?.reason).toEqual({ type: 'media-failed', failure: 'bad-description' });
    expect(ends[0]?.reason).toEqual({ type: 'failed-at-peer' });
  });

  it('H08 peers that find no path to each other end the call on both sides', async () => {
    const ends = await callWith((text) => text.replaceAll(/a=candidate:[^\\]*(\\r)?\\n/g, ''), { channel: seconds(3) });

    expect(ends.map(({ reason }) => reason.type).every((type) => ['timed-out', 'media-failed', 'cancelled-by-peer', 'failed-at-peer'].includes(type))).toBe(true);
  });
});

/** A call that is answered at once, its messages rewritten in both directions; how it ended for caller and callee. */
async function callWith(rewrite: (text: string) => string, timeouts: Partial<Timeouts> = {}): Promise<readonly CallEnd[]> {
  const hub = new LoopbackHub({ cipher: 'plaintext' });
  const [alice, bob] = await Promise.all(['alice', 'bob'].map(async (user) => new CallEngine({
    channel: new TamperingChannel(await hub.channel({ user, device: '1' }), rewrite), media: new WeriftMediaEngine(), timeouts,
  }))) as [CallEngine, CallEngine];
  try {
    const ringing = ring(bob);
    const caller = alice.call({ conversation: 'c', user: 'bob' });
    const callee = await ringing;
    callee.answer();
    return await Promise.all([caller.whenEnded(), callee.whenEnded()]);
  } finally {
    await Promise.all([alice.close(), bob.close()]);
  }
}
