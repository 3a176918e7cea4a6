import type { Case, End } from './case.ts';
import type { Party } from './party.ts';
import { toldOf, until } from './party.ts';
import { closed, ended, hangUp, heardAtBothEnds, LOUD, ring, SILENT, talk } from './plays.ts';
import type { Ours, Scene } from './world.ts';

export type Side = 'callcore' | 'AVS';
export const SIDES: readonly Side[] = ['callcore', 'AVS'];

export type Cast = { readonly callcore: Ours; readonly avs: Party; readonly caller: Party; readonly callee: Party };

export async function cast(scene: Scene, caller: Side): Promise<Cast> {
  const [callcore, avs] = [await scene.callcore(), await scene.avs()];
  return caller === 'callcore' ? { callcore, avs, caller: callcore, callee: avs } : { callcore, avs, caller: avs, callee: callcore };
}

/** What both ends are told of a call that was taken, up to its end; `renewals` of its peer connection between. */
export function talked(caller: Side, end: { readonly callcore: string; readonly avs: string }, renewals = 0): { readonly callcore: readonly string[]; readonly avs: readonly string[] } {
  const repeated = (told: readonly string[]): string[] => Array.from({ length: renewals }, () => told).flat();
  return {
    callcore: [...(caller === 'AVS' ? ['incoming'] : []), 'connecting', 'connected', ...repeated(['reconnecting', 'renewed', 'connected']), 'ending', end.callcore],
    avs: [...(caller === 'callcore' ? ['incoming'] : ['answered']), 'established', 'datachan', ...repeated(['datachan']), end.avs],
  };
}

export const SAID_HELLO: End['said'] = { PROPSYNC: 1, 'PROPSYNC(r)': 1 };

