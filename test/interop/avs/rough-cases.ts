import type { Case, End } from './case.ts';
import { toldOf, until } from './party.ts';
import { cast, SAID_HELLO, SIDES, talked } from './plain-cases.ts';
import { closed, ended, hangUp, heardAtBothEnds, ring, SILENT, talk } from './plays.ts';
import type { Post } from './post.ts';
import { US, US_LESSER } from './world.ts';

const RENEWED = talked('callcore', { callcore: 'ended ended-locally', avs: 'closed NORMAL' }, 1);
const HUNG_UP: { readonly [S in 'callcore' | 'avs']: End['said'] } = { callcore: { HANGUP: 1 }, avs: { 'HANGUP(r)': 1 } };
const RACING: readonly string[] = ['established', 'datachan'];
const BEGUN: readonly string[] = ['connecting', 'connected', 'reconnecting'];
const UPDATED: readonly string[] = ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE(r)'];

/** Messages that cross and ends that come too early. */
export const ROUGH_CASES: readonly Case[] = [
  ...([['callcore', US], ['AVS', US_LESSER]] as const).map(([winner, us]): Case => ({
    name: `D14 both turn their video on at once; ${winner} has the greater id`,
    shows: 'one UPDATE is answered, and carries the pictures of both',
    recorded: `update-glare-won-by-${winner.toLowerCase()}`,
    play: async (scene) => {
      const sides = { callcore: await scene.callcore(us), avs: await scene.avs(us.user) };
      await talk(sides.callcore, sides.avs, sides);
      scene.post.hold();
      for (const party of [sides.callcore, sides.avs]) await party.act({ do: 'video', on: true });
      await scene.post.saw('UPDATE', 2);
      scene.post.release();
      for (const party of [sides.callcore, sides.avs]) await until(party, ({ pictures, peer }) => pictures > 2 && peer.video === 'on', 'pictures of the other side');
      await heardAtBothEnds(sides);
      await hangUp(sides.callcore, sides);
      return sides;
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE', 'UPDATE(r)'],
      callcore: { told: RENEWED.callcore, said: { HANGUP: 1 } },
      avs: { told: RENEWED.avs, said: { 'HANGUP(r)': 1 } },
    },
    channel: 'cut',
  })),
  {
    name: 'B08 AVS answers, callcore hangs up as soon as it hears that',
    shows: 'CANCEL, since there is no channel yet',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await ring(sides.caller, sides.callee);
      await sides.callcore.act({ do: 'end-when-taken' });
      await sides.avs.act({ do: 'answer' });
      await ended(sides.callcore);
      await closed(sides.avs);
      return sides;
    },
    racing: RACING,
    channel: 'racing',
    ends: { backend: ['SETUP', 'SETUP(r)', 'CANCEL'], callcore: { told: ['connecting', 'ending', 'ended ended-locally'], said: {} }, avs: { told: ['incoming', 'closed NORMAL'], said: {} } },
  },
  ...(['in order', 'reversed'] as const).map((order): Case => ({
    name: order === 'in order' ? 'B09 AVS answers and hangs up, and both come at once' : 'B09 AVS answers and hangs up, and its CANCEL comes before its answer',
    shows: order === 'in order' ? 'CANCEL, since there is no channel yet' : 'the answer that nobody waits for is cancelled',
    recorded: order === 'in order' ? 'answered-and-cancelled' : 'cancelled-before-its-answer',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await ring(sides.caller, sides.callee);
      scene.post.hold();
      await sides.avs.act({ do: 'answer' });
      await scene.post.saw('SETUP(r)');
      await sides.avs.act({ do: 'end' });
      await scene.post.saw('CANCEL');
      scene.post.release(order);
      await ended(sides.callcore);
      await closed(sides.avs);
      if (order === 'reversed') await scene.post.saw('CANCEL', 3);
      return sides;
    },
    racing: RACING,
    channel: 'racing',
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'CANCEL', ...(order === 'in order' ? [] : ['CANCEL', 'CANCEL'])],
      callcore: { told: [...(order === 'in order' ? ['connecting'] : []), 'ended cancelled-by-peer'], said: {} },
      avs: { told: ['incoming', 'closed NORMAL'], said: {} },
    },
  })),
  ...SIDES.map((ender): Case => ({
    name: `${ender === 'AVS' ? 'I09' : 'I07'} ${ender} hangs up while callcore awaits the answer to its UPDATE`,
    shows: 'HANGUP over the channel that stands, and CANCEL beside it when it is ours',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await talk(sides.caller, sides.callee, sides);
      scene.post.next('UPDATE', 'lost');
      await sides.callcore.act({ do: 'network-changed' });
      await scene.post.saw('UPDATE');
      // HANGUP alone decides: of it and CANCEL AVS takes whichever comes first.
      scene.post.hold();
      await (ender === 'AVS' ? sides.avs : sides.callcore).act({ do: 'end' });
      await ended(sides.callcore);
      await closed(sides.avs);
      scene.post.release();
      return sides;
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE', ...(ender === 'AVS' ? [] : ['CANCEL'])],
      callcore: { told: [...BEGUN, 'ending', ender === 'AVS' ? 'ended ended-by-peer' : 'ended ended-locally'], said: { ...SAID_HELLO, [ender === 'AVS' ? 'HANGUP(r)' : 'HANGUP']: 1 } },
      avs: { told: ['incoming', 'established', 'datachan', 'closed NORMAL'], said: { ...SAID_HELLO, [ender === 'AVS' ? 'HANGUP' : 'HANGUP(r)']: 1 } },
    },
  })),
];

