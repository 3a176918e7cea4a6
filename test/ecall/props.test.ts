import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { Call, CallEvents } from '../../src/ecall/index.ts';
import { encodeMessage } from '../../src/econn/index.ts';
import { handSource } from '../../src/mediaflow/conformance/recorded-flow.ts';
import type { VideoFrame } from '../../src/mediaflow/index.ts';
import { MUTED, propsync, SILENT } from '../econn/letters.ts';
import { moment, ringing, said, talking } from './pair.ts';

type News = CallEvents['peer-props'];

/** What one side is told about the other from here on. */
function newsOf(call: Call): readonly News[] {
  const news: News[] = [];
  call.on('peer-props', (event) => news.push(event));
  return news;
}

describe('what the two sides tell each other about what they send', () => {
  it('J09 is known with the offer and with the answer, before any channel', async () => {
    const { town, call, answered } = await ringing({ behaviour: { channelOpensAfter: 'never' } });
    answered.answer({ muted: true });
    await moment(town);

    expect(call.state).toBe('connecting');
    expect(call.peerProps.muted).toBe(true);
    expect(answered.peerProps.muted).toBe(false);
  });

  it('J01 is complete within a round trip after the channel opens, one event for each change', async () => {
    const { town, call, answered } = await ringing({ behaviour: { channelOpensAfter: seconds(1) } });
    town.network.latency = ms(20);
    answered.answer();
    await moment(town);
    const news = newsOf(answered);
    call.setMuted(true);
    await town.time.advance(ms(980));
    expect(call.state).toBe('connected');
    await town.time.advance(ms(60));

    expect(answered.peerProps.muted).toBe(true);
    expect(news).toEqual([{ props: answered.peerProps, changed: ['muted'] }]);
  });

  it('J02 is told once, however often it is said', async () => {
    const { town, alice, bob, call, answered } = await talking();
    const news = newsOf(answered);
    town.cut(alice, bob);
    call.setMuted(true);
    await town.time.advance(seconds(1));
    town.heal(alice, bob);
    await town.time.advance(seconds(2));

    expect(answered.peerProps.muted).toBe(true);
    expect(news).toHaveLength(1);
  });

  it('J03 is what was said last, not what arrived last', async () => {
    const { town, bob, answered } = await talking();
    const [flow] = bob.media.flows;
    const name = bob.engine.save().conversations[0]?.econn.memory.call?.id;
    if (name === undefined) throw new Error('bob is in no call');
    const news = newsOf(answered);

    flow?.pretend({ type: 'channel-message', text: encodeMessage(propsync(name, 9, MUTED)) });
    flow?.pretend({ type: 'channel-message', text: encodeMessage(propsync(name, 8, SILENT)) });
    await moment(town);

    expect(answered.peerProps.muted).toBe(true);
    expect(news).toHaveLength(1);
  });

  it('J04 is agreed within a second after a message was lost', async () => {
    const { town, alice, bob, call, answered } = await talking();
    town.cut(alice, bob);
    call.setMuted(true);
    await moment(town);
    town.heal(alice, bob);
    await town.time.advance(seconds(1));

    expect(answered.peerProps.muted).toBe(true);
    expect(town.words).toEqual(['SETUP', 'SETUP(r)']);
  });

  it('J04 is agreed also when the channel is replaced before it was heard', async () => {
    const { town, alice, bob, call, answered } = await talking();
    alice.media.flows[0]?.loseChannel();
    call.setMuted(true);
    await town.time.advance(seconds(1));

    expect(answered.peerProps.muted).toBe(true);
    expect(bob.media.flows).toHaveLength(1);
  });

  it('J05 names everything that changed at once', async () => {
    const { town, call, answered } = await ringing({ behaviour: { channelOpensAfter: seconds(1) } });
    answered.answer();
    await moment(town);
    const news = newsOf(answered);
    call.setMuted(true);
    call.shareScreen(true);
    call.setVideo(true);
    await town.time.advance(seconds(2));

    expect(news.map(({ changed }) => changed)).toEqual([['muted', 'video', 'screen']]);
  });

  it('J06 keeps camera and screen apart: the one goes on when the other stops', async () => {
    const { town, call, answered } = await talking();
    call.setVideo(true);
    await town.time.advance(seconds(1));
    call.shareScreen(true);
    call.setVideo(false);
    call.setVideo(true);
    call.shareScreen(false);
    await town.time.advance(seconds(1));

    expect(call.props).toMatchObject({ video: 'on', screen: 'off' });
    expect(answered.peerProps).toEqual(call.props);
  });

  it('J06 tells that the camera or the screen pauses, without a new peer connection, and that it goes on', async () => {
    const { town, call, answered } = await talking();
    call.pauseVideo();
    call.pauseScreen();
    expect(call.props).toMatchObject({ video: 'off', screen: 'off' });
    const camera = handSource<VideoFrame>();
    const seen: number[] = [];
    answered.on('video', ({ timestamp }) => seen.push(timestamp));
    call.provide({ video: camera });
    call.setVideo(true);
    call.shareScreen(true);
    await town.time.advance(seconds(2));
    const [words, news] = [town.words.length, newsOf(answered)];
    const picture = async (timestamp: number): Promise<void> => {
      camera.push({ payload: Uint8Array.of(1), timestamp, keyframe: true });
      await town.time.advance(seconds(1));
    };

    call.pauseVideo();
    await picture(1);
    call.pauseScreen();
    await picture(2);
    expect(answered.peerProps).toMatchObject({ video: 'paused', screen: 'paused' });
    call.setVideo(true);
    await picture(3);

    expect(seen).toEqual([1, 3]);
    expect(answered.peerProps).toMatchObject({ video: 'on', screen: 'paused' });
    expect(news.map(({ changed }) => changed)).toEqual([['video'], ['screen'], ['video']]);
    expect(town.words).toHaveLength(words);
  });

  it('J07 does not flood the channel when a switch is played with, and ends up alike on both sides within a second', async () => {
    const { town, call, answered } = await talking();
    await town.time.advance(seconds(1));
    const before = said(call).length;
    const tellings: number[] = [];
    for (let toggle = 1; toggle <= 100; toggle++) {
      call.setMuted(toggle % 2 === 1);
      await town.time.advance(ms(50));
      tellings.push(said(call).slice(before).filter((word) => word === 'PROPSYNC').length);
    }
    for (const [at, told] of tellings.entries()) expect(told - (tellings[at - 20] ?? 0)).toBeLessThanOrEqual(5);
    expect(tellings.at(-1)).toBeGreaterThan(10);
    call.setVideo(true);
    call.setMuted(true);
    await town.time.advance(seconds(1));

    expect(answered.peerProps).toEqual(call.props);
    expect(answered.peerProps).toMatchObject({ muted: true, video: 'on' });
  });

  it('J07 agrees as soon even when what was told last is lost', async () => {
    const { town, alice, bob, call, answered } = await talking();
    for (let toggle = 1; toggle <= 9; toggle++) {
      call.setMuted(toggle % 2 === 1);
      await town.time.advance(ms(50));
    }
    town.cut(alice, bob);
    await town.time.advance(ms(100));
    town.heal(alice, bob);
    await town.time.advance(ms(900));

    expect([call.props.muted, answered.peerProps.muted]).toEqual([true, true]);
  });

  it('J08 survives a renewal on both sides', async () => {
    const { town, call, answered } = await talking();
    call.setMuted(true);
    await moment(town);
    call.renew();
    await moment(town);
    expect([call.state, call.props.muted, answered.peerProps.muted]).toEqual(['connected', true, true]);

    call.setMuted(false);
    await moment(town);

    expect(answered.peerProps.muted).toBe(false);
  });
});
