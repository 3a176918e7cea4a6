import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MediaFileError, readOggOpus } from '../../src/mediaflow/index.ts';
import { CommandError } from '../commands/command.ts';
import { digest } from '../commands/frame-ledger.ts';
import type { FrameReport } from '../commands/peer-events.ts';
import { Cast } from './cast.ts';
import { compareFrames, countRecorded } from './compare-frames.ts';
import { judge } from './judge.ts';
import type { DemoResult, Recording } from './result.ts';
import { perform } from './script.ts';
import { Stage, StepError } from './stage.ts';
import type { View } from './view.ts';

export type DemoOptions = {
  /** How much of the speech is played. */
  readonly seconds: number;
  /** Where Bob's recording is to be kept. */
  readonly record: string | undefined;
  /** Aborted when the person wants to stop. */
  readonly stopped: AbortSignal;
};

/** Runs backend, Bob and Alice as processes of their own through a whole call. Leaves no process and no file behind. */
export async function runDemo({ seconds, record, stopped }: DemoOptions, view: View): Promise<DemoResult> {
  const start = performance.now();
  const wallMs = (): number => Math.round(performance.now() - start);
  const directory = await mkdtemp(join(tmpdir(), 'callcore-demo-'));
  const stage = new Stage(view);
  const cast = new Cast(directory, stage, () => view.show(cast));
  const stop = (): void => stage.break('it was stopped');
  stopped.addEventListener('abort', stop);
  try {
    if (stopped.aborted) stop();
    const syncs = await perform(stage, cast, seconds);
    if (record !== undefined) await keep(cast.recording, record);
    return { ...(await conclude(cast, syncs)), seconds, wallMs: wallMs() };
  } catch (problem) {
    if (!(problem instanceof StepError)) throw problem;
    return { ok: false, seconds, wallMs: wallMs(), checks: [], failure: { step: problem.step, because: problem.message }, syncs: [], ...endsOf(cast) };
  } finally {
    stopped.removeEventListener('abort', stop);
    await cast.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function keep(recording: string, path: string): Promise<void> {
  try {
    await copyFile(recording, path);
  } catch (problem) {
    throw new CommandError(`the recording cannot be kept: ${problem instanceof Error ? problem.message : path}`);
  }
}

async function conclude(cast: Cast, syncs: DemoResult['syncs']): Promise<Omit<DemoResult, 'seconds' | 'wallMs'>> {
  const [alice, bob] = [cast.alice?.side, cast.bob?.side];
  const played = alice?.frames?.played ?? [];
  const audio = compareFrames(played, bob?.frames?.received ?? []);
  const recording = await readRecording(cast.recording, played);
  if (alice === undefined || bob === undefined) throw new StepError('start', 'it did not begin');
  const checks = judge({ alice, bob, syncs, audio, recording, exitCodes: cast.processes.map(({ exitCode }) => exitCode) });
  const signs = { ...(alice.code === undefined ? {} : { alice: alice.code }), ...(bob.code === undefined ? {} : { bob: bob.code }) };
  return { ok: checks.every(({ passed }) => passed), checks, syncs, signs, audio, ...(recording === undefined ? {} : { recording }), ...endsOf(cast) };
}

function endsOf({ alice, bob }: Cast): Pick<DemoResult, 'alice' | 'bob'> {
  const [ours, theirs] = [alice?.side.end, bob?.side.end];
  return { ...(ours === undefined ? {} : { alice: ours }), ...(theirs === undefined ? {} : { bob: theirs }) };
}

/** `undefined` when it is no Ogg/Opus file. */
async function readRecording(path: string, played: FrameReport['played']): Promise<Recording | undefined> {
  try {
    const frames = readOggOpus(await readFile(path));
    const samples = frames.reduce((sum, frame) => sum + frame.samples, 0);
    return { packets: frames.length, seconds: samples / 48_000, asPlayed: countRecorded(played, frames.map(({ payload }) => digest(payload))) };
  } catch (problem) {
    if (problem instanceof MediaFileError) return undefined;
    throw problem;
  }
}
