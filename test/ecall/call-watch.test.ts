import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { CallStats } from '../../src/ecall/index.ts';
import { handSource } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { tone, type VideoFrame, type VideoLimit } from '../../src/mediaflow/index.ts';
import { expectNothingLeft, talking } from './pair.ts';

describe('how a call is', () => {
  it('is told every three seconds while somebody listens, and costs nothing when nobody does', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const before = town.time.pending;
    const stats: CallStats[] = [];
    const off = call.on('stats', (record) => stats.push(record));
    expect(town.time.pending).toBe(before + 1);
    call.provide({ audio: tone({ clock: town.time }) });
    answered.provide({ audio: tone({ clock: town.time }) });
    await town.time.advance(seconds(10));
    expect(stats.map(({ elapsed }) => elapsed)).toEqual([3000, 6000, 9000]);
    expect(stats.at(-1)).toMatchObject({ quality: 'good', path: 'both-ways', peerEvenSized: true, audio: { received: 150, receiveBitrate: 16_000, lossIn: 0, lossOut: 0 } });
    off();
    call.end();
    await town.time.advance(seconds(10));
    expectNothingLeft(town, alice, bob);
  });

  it('changes to poor when the path loses every tenth packet, and back', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const heard: string[] = [];
    call.on('quality', (quality) => heard.push(quality));
    for (const end of [call, answered]) end.provide({ audio: tone({ clock: town.time }) });
    await town.time.advance(seconds(7));
    town.network.loseMedia(bob.place, alice.place, 0.1);
    await town.time.advance(seconds(6));
    town.network.loseMedia(bob.place, alice.place, 0);
    await town.time.advance(seconds(6));
    // Loss that begins or ends within an interval weighs less in it.
    expect(heard.filter((quality) => quality !== 'fair')).toEqual(['good', 'poor', 'good']);
  });

  it('says so when we are heard and hear nothing, and when we hear and are not heard', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const [alices, bobs]: [string[], string[]] = [[], []];
    call.on('media-path', (path) => alices.push(path));
    answered.on('media-path', (path) => bobs.push(path));
    for (const end of [call, answered]) end.provide({ audio: tone({ clock: town.time }) });
    await town.time.advance(seconds(7));
    town.network.loseMedia(bob.place, alice.place, 1);
    await town.time.advance(seconds(20));
    town.network.loseMedia(bob.place, alice.place, 0);
    await town.time.advance(seconds(6));
    expect(alices).toEqual(['only-outgoing', 'both-ways']);
    expect(bobs).toEqual(['only-incoming', 'both-ways']);
  });

  it('keeps our video within what the path carries, also after the peer connection was replaced', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const limits: VideoLimit[] = [];
    const video = { ...handSource<VideoFrame>(), limit: (limit: VideoLimit) => void limits.push(limit) };
    for (const end of [call, answered]) end.provide({ audio: tone({ clock: town.time }), video });
    call.setVideo(true);
    await town.time.advance(seconds(7));
    expect(limits.at(-1)).toMatchObject({ width: 640, height: 480 });
    town.network.loseMedia(alice.place, bob.place, 0.1);
    await town.time.advance(seconds(6));
    expect(limits.at(-1)).toMatchObject({ width: 320, height: 240 });
    limits.length = 0;
    call.renew();
    await town.time.advance(ms(500));
    expect(limits.at(-1)).toMatchObject({ width: 320, height: 240 });
  });
});
