import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../tools/commands/run.ts';
import { talking } from '../ecall/pair.ts';
import { seed } from '../seed.ts';
import { randomRun } from '../trace/random-run.ts';

const GHOST = fileURLToPath(new URL('../traces/ghost-ring-beside-a-glare.trace.json', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callcore-traces-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

describe('callcore replay', () => {
  it('O06 says that everything happens again, of each file', async () => {
    const [one, other] = [await written('run', randomRun(seed)), await written('call', (await talking()).call.trace())];

    const { code, said } = await ran(['replay', one, other, GHOST]);

    expect(code).toBe(0);
    expect(said).toHaveLength(3);
    for (const line of said) expect(line).toMatch(/\d+ devices?, \d+ steps: happens again, byte for byte$/u);
  });

  it('shows the first difference: which device, which step, what was and what is', async () => {
    const bundle = structuredClone(randomRun(seed)) as unknown as { devices: { name: string; parts: { entries: { outputs: object[] }[] }[] }[] };
    const { entries } = bundle.devices[1]!.parts[0]!;
    entries.at(-1)!.outputs = [{ type: 'stop-timer', timer: 'setup' }, { type: 'stop-timer', timer: 'lunch' }];
    const path = await written('changed', bundle);

    const { code, said } = await ran(['replay', path]);
    const json = await ran(['replay', path, '--json']);

    expect([code, json.code]).toEqual([1, 1]);
    expect(said.join('\n')).toMatch(new RegExp(`does not happen again: \\d+ steps alike, then\\n  ${bundle.devices[1]!.name}, part 1, step ${String(entries.length)} .*\\n  recorded  .*lunch.*\\n  replayed  `, 'u'));
    expect(JSON.parse(json.said[0]!)).toMatchObject({ type: 'replayed', same: false, difference: { device: 1, part: 0, entry: entries.length - 1 } });
  });

  it('says the same to machines', async () => {
    const { code, said } = await ran(['replay', GHOST, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(said[0]!)).toEqual({ type: 'replayed', file: GHOST, title: expect.stringContaining('ghost ring') as string, devices: ['a1', 'a2', 'b1', 'b2'], steps: 20, same: true });
  });

  it.each([
    [['replay'], 2, 'name a trace file'], [['replay', '/nowhere.json'], 1, 'there is no file'], [['explain'], 2, 'name a trace file'],
    [['explain', GHOST, '-o', GHOST], 2, 'overwrite'], [['explain', GHOST, '-o', '/nowhere/page.html'], 1, 'there is no folder'],
    [['replay', fileURLToPath(new URL('../../package.json', import.meta.url))], 1, 'another version'],
  ] as const)('%j: says what is wrong', async (args, code, because) => {
    const result = await ran(args);
    expect(result.code).toBe(code);
    expect(result.complaints).toContain(because);
  });

  it('knows no rules but those that there are', async () => {
    const bundle = randomRun(seed);
    const strange = { ...bundle, devices: bundle.devices.map((device) => ({ ...device, parts: device.parts.map((part) => ({ ...part, rules: 'no 99' })) })) };
    const path = await written('strange', strange);
    for (const command of ['replay', 'explain']) {
      const { code, complaints } = await ran([command, path]);
      expect(code).toBe(1);
      expect(complaints).toContain('"no 99"');
    }
  });
});

describe('callcore explain', () => {
  it('writes one page beside the trace, which may run its own script and load nothing', async () => {
    const path = await written('call', randomRun(seed));

    const { code, said } = await ran(['explain', path, '--title', 'What <happened>']);

    expect(code).toBe(0);
    const page = await readFile(path.replace('.trace.json', '.html'), 'utf8');
    expect(said[0]).toMatch(/^written to .*call\.html \(\d+ KiB\)$/u);
    expect(page).toContain('<title>What &lt;happened> · callcore</title>');
    expect(page).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/u);
    expect(page).not.toMatch(/\b(?:src|href)=|@import|url\(/u);
  });
});

async function written(name: string, value: unknown): Promise<string> {
  const path = join(folder, `${name}.trace.json`);
  await writeFile(path, JSON.stringify(value));
  return path;
}

async function ran(args: readonly string[]): Promise<{ readonly code: number; readonly said: readonly string[]; readonly complaints: string }> {
  const said: string[] = [];
  const complaints: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
  const code = await run(args);
  vi.restoreAllMocks();
  return { code, said, complaints: complaints.join('') };
}
