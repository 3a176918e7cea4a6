import { ms } from '../../../src/index.ts';
import type { Case } from './case.ts';
import { toldOf, until } from './party.ts';
import { cast, SAID_HELLO, SIDES, talked } from './plain-cases.ts';
import { closed, connected, ended, hangUp, heardAtBothEnds, ring, talk } from './plays.ts';
import { AVS, AVS_OTHER, US, US_LESSER } from './world.ts';

const OUR_CALL: readonly string[] = ['connecting', 'connected', 'ending', 'ended ended-locally'];

/** Both at once, several devices, changing networks, and ends that nobody announced. */
export const ORDER_CASES: readonly Case[] = [
  ...([['callcore', US], ['AVS', US_LESSER]] as const).map(([winner, us]): Case => ({
    name: `D02 both call at once; ${winner} has the greater id`,
    shows: 'one call, nobody rings, sound both ways',
    recorded: `glare-won-by-${winner.toLowerCase()}`,
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(us), await scene.avs(us.user)];
      scene.post.hold();
      await Promise.all([callcore.act({ do: 'call', user: avs.self.user }), avs.act({ do: 'call', user: callcore.self.user })]);
      await scene.post.saw('SETUP', 2);
      scene.post.release();
      await connected({ callcore, avs });
      await heardAtBothEnds({ callcore, avs });
      await hangUp(callcore, { callcore, avs });
      return { callcore, avs };
    },
    // The loser's call is never *answered* to AVS.
    ends: {
      backend: ['SETUP', 'SETUP', 'SETUP(r)'],
      callcore: { told: OUR_CALL, said: { ...SAID_HELLO, HANGUP: 1 } },
      avs: { told: [...(winner === 'AVS' ? ['answered'] : []), 'established', 'datachan', 'closed NORMAL'], said: { ...SAID_HELLO, 'HANGUP(r)': 1 } },
    },
  })),
  {
    name: "E01 AVS calls a user with callcore and AVS: AVS answers, callcore's ringing ends as answered elsewhere",
    shows: 'the SETUP response goes to the own user too',
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(), await scene.avs()];
      const beside = await scene.avs(AVS.user, { user: US.user, device: AVS_OTHER.device });
      await ring(avs, callcore);
      await toldOf(beside, 'incoming');
      await beside.act({ do: 'answer' });
      await ended(callcore);
      await toldOf(avs, 'datachan');
      await avs.act({ do: 'end' });
      await Promise.all([closed(avs), closed(beside)]);
      return { callcore, avs: beside };
    },
    ends: { backend: ['SETUP', 'SETUP(r)'], callcore: { told: ['incoming', 'ended answered-elsewhere'], said: {} }, avs: { told: ['incoming', 'established', 'datachan', 'closed NORMAL'], said: { ...SAID_HELLO, 'HANGUP(r)': 1 } } },
    channel: 'cut',
  },
  {
    name: 'E01 AVS calls a user with callcore and AVS: callcore answers, the ringing of the other ends as answered elsewhere',
    shows: '',
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(), await scene.avs()];
      const beside = await scene.avs(AVS.user, { user: US.user, device: AVS_OTHER.device });
      await ring(avs, callcore);
      await toldOf(beside, 'incoming');
      await callcore.act({ do: 'answer' });
      await toldOf(beside, 'closed ANSWERED_ELSEWHERE');
      await connected({ callcore, avs });
      await heardAtBothEnds({ callcore, avs });
      await hangUp(callcore, { callcore, avs });
      return { callcore, avs };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)'],
      callcore: { told: ['incoming', ...OUR_CALL], said: { ...SAID_HELLO, HANGUP: 1 } },
      avs: { told: ['answered', 'established', 'datachan', 'closed NORMAL'], said: { ...SAID_HELLO, 'HANGUP(r)': 1 } },
    },
  },
  {
    name: 'E01 callcore calls a user with two AVS clients: one answers, the ringing of the other ends',
    shows: '',
    play: async (scene) => {
      const [callcore, avs, beside] = [await scene.callcore(), await scene.avs(), await scene.avs(US.user, AVS_OTHER)];
      await ring(callcore, avs);
      await toldOf(beside, 'incoming');
      await avs.act({ do: 'answer' });
      await toldOf(beside, 'closed ANSWERED_ELSEWHERE');
      await connected({ callcore, avs });
      await hangUp(avs, { callcore, avs });
      return { callcore, avs };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)'],
      callcore: { told: ['connecting', 'connected', 'ending', 'ended ended-by-peer'], said: { ...SAID_HELLO, 'HANGUP(r)': 1 } },
      avs: { told: ['incoming', 'established', 'datachan', 'closed NORMAL'], said: { ...SAID_HELLO, HANGUP: 1 } },
    },
  },
  ...SIDES.map((mover): Case => {
    const told = talked('callcore', { callcore: 'ended ended-locally', avs: 'closed NORMAL' }, 1);
    return {
      name: `I01 the network of ${mover} changes`,
      shows: 'UPDATE and its response on new peer connections; the call goes on',
      recorded: `network-of-${mover.toLowerCase()}`,
      play: async (scene) => {
        const sides = await cast(scene, 'callcore');
        await talk(sides.caller, sides.callee, sides);
        await (mover === 'callcore' ? sides.callcore : sides.avs).act({ do: 'network-changed' });
        await toldOf(sides.callcore, 'renewed');
        await connected(sides, 2);
        await heardAtBothEnds(sides);
        await hangUp(sides.callcore, sides);
        return sides;
      },
      ends: {
        backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE(r)'],
        callcore: { told: told.callcore, said: { PROPSYNC: 2, 'PROPSYNC(r)': 2, HANGUP: 1 } },
        avs: { told: told.avs, said: { PROPSYNC: 2, 'PROPSYNC(r)': 2, 'HANGUP(r)': 1 } },
      },
    };
  }),
  {
    name: 'H12 AVS vanishes in a call: callcore is reconnecting within six seconds and gives up',
    shows: 'the page of AVS is closed; callcore waits half a second here instead of thirty for it to come back',
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(US, { timeouts: { reconnect: ms(500) } }), await scene.avs()];
      await talk(callcore, avs, { callcore, avs });
      const last = await avs.report();
      await avs.vanish();
      const since = performance.now();
      await toldOf(callcore, 'reconnecting', 1, 7_000);
      if (performance.now() - since > 6_500) throw new Error('it was noticed too late');
      await ended(callcore);
      return { callcore, avs: { report: async () => last } };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'CANCEL'],
      callcore: { told: ['connecting', 'connected', 'reconnecting', 'ended lost'], said: { 'PROPSYNC(r)': 1 } },
      avs: { told: ['incoming', 'established', 'datachan'], said: SAID_HELLO },
    },
    channel: 'cut',
  },
  {
    name: 'F04 callcore crashes in a call and calls again: AVS answers by itself',
    shows: 'nothing leaves the crashed device; the new SETUP replaces the call',
    play: async (scene) => {
      const [crashing, avs] = [await scene.callcore(), await scene.avs()];
      await talk(crashing, avs, { callcore: crashing, avs });
      await crashing.vanish();
      const callcore = await scene.callcore();
      await callcore.act({ do: 'call', user: avs.self.user });
      await toldOf(callcore, 'connected');
      await toldOf(avs, 'datachan', 2);
      await heardAtBothEnds({ callcore, avs });
      await callcore.act({ do: 'end' });
      await ended(callcore);
      await until(avs, ({ told }) => told.at(-1)?.startsWith('closed') === true, 'its end');
      return { callcore, avs };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'SETUP', 'SETUP(r)'],
      callcore: { told: OUR_CALL, said: { ...SAID_HELLO, HANGUP: 1 } },
      avs: { told: ['incoming', 'established', 'datachan', 'datachan', 'closed NORMAL'], said: { PROPSYNC: 2, 'PROPSYNC(r)': 2, 'HANGUP(r)': 1 } },
    },
    channel: 'cut',
  },
];
