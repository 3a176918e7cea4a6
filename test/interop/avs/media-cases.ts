import type { Case } from './case.ts';
import { until, type Deed } from './party.ts';
import { cast, SAID_HELLO, SIDES, talked, type Side } from './plain-cases.ts';
import { connected, hangUp, heardAtBothEnds, ring, talk } from './plays.ts';

/** Pictures in a call that began with sound: each is a new peer connection on both sides. */
export const MEDIA_CASES: readonly Case[] = [
  ...SIDES.map((shower) => showing(shower, 'video', 'I01')),
  ...SIDES.map((shower) => showing(shower, 'screen', 'J06')),
  ...SIDES.map((caller): Case => {
    const told = talked(caller, { callcore: 'ended ended-locally', avs: 'closed NORMAL' }, caller === 'AVS' ? 0 : 1);
    return {
      name: `B02 ${caller} calls with video and is answered with video`,
      shows: 'pictures are decoded at both ends',
      recorded: `video-call-of-${caller.toLowerCase()}`,
      play: async (scene) => {
        const sides = await cast(scene, caller);
        await ring(sides.caller, sides.callee, { video: true });
        await sides.callee.act({ do: 'answer', video: true });
        await connected(sides);
        for (const party of [sides.callcore, sides.avs]) await until(party, ({ pictures, peer }) => pictures > 2 && peer.video === 'on', 'pictures of the other side');
        await heardAtBothEnds(sides);
        await hangUp(sides.callcore, sides);
        return sides;
      },
      // AVS answers a video call without its picture, and turns it on by UPDATE as soon as the channel is open.
      ...(caller === 'AVS' ? {
        ends: { backend: ['SETUP', 'SETUP(r)'], callcore: { told: told.callcore, said: { ...SAID_HELLO, HANGUP: 1 } }, avs: { told: told.avs, said: { ...SAID_HELLO, 'HANGUP(r)': 1 } } },
      } : {
        channel: 'cut',
        ends: {
          backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE(r)'],
          callcore: { told: told.callcore, said: { HANGUP: 1 } },
          avs: { told: told.avs, said: { 'HANGUP(r)': 1 } },
        },
      }),
    };
  }),
  ...SIDES.map((asker): Case => {
    const told = talked(asker, { callcore: 'ended ended-locally', avs: 'closed NORMAL' });
    return {
      name: `J01 ${asker} calls and asks for constant bitrate`,
      shows: '`cbr=1` in the offer, mirrored in the answer; `audiocbr` told both ways',
      play: async (scene) => {
        const sides = await cast(scene, asker);
        await ring(sides.caller, sides.callee, { cbr: true });
        await sides.callee.act({ do: 'answer', cbr: true });
        await connected(sides);
        await heardAtBothEnds(sides);
        for (const party of [sides.callcore, sides.avs]) await until(party, ({ peer }) => peer.cbr, 'word of constant bitrate');
        await hangUp(sides.callcore, sides);
        return sides;
      },
      ends: { backend: ['SETUP', 'SETUP(r)'], callcore: { told: told.callcore, said: { ...SAID_HELLO, HANGUP: 1 } }, avs: { told: told.avs, said: { ...SAID_HELLO, 'HANGUP(r)': 1 } } },
    };
  }),
];

function showing(shower: Side, what: 'video' | 'screen', scenario: string): Case {
  const told = talked('callcore', { callcore: 'ended ended-locally', avs: 'closed NORMAL' }, 1);
  const turn = (on: boolean): Deed => ({ do: what, on });
  return {
    name: `${scenario} ${shower} turns its ${what} on in a call and off again`,
    shows: 'UPDATE and its response, pictures decoded, sound goes on; off is told by PROPSYNC',
    recorded: `${what}-of-${shower.toLowerCase()}`,
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await talk(sides.caller, sides.callee, sides);
      const [shows, sees] = shower === 'callcore' ? [sides.callcore, sides.avs] : [sides.avs, sides.callcore];
      await shows.act(turn(true));
      await until(sees, ({ pictures, peer }) => pictures > 2 && peer.video === (what === 'video' ? 'on' : 'screen'), 'pictures');
      await connected(sides, 2);
      await heardAtBothEnds(sides);
      await shows.act(turn(false));
      await until(sees, ({ peer }) => peer.video === 'off', 'word that there are no more');
      await hangUp(sides.callcore, sides);
      return sides;
    },
    // callcore tells what it is about to show on the channel that it has, which AVS may close before it has answered;
    // AVS tells when it has the new one.
    ...(shower === 'callcore' ? { channel: 'cut' } : {}),
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE(r)'],
      callcore: { told: told.callcore, said: { ...(shower === 'AVS' ? { PROPSYNC: 2, 'PROPSYNC(r)': 3 } : {}), HANGUP: 1 } },
      avs: { told: told.avs, said: { ...(shower === 'AVS' ? { PROPSYNC: 3, 'PROPSYNC(r)': 2 } : {}), 'HANGUP(r)': 1 } },
    },
  };
}