/** Messages that come twice or not at all, and what takes its time. */
export const LONGER_CASES: readonly Case[] = [
  ...(['SETUP', 'SETUP(r)'] as const).flatMap((kind) => SIDES.map((caller): Case => {
    const told = talked(caller, { callcore: 'ended ended-locally', avs: 'closed NORMAL' });
    return {
      name: `${kind === 'SETUP' ? 'G04' : 'G07'} ${caller} calls and the ${kind} comes twice`,
      shows: 'the second one does nothing',
      play: async (scene) => {
        const sides = await cast(scene, caller);
        scene.post.next(kind, 'doubled');
        await talk(sides.caller, sides.callee, sides);
        await hangUp(sides.callcore, sides);
        return sides;
      },
      ends: { backend: ['SETUP', 'SETUP(r)'], callcore: { told: told.callcore, said: { ...SAID_HELLO, HANGUP: 1 } }, avs: { told: told.avs, said: { ...SAID_HELLO, 'HANGUP(r)': 1 } } },
    };
  })),
  ...(['UPDATE', 'UPDATE(r)'] as const).flatMap((kind) => SIDES.map((mover): Case => renewal(mover, `the network of ${mover} changes and the ${kind} comes twice`, 'the second one does nothing', (post) => post.next(kind, 'doubled')))),
  {
    name: "I04 callcore's UPDATE comes to AVS again after it was answered and the call goes on over it",
    shows: 'AVS answers on yet another connection, and its user hears nothing any more until the next renewal',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await talk(sides.caller, sides.callee, sides);
      await sides.callcore.act({ do: 'network-changed' });
      await toldOf(sides.callcore, 'renewed');
      await toldOf(sides.avs, 'datachan', 2);
      scene.post.again('UPDATE');
      await scene.post.saw('UPDATE(r)', 2);
      await until(sides.avs, ({ loudness }) => loudness < SILENT, 'silence');
      await sides.callcore.act({ do: 'network-changed' });
      await toldOf(sides.callcore, 'renewed', 2);
      await heardAtBothEnds(sides);
      await hangUp(sides.callcore, sides);
      return sides;
    },
    ends: { backend: [...UPDATED, 'UPDATE(r)', 'UPDATE', 'UPDATE(r)'], callcore: { told: talked('callcore', { callcore: 'ended ended-locally', avs: '' }, 2).callcore, said: { HANGUP: 1 } }, avs: { told: talked('callcore', { callcore: '', avs: 'closed NORMAL' }, 2).avs, said: { 'HANGUP(r)': 1 } } },
    channel: 'cut',
  },
  renewal('AVS', "AVS's UPDATE is lost, and then the network of callcore changes", "callcore's UPDATE takes its place", (post) => post.next('UPDATE', 'lost'), true),
  {
    name: 'C01 callcore calls and nobody answers',
    shows: 'a minute',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await ring(sides.caller, sides.callee);
      await ended(sides.callcore, 70_000);
      await closed(sides.avs, 70_000);
      return sides;
    },
    ends: { backend: ['SETUP', 'CANCEL'], callcore: { told: ['ended timed-out'], said: {} }, avs: { told: ['incoming', 'closed CANCELED'], said: {} } },
  },
  {
    name: 'C02 AVS calls and nobody answers',
    shows: 'a minute',
    play: async (scene) => {
      const sides = await cast(scene, 'AVS');
      await ring(sides.caller, sides.callee);
      // AVS cancels in the same moment; here it comes too late.
      scene.post.hold();
      await ended(sides.callcore, 70_000);
      await closed(sides.avs, 70_000);
      scene.post.release();
      return sides;
    },
    ends: { backend: ['SETUP', 'CANCEL'], callcore: { told: ['incoming', 'missed', 'ended timed-out'], said: {} }, avs: { told: ['closed TIMEOUT_ECONN'], said: {} } },
  },
  {
    name: 'H12 AVS vanishes in a call and callcore waits as long as it does by default',
    shows: 'half a minute',
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(), await scene.avs()];
      await talk(callcore, avs, { callcore, avs });
      const last = await avs.report();
      await avs.vanish();
      await toldOf(callcore, 'reconnecting', 1, 7_000);
      await ended(callcore, 36_000);
      return { callcore, avs: { report: async () => last } };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE', 'CANCEL'],
      callcore: { told: [...BEGUN, 'ended lost'], said: { 'PROPSYNC(r)': 1 } },
      avs: { told: ['incoming', 'established', 'datachan'], said: SAID_HELLO },
    },
    channel: 'cut',
  },
  {
    name: 'H12 callcore vanishes in a call',
    shows: 'AVS notices when ICE has failed, offers an UPDATE, waits a minute for its answer and closes without a word',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await talk(sides.caller, sides.callee, sides);
      const last = await sides.callcore.report();
      await sides.callcore.vanish();
      await closed(sides.avs, 120_000);
      return { callcore: { report: async () => last, timers: 0 }, avs: sides.avs };
    },
    ends: {
      backend: ['SETUP', 'SETUP(r)', 'UPDATE'],
      callcore: { told: ['connecting', 'connected'], said: SAID_HELLO },
      avs: { told: ['incoming', 'established', 'datachan', 'closed TIMEOUT_ECONN'], said: SAID_HELLO },
    },
    channel: 'cut',
  },
];

function renewal(mover: (typeof SIDES)[number], what: string, shows: string, disturb: (post: Post) => void, lost = false): Case {
  return {
    name: `I04 ${what}`,
    shows,
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await talk(sides.caller, sides.callee, sides);
      disturb(scene.post);
      await (mover === 'callcore' ? sides.callcore : sides.avs).act({ do: 'network-changed' });
      await scene.post.saw('UPDATE');
      if (lost) await sides.callcore.act({ do: 'network-changed' });
      await toldOf(sides.callcore, 'renewed');
      await heardAtBothEnds(sides);
      await hangUp(sides.callcore, sides);
      return sides;
    },
    ends: {
      backend: lost ? ['SETUP', 'SETUP(r)', 'UPDATE', 'UPDATE', 'UPDATE(r)'] : UPDATED,
      callcore: { told: RENEWED.callcore, said: HUNG_UP.callcore },
      avs: { told: RENEWED.avs, said: HUNG_UP.avs },
    },
    channel: 'cut',
  };
}
