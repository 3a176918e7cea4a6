import { performance } from 'node:perf_hooks';
import type { Props } from '../../src/index.ts';
import type { PeerCommand } from '../commands/peer-events.ts';
import type { Cast } from './cast.ts';
import type { DemoPeer } from './demo-peer.ts';
import type { Sync } from './result.ts';
import type { Stage } from './stage.ts';

/** The demo from the first process to the last one's end. Rejects with `StepError`, naming the step. */
export async function perform(stage: Stage, cast: Cast, seconds: number): Promise<readonly Sync[]> {
  cast.startBackend();
  await stage.until('the backend listens', PROCESS_START, () => cast.url !== undefined);
  const bob = cast.startBob();
  await stage.until('Bob waits for calls', PROCESS_START, () => bob.side.ready);
  const alice = cast.startAlice(seconds);
  await stage.until('Alice is connected to the backend', PROCESS_START, () => alice.side.ready);
  await stage.until('Alice calls, Bob answers, both are connected', CONNECTING, () => alice.side.state === 'connected' && bob.side.state === 'connected');
  await stage.until("Alice's sound reaches Bob, Bob's reaches Alice", STEP, () => alice.side.hears && bob.side.hears);
  await stage.until('each sees the other', STEP, () => [alice, bob].every(({ side }) => side.sees && side.other?.video === 'on' && !side.other.muted));
  const syncs = await changeProps(stage, alice, bob, seconds);
  await stage.until('the file is played to its end', seconds * 1000 + STEP, () => alice.side.played);
  await stage.pause(LAST_FRAMES);
  cast.leaving();
  bob.say('end');
  await stage.until('Bob hangs up, both calls end', STEP, () => alice.side.end !== undefined && bob.side.end !== undefined);
  await stage.until('both tell their frames and exit', STEP, () => alice.process.exitCode === 0 && bob.process.exitCode === 0);
  for (const child of cast.processes) child.dismiss();
  await stage.until('the backend exits', STEP, () => cast.processes.every(({ exitCode }) => exitCode === 0));
  return syncs;
}

/** Spread over the first half of the file, so that a person can follow. Each undoes the one before: none holds by chance. */
async function changeProps(stage: Stage, alice: DemoPeer, bob: DemoPeer, seconds: number): Promise<readonly Sync[]> {
  const syncs: Sync[] = [];
  for (const { who, command, other, seen } of CHANGES) {
    const [actor, witness] = who === 'Alice' ? [alice, bob] : [bob, alice];
    await stage.pause((seconds * 1000) / 2 / CHANGES.length);
    const start = performance.now();
    actor.say(command);
    await stage.until(`${who}: ${command}, and ${other} sees it`, STEP, () => witness.side.other !== undefined && seen(witness.side.other));
    syncs.push({ change: `${who}: ${command}`, seenAfterMs: performance.now() - start });
  }
  return syncs;
}

type Change = { readonly who: 'Alice' | 'Bob'; readonly other: 'Alice' | 'Bob'; readonly command: PeerCommand; readonly seen: (props: Props) => boolean };

const CHANGES: readonly Change[] = [
  { who: 'Alice', other: 'Bob', command: 'mute', seen: ({ muted }) => muted },
  { who: 'Alice', other: 'Bob', command: 'unmute', seen: ({ muted }) => !muted },
  { who: 'Alice', other: 'Bob', command: 'video off', seen: ({ video }) => video === 'off' },
  { who: 'Alice', other: 'Bob', command: 'video on', seen: ({ video }) => video === 'on' },
  { who: 'Bob', other: 'Alice', command: 'mute', seen: ({ muted }) => muted },
  { who: 'Bob', other: 'Alice', command: 'unmute', seen: ({ muted }) => !muted },
  { who: 'Bob', other: 'Alice', command: 'video off', seen: ({ video }) => video === 'off' },
  { who: 'Bob', other: 'Alice', command: 'video on', seen: ({ video }) => video === 'on' },
];

// Milliseconds. On a machine that does nothing else each takes a tenth of it or less.
const PROCESS_START = 30_000;
const CONNECTING = 20_000;
const STEP = 10_000;
/** For the last frames to arrive. */
const LAST_FRAMES = 300;