/** Calls and how they end, each from either side. */
export const PLAIN_CASES: readonly Case[] = [
  ...SIDES.flatMap((caller) => SIDES.map((ender): Case => {
    const told = talked(caller, { callcore: ender === 'callcore' ? 'ended ended-locally' : 'ended ended-by-peer', avs: 'closed NORMAL' });
    return {
      name: `B02 ${ender === caller ? 'B03' : 'B04'} ${caller} calls, sound is heard at both ends, ${ender} hangs up`,
      shows: 'RTP packets and energy at both ends; PROPSYNC both ways; HANGUP and its response',
      play: async (scene) => {
        const sides = await cast(scene, caller);
        await talk(sides.caller, sides.callee, sides);
        await hangUp(ender === 'callcore' ? sides.callcore : sides.avs, sides);
        return sides;
      },
      ends: {
        backend: ['SETUP', 'SETUP(r)'],
        callcore: { told: told.callcore, said: { ...SAID_HELLO, [ender === 'callcore' ? 'HANGUP' : 'HANGUP(r)']: 1 } },
        avs: { told: told.avs, said: { ...SAID_HELLO, [ender === 'AVS' ? 'HANGUP' : 'HANGUP(r)']: 1 } },
      },
    };
  })),
  ...SIDES.map((caller): Case => ({
    name: `B06 ${caller} calls and cancels while it rings`,
    shows: 'CANCEL, and a missed call where it rang',
    play: async (scene) => {
      const sides = await cast(scene, caller);
      await ring(sides.caller, sides.callee);
      await sides.caller.act({ do: 'end' });
      await ended(sides.callcore);
      await closed(sides.avs);
      return sides;
    },
    ends: {
      backend: ['SETUP', 'CANCEL'],
      callcore: { told: caller === 'callcore' ? ['ended ended-locally'] : ['incoming', 'missed', 'ended cancelled-by-peer'], said: {} },
      avs: { told: caller === 'AVS' ? ['closed NORMAL'] : ['incoming', 'closed CANCELED'], said: {} },
    },
  })),
  {
    name: 'B07 AVS declines: callcore hears nothing of it and rings until its user gives up',
    shows: 'nothing leaves AVS; its call stays until the caller gives up',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      await ring(sides.caller, sides.callee);
      await sides.avs.act({ do: 'reject' });
      await closed(sides.avs);
      await sides.callcore.act({ do: 'end' });
      await ended(sides.callcore);
      await toldOf(sides.avs, 'closed CANCELED');
      return sides;
    },
    ends: { backend: ['SETUP', 'CANCEL'], callcore: { told: ['ended ended-locally'], said: {} }, avs: { told: ['incoming', 'closed REJECTED', 'closed CANCELED'], said: {} } },
  },
  {
    name: 'B07 callcore declines as AVS does: AVS rings on until its user gives up',
    shows: "the default policy: REJECT goes to callcore's own other devices",
    play: async (scene) => {
      const sides = await cast(scene, 'AVS');
      await ring(sides.caller, sides.callee);
      await sides.callcore.act({ do: 'reject' });
      await ended(sides.callcore);
      await sides.avs.act({ do: 'end' });
      await closed(sides.avs);
      return sides;
    },
    ends: { backend: ['SETUP', 'REJECT', 'CANCEL'], callcore: { told: ['incoming', 'ended rejected-locally'], said: {} }, avs: { told: ['closed NORMAL'], said: {} } },
  },
  {
    name: 'B07 callcore declines and tells its caller: AVS stops ringing at once',
    shows: 'the policy `tellCaller: always`: an answer that is withdrawn again',
    play: async (scene) => {
      const [callcore, avs] = [await scene.callcore(undefined, { policy: { tellCaller: 'always' } }), await scene.avs()];
      await ring(avs, callcore);
      await callcore.act({ do: 'reject' });
      await closed(avs);
      await ended(callcore);
      return { callcore, avs };
    },
    ends: {
      backend: ['SETUP', 'REJECT', 'SETUP(r)', 'CANCEL', 'CANCEL', 'CANCEL'],
      callcore: { told: ['incoming', 'ending', 'ended rejected-locally'], said: {} },
      avs: { told: ['answered', 'closed NORMAL'], said: {} },
    },
  },
  ...SIDES.map((muter): Case => {
    const told = talked('callcore', { callcore: 'ended ended-locally', avs: 'closed NORMAL' });
    return {
      name: `J01 ${muter} mutes and unmutes`,
      shows: 'PROPSYNC; silence is decoded while muted, sound afterwards',
      play: async (scene) => {
        const sides = await cast(scene, 'callcore');
        await talk(sides.caller, sides.callee, sides);
        const [mutes, listens] = muter === 'callcore' ? [sides.callcore, sides.avs] : [sides.avs, sides.callcore];
        await mutes.act({ do: 'mute', on: true });
        await until(listens, ({ peer, loudness }) => peer.muted && loudness < SILENT, 'silence');
        await mutes.act({ do: 'mute', on: false });
        await until(listens, ({ peer, loudness }) => !peer.muted && loudness > LOUD, 'sound');
        await heardAtBothEnds(sides);
        await hangUp(sides.callcore, sides);
        return sides;
      },
      ends: {
        backend: ['SETUP', 'SETUP(r)'],
        callcore: { told: told.callcore, said: { PROPSYNC: muter === 'callcore' ? 3 : 1, 'PROPSYNC(r)': muter === 'AVS' ? 3 : 1, HANGUP: 1 } },
        avs: { told: told.avs, said: { PROPSYNC: muter === 'AVS' ? 3 : 1, 'PROPSYNC(r)': muter === 'callcore' ? 3 : 1, 'HANGUP(r)': 1 } },
      },
    };
  }),
  {
    name: 'C06 a SETUP of AVS that is older than a minute does not ring at callcore and is a missed call',
    shows: 'ages are seconds of the backend at AVS, milliseconds at callcore',
    play: async (scene) => {
      const sides = await cast(scene, 'AVS');
      scene.post.age = 61_000;
      await sides.avs.act({ do: 'call', user: sides.callcore.self.user });
      await until(sides.callcore, ({ told }) => told.includes('missed'), 'a missed call');
      await sides.avs.act({ do: 'end' });
      await closed(sides.avs);
      return sides;
    },
    ends: { backend: ['SETUP', 'CANCEL'], callcore: { told: ['missed'], said: {} }, avs: { told: ['closed NORMAL'], said: {} } },
  },
  {
    name: 'C06 a SETUP of callcore that is older than a minute does not ring at AVS and is a missed call',
    shows: '',
    play: async (scene) => {
      const sides = await cast(scene, 'callcore');
      scene.post.age = 61_000;
      await sides.callcore.act({ do: 'call', user: sides.avs.self.user });
      await until(sides.avs, ({ told }) => told.includes('missed'), 'a missed call');
      await sides.callcore.act({ do: 'end' });
      await ended(sides.callcore);
      return sides;
    },
    ends: { backend: ['SETUP', 'CANCEL'], callcore: { told: ['ended ended-locally'], said: {} }, avs: { told: ['missed'], said: {} } },
  },
];
