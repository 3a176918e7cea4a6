import type { Deed, Party, Report } from './party.ts';
import { toldOf, until } from './party.ts';

/** Full amplitude is 1; the tones that are played reach a tenth at least. */
export const LOUD = 0.05;
export const SILENT = 0.01;

export type Sides = { readonly callcore: Party; readonly avs: Party };

/** Rings at one end until it is to be answered. */
export async function ring(caller: Party, callee: Party, how: Partial<Extract<Deed, { do: 'call' }>> = {}): Promise<void> {
  await caller.act({ do: 'call', user: callee.self.user, ...how });
  await toldOf(callee, 'incoming');
}

/** A call that stands, channel open and sound heard at both ends. */
export async function talk(caller: Party, callee: Party, sides: Sides): Promise<void> {
  await ring(caller, callee);
  await callee.act({ do: 'answer' });
  await connected(sides);
  await heardAtBothEnds(sides);
}

/** `times`: how often a channel has opened so far, as AVS counts. */
export async function connected({ callcore, avs }: Sides, times = 1): Promise<void> {
  await toldOf(callcore, 'connected');
  await toldOf(avs, 'datachan', times);
  await toldOf(avs, 'established');
  // Both ends say how they send as soon as the channel opens, and each hears that it was heard.
  const saidAndHeard = ({ said, heard }: Report): boolean => [said, heard].every((list) => ['PROPSYNC', 'PROPSYNC(r)'].every((name) => list.filter((each) => each === name).length >= times));
  try {
    for (const party of [callcore, avs]) await until(party, saidAndHeard, 'PROPSYNC both ways');
  } catch (error) {
    throw new Error(`callcore: ${JSON.stringify(await callcore.report())}\nAVS: ${JSON.stringify(await avs.report())}`, { cause: error });
  }
}

/** Packets are counted and their sound decoded, both ways. */
export async function heardAtBothEnds({ callcore, avs }: Sides): Promise<void> {
  for (const party of [callcore, avs]) await until(party, ({ loudness, audio }) => loudness > LOUD && audio.received > 0 && audio.sent > 0, 'sound both ways');
}

export async function hangUp(who: Party, { callcore, avs }: Sides): Promise<void> {
  await who.act({ do: 'end' });
  await ended(callcore);
  await closed(avs);
}

export function ended(callcore: Party, patience?: number): Promise<unknown> {
  return until(callcore, ({ told }) => told.some((each) => each.startsWith('ended')), 'its end', patience);
}

export function closed(avs: Party, patience?: number): Promise<unknown> {
  return until(avs, ({ told }) => told.some((each) => each.startsWith('closed')), 'its end', patience);
}
