import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOggOpus } from '../../src/mediaflow/index.ts';
import type { DemoResult } from '../../tools/demo/result.ts';
import { callcore } from './run-callcore.ts';

describe('callcore demo', () => {
  let directory = '';
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'callcore-test-'))));
  afterAll(() => rm(directory, { recursive: true }));

  it('plays a whole call and prints one object with every figure', async () => {
    const recording = join(directory, 'bob.ogg');
    const { code, out, err } = await callcore(['demo', '--seconds', '3', '--json', '--record', recording]).ended;

    expect(out.trim().split('\n')).toHaveLength(1);
    const result = JSON.parse(out) as DemoResult;
    expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect({ code, ok: result.ok, seconds: result.seconds }).toEqual({ code: 0, ok: true, seconds: 3 });
    expect(result.alice?.reason).toEqual({ type: 'ended-by-peer' });
    expect(result.bob?.reason).toEqual({ type: 'ended-locally' });
    // 150 frames of 20 ms are three seconds.
    expect((result.audio?.played ?? 0) + (result.audio?.muted ?? 0)).toBe(150);
    expect(result.audio?.share).toBeGreaterThanOrEqual(0.99);
    expect(result.audio?.muted).toBeGreaterThan(0);
    expect(result.audio).toMatchObject({ altered: 0, outOfOrder: 0, timestampBreaks: 0 });
    expect(result.syncs.map(({ change }) => change)).toHaveLength(8);
    expect(result.signs?.alice).toHaveLength(7);
    expect(result.signs?.bob).toEqual(result.signs?.alice);
    for (const end of [result.alice, result.bob]) {
      expect(end?.metrics.setup.connected).toBeGreaterThan(0);
      expect(end?.metrics.roundTripMs).toBeGreaterThan(0);
      expect(end?.metrics.messages.backendSent).toBeGreaterThan(0);
      expect(end?.metrics.messages.channelReceived).toBeGreaterThan(0);
    }
    expect(result.recording?.packets).toBe(readOggOpus(readFileSync(recording)).length);
    expect(err).toContain('Bob is process');
  }, 60_000);

  it('fails, says at which step, and leaves neither process nor file when Bob dies', async () => {
    // Its own temporary folder, so that what is left in it is its own.
    const demo = callcore(['demo', '--seconds', '10', '--json'], { env: { TMPDIR: directory } });
    await demo.printed(/each sees the other/);
    const pids = await Promise.all(['backend', 'Bob', 'Alice'].map(async (name) => Number((await demo.printed(new RegExp(`${name} is process (\\d+)`)))[1])));
    process.kill(pids[1] ?? 0, 'SIGKILL');
    const { code, out } = await demo.ended;

    expect(code).toBe(1);
    const result = JSON.parse(out) as DemoResult;
    expect(result.ok).toBe(false);
    expect(result.failure?.because).toContain('Bob was killed by SIGKILL');
    expect(result.failure?.step).not.toBe('');
    expect(pids.filter(isRunning)).toEqual([]);
    expect(readdirSync(directory).filter((name) => name.startsWith('callcore-demo-'))).toEqual([]);
  }, 60_000);

  it('ends at once with Ctrl-C, and takes its processes with it', async () => {
    const demo = callcore(['demo']);
    const [, bob] = await demo.printed(/Bob is process (\d+)/);
    demo.signal('SIGINT');
    const { code, out } = await demo.ended;

    expect(code).toBe(1);
    expect(out).toContain('it was stopped');
    expect(out).not.toContain('played');
    expect(isRunning(Number(bob))).toBe(false);
  }, 60_000);

  it('prints no colours and moves no cursor where there is no terminal', async () => {
    const demo = callcore(['demo', '--seconds', '2']);
    const { code, out } = await demo.ended;

    expect(code).toBe(0);
    expect(out).toContain('the demo passed');
    expect(out).not.toContain('\u001B');
  }, 60_000);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
