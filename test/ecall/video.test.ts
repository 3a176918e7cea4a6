import { describe, expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import { handSource } from '../../src/mediaflow/conformance/recorded-flow.ts';
import { tone, type VideoFrame } from '../../src/mediaflow/index.ts';
import { count, moment, talking } from './pair.ts';

const PICTURE: VideoFrame = { payload: Uint8Array.of(0x10, 1, 2), timestamp: 0, keyframe: true };

describe('I17 a call that becomes a video call', () => {
  it('replaces its connection once, shows pictures at the other end, and both sides say the same', async () => {
    const { town, call, answered } = await talking();
    const camera = handSource<VideoFrame>();
    call.provide({ audio: tone({ clock: town.time }), video: camera });
    const [renewed, seen] = [count(call, 'renewed'), pictures(answered)];
    call.setVideo(true);
    await moment(town);
    camera.push(PICTURE);
    await moment(town);
    expect([renewed(), seen()]).toEqual([1, 1]);
    expect([call.props.video, answered.peerProps.video, answered.props.video, call.peerProps.video]).toEqual(['on', 'on', 'off', 'off']);
  });

  it('needs no further connection when the other side joins in, nor for going back to sound alone and on again', async () => {
    const { town, call, answered } = await talking();
    const cameras = [call, answered].map((end) => {
      const camera = handSource<VideoFrame>();
      end.provide({ audio: tone({ clock: town.time }), video: camera });
      return camera;
    });
    call.setVideo(true);
    await moment(town);
    answered.setVideo(true);
    await town.time.advance(seconds(1));
    const [renewals, seen] = [count(call, 'renewed'), pictures(answered)];
    call.setVideo(false);
    await town.time.advance(seconds(1));
    cameras[0]?.push(PICTURE);
    await moment(town);
    expect([seen(), answered.peerProps.video, answered.props.video]).toEqual([0, 'off', 'on']);
    call.setVideo(true);
    await town.time.advance(seconds(1));
    cameras[0]?.push(PICTURE);
    await moment(town);
    expect([seen(), renewals()]).toEqual([1, 0]);
  });

  it('goes on with sound over the old connection when the other side cannot take the new one', async () => {
    const { town, call, answered } = await talking();
    for (const end of [call, answered]) end.provide({ audio: tone({ clock: town.time }), video: handSource<VideoFrame>() });
    const [failed, ended] = [count(call, 'renewal-failed'), count(call, 'ended')];
    town.garble = ({ message }) => (message.type === 'UPDATE' && !message.resp ? { ...message, sdp: 'nonsense' } : message);
    call.setVideo(true);
    await town.time.advance(seconds(40));
    expect([failed(), ended(), call.state, answered.state]).toEqual([1, 0, 'connected', 'connected']);
    let heard = 0;
    answered.on('audio', () => (heard += 1));
    await town.time.advance(ms(200));
    expect(heard).toBeGreaterThan(5);
  });
});

function pictures(call: Call): () => number {
  let seen = 0;
  call.on('video', () => (seen += 1));
  return () => seen;
}
