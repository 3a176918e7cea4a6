import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explore } from '../../tools/explore/main.ts';
import type { Trace } from '../../tools/explore/trace.ts';

afterEach(() => vi.restoreAllMocks());

describe('callcore explore', () => {
  it('says that nothing is wrong, with figures, for machines too', async () => {
    const said = listen();
    expect(await explore(['1+1', '--json'])).toBe(0);
    expect(JSON.parse(said[0]!)).toMatchObject({ type: 'explored', configuration: '1+1', complete: true, wrong: [] });
  });

  it('shows a shortest way to what is wrong as a table, a diagram and a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'callcore-traces-'));
    const said = listen();
    expect(await explore(['1+1', '--without', 'no 2: no marks', '--traces', folder])).toBe(1);
    expect(said.join('\n')).toMatch(/hears CANCEL a1\.1[\s\S]*hears SETUP a1\.1[\s\S]*→ ghost ring[\s\S]*sequenceDiagram/u);
    const files = readdirSync(folder);
    expect(files).toEqual(['ghost-ring-1+1.trace.json']);
    expect((JSON.parse(readFileSync(join(folder, files[0]!), 'utf8')) as Trace).steps).toHaveLength(4);
    rmSync(folder, { recursive: true });
  });

  it('knows its configurations and rules, and says when it does not', async () => {
    const said = listen();
    const complaints: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
    expect(await explore(['--list'])).toBe(0);
    expect(said[0]).toContain('2+2 L1 D1');
    expect(await explore(['9+9'])).toBe(2);
    expect(await explore(['1+1', '--without', 'no 8'])).toBe(2);
    expect(complaints).toHaveLength(2);
  });
});

function listen(): readonly string[] {
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    said.push(text);
  });
  return said;
}
