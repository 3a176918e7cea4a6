import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

describe('code that can be held in the head', () => {
  it.each(['src', 'tools', 'test'])('%s has no file of more than 400 lines, and most are below 120', (folder) => {
    const lengths = readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path): [number, string] => [readFileSync(new URL(`${folder}/${path}`, ROOT), 'utf8').split('\n').length - 1, path])
      .toSorted(([one], [other]) => one - other);

    expect(lengths.filter(([lines]) => lines > 400)).toEqual([]);
    expect(lengths[Math.floor(lengths.length / 2)]![0]).toBeLessThanOrEqual(120);
  });
});
