import type { Name } from './deed.ts';

/** A scenario of groups B, D and E (and a renewal) as a course of deeds, and how each device ends up when nothing disturbs it. */
export type Scenario = { readonly title: string; readonly devices: readonly Name[]; readonly course: string };

const PAIR = ['a1', 'b1'] as const;
const TRIO = ['a1', 'b1', 'b2'] as const;
const FOUR = ['a1', 'a2', 'b1', 'b2'] as const;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  B02: { title: 'a call that is answered', devices: PAIR, course: 'a1 call; b1 answer' },
  B03: { title: 'its caller hangs up', devices: PAIR, course: 'a1 call; b1 answer; a1 end' },
  B04: { title: 'its callee hangs up', devices: PAIR, course: 'a1 call; b1 answer; b1 end' },
  B05: { title: 'both hang up in the same instant', devices: PAIR, course: 'a1 call; b1 answer; a1 end + b1 end' },
  B06: { title: 'its caller gives up while it rings', devices: TRIO, course: 'a1 call; wait 5000; a1 end' },
  B07: { title: 'it is declined', devices: TRIO, course: 'a1 call; b1 reject' },
  B08: { title: 'its caller ends it before the channel opens', devices: PAIR, course: 'a1 call + b1 part; b1 answer; a1 end' },
  B09: { title: 'its callee answers and ends in the same instant', devices: PAIR, course: 'a1 call; b1 answer + b1 end' },
  B10: { title: 'its caller ends it while the answer is on its way', devices: PAIR, course: 'a1 call; b1 answer + a1 end' },
  B11: { title: 'given up, and called back from the other device', devices: FOUR, course: 'a1 call; a1 end; b2 call; a1 answer' },
  B15: { title: 'its caller vanishes, is called back, and comes back', devices: PAIR, course: 'a1 call; a1 die; b1 reject; b1 call; a1 crash newest; a1 answer' },
  D02: { title: 'both call at once', devices: PAIR, course: 'a1 call + b1 call' },
  D04: { title: 'both call, and the loser’s offer comes after everything', devices: PAIR, course: 'late SETUP to b1; a1 call + b1 call' },
  D05: { title: 'both call, and the winner ends before it hears the loser', devices: PAIR, course: 'b1 leave + a1 call + b1 call; b1 end; b1 return' },
  D06: { title: 'both call, the loser ends before it hears the winner, then takes that call', devices: PAIR, course: 'a1 leave + a1 call + b1 call; a1 end; a1 return; a1 answer' },
  D07: { title: 'both call, and the winner ends while the loser prepares its answer', devices: PAIR, course: 'a1 call + a1 slow + b1 call; b1 end' },
  D08: { title: 'both call, and the loser ends while it prepares its answer', devices: PAIR, course: 'a1 call + a1 slow + b1 call; a1 end' },
  D09: { title: 'one is called while it prepares its own call', devices: PAIR, course: 'a1 slow + a1 call; b1 call' },
  D10: { title: 'both call at once, with two devices each', devices: FOUR, course: 'a1 call + b1 call' },
  D11: { title: 'two devices of one user call', devices: ['a1', 'a2', 'b1'], course: 'a1 call + a2 call; b1 answer' },
  D13: { title: 'an offer of before comes into a call', devices: PAIR, course: 'late SETUP to a1; b1 call; b1 end; a1 call; b1 answer' },
  D14: { title: 'both renew at once, and one turns the camera on', devices: PAIR, course: 'a1 call; b1 answer; a1 renew + b1 renew + a1 camera' },
  D15: { title: 'both call at once, and the loser’s answer is lost', devices: PAIR, course: 'lost SETUP(r) to b1; a1 call + b1 call' },
  E01: { title: 'the second device answers', devices: TRIO, course: 'a1 call; b2 answer' },
  E02: { title: 'nobody answers', devices: TRIO, course: 'a1 call' },
  E03: { title: 'two devices answer in the same instant', devices: TRIO, course: 'a1 call; b1 answer + b2 answer' },
  E04: { title: 'one device declines', devices: TRIO, course: 'a1 call; b1 reject' },
  E05: { title: 'one declines and one answers in the same instant', devices: TRIO, course: 'a1 call; b1 reject + b2 answer' },
  E06: { title: 'the caller has another device', devices: ['a1', 'a2', 'b1'], course: 'a1 call; b1 answer' },
  E10: { title: 'one hears that the other took it before it hears of the call', devices: TRIO, course: 'late SETUP to b1; a1 call; b2 answer' },
  E11: { title: 'one comes back when the other has taken it', devices: TRIO, course: 'b1 leave; a1 call; b2 answer; b1 return' },
  'E11 cancelled': { title: 'one comes back when it is over', devices: TRIO, course: 'b1 leave; a1 call; a1 end; b1 return' },
  'E11 declined': { title: 'one comes back when the other has declined', devices: TRIO, course: 'b1 leave; a1 call; b2 reject; b1 return' },
  E12: { title: 'the second answer comes after the first was accepted', devices: TRIO, course: 'late SETUP(r) to b2; a1 call; b1 answer; b2 answer' },
  E13: { title: 'one has no microphone, the other takes it', devices: TRIO, course: 'b1 break; a1 call; b1 answer; b2 answer' },
  E15: { title: 'the caller’s other device calls, too', devices: FOUR, course: 'a1 call; b1 answer; a2 call' },
  I01: { title: 'renewed, and ended by the other side', devices: PAIR, course: 'a1 call; b1 answer; a1 renew; b1 end' },
};

/** What is not a course of deeds between engines, and where it is shown instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  B01: 'the signalling of B02; that no channel opens is of the media',
  B12: 'two hundred times B03–B10',
  B13: 'a thousand times B03–B06, in conversations that share no message',
  B14: 'speaks of packets of media, not of messages',
  D01: 'a function of two ids',
  D03: 'the signalling of D02',
  D12: 'refused before there is a message',
  E07: 'a forged message, written by hand: test/ecall/guards.test.ts',
  E08: 'a forged message, written by hand: test/ecall/guards.test.ts',
  E09: 'a forged message, written by hand: test/ecall/guards.test.ts',
  E14: 'of the sealed channel, which says nothing of it to the engine: test/transport/delivery.test.ts',
};
