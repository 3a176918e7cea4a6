import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/index.ts';
import { connectBackend, createDeviceKeys, type Audience, type SealedChannel } from '../../src/transport/index.ts';
import { AvsParty } from '../interop/avs/avs-party.ts';
import { toldOf, until as avsUntil } from '../interop/avs/party.ts';
import { LOUD } from '../interop/avs/plays.ts';
import { Post, type Letter } from '../interop/avs/post.ts';
import { interopSite } from '../interop/avs/world.ts';
import { callcore } from '../tools/run-callcore.ts';
import { PATIENCE } from './person.ts';
import { FILM, WebWorld } from './web-world.ts';

let world: WebWorld;
beforeAll(async () => {
  world = await WebWorld.open(await interopSite());
});
afterAll(() => world[Symbol.asyncDispose]());

describe('a person at the call page', () => {
  it('J03 calls a headless peer in Node: hears and sees its film, is heard to be muted, and is hung up on', async () => {
    const robot = callcore(['answer', '--as', 'robot/node', '--backend', world.backend, '--file', FILM, '--once', '--json', '--follow-stdin'], { limit: 110_000 });
    const ann = await world.person('ann');
    await robot.printed(/"ready"|"listening"|"online"|"status"/);
    await ann.call('robot', 'with video');
    await ann.inPhase('connected');
    await Promise.all([ann.hears(), ann.sees('Picture of robot')]);
    await ann.press('Mute');
    await robot.printed(/"muted":true/);
    expect(await ann.signs()).toHaveLength(7);
    robot.say('end');
    await ann.reads('They hung up');
    const { code, err } = await robot.ended;
    expect([code, err]).toEqual([0, '']);
    ann.wasQuiet();
    await ann[Symbol.asyncDispose]();
  });

  it('J03 is called by a headless peer, takes the call with video and hangs up', async () => {
    const ben = await world.person('ben');
    const robot = callcore(['call', 'ben', '--as', 'machine/node', '--backend', world.backend, '--file', FILM, '--json'], { limit: 110_000 });
    await ben.reads('machine');
    await ben.answer('with video');
    await Promise.all([ben.hears(), ben.sees('Picture of machine')]);
    await ben.press('Hang up');
    const { code, out } = await robot.ended;
    expect(code).toBe(0);
    expect(out).toContain('ended-by-peer');
    ben.wasQuiet();
    await ben[Symbol.asyncDispose]();
  });

  it('J03 holds a video call with Wire’s engine, whose app uses the same backend', async () => {
    const self: Device = { user: 'wire', device: 'aaaaaaaaaaaaaaaa' };
    const channel = await connectBackend({ url: world.backend, self, token: 'wire', keys: await createDeviceKeys() });
    const avs = await AvsParty.open(world.browser, self);
    await avs.begin(new SealedPost(channel), 'cleo and wire', ['cleo', 'wire']);
    const cleo = await world.person('cleo');

    await cleo.call('wire', 'with video');
    await toldOf(avs, 'incoming', 1, PATIENCE);
    await avs.act({ do: 'answer', video: true });
    await cleo.inPhase('connected');
    await Promise.all([
      cleo.hears(),
      cleo.sees('Picture of wire'),
      avsUntil(avs, ({ loudness, pictures }) => loudness > LOUD / 5 && pictures > 5, 'sound and pictures', PATIENCE),
    ]);
    await cleo.press('Mute');
    await avsUntil(avs, ({ peer }) => peer.muted, 'that cleo is muted', PATIENCE);
    await avs.act({ do: 'end' });
    await cleo.reads('They hung up');

    await cleo.press('Close');
    await avs.act({ do: 'call', user: 'cleo' });
    await cleo.answer();
    await cleo.inPhase('connected');
    await cleo.hears();
    await cleo.press('Hang up');
    await toldOf(avs, 'closed NORMAL', 2, PATIENCE);
    cleo.wasQuiet();
    await cleo[Symbol.asyncDispose]();
    await channel.close();
  });
});

/** What an app with Wire's engine and callcore's envelopes does: hands opened texts to the one and sends what it says by the other. */
class SealedPost extends Post {
  readonly #channel: SealedChannel;

  constructor(channel: SealedChannel) {
    super();
    this.#channel = channel;
  }

  override join(_device: Device, deliver: (letter: Letter) => void): () => void {
    this.#channel.onMessage(({ conversation, from, text, age }) => deliver({ conversation, from, text, sentAt: Date.now() - age }));
    return () => undefined;
  }

  override send(_from: Device, to: Audience, conversation: string, text: string): readonly Device[] {
    void this.#channel.send({ conversation, to, text, urgency: text.includes('"SETUP"') ? 'ring' : 'normal' });
    return [];
  }
}
