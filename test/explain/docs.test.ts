import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMAT } from '../../src/trace/index.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const TEXT = readFileSync(new URL('explain.md', DOCS), 'utf8');

describe('docs/explain.md', () => {
  it('shows a glare, a reconnect and a ghost ring, each picture with words, small enough to load', () => {
    const pictures = [...TEXT.matchAll(/!\[(?<words>[^\]]*)\]\((?<path>[^)]+)\)/gu)].map(({ groups }) => groups!);

    expect(pictures.map(({ path }) => path)).toEqual(['images/explain-glare.png', 'images/explain-reconnect.png', 'images/explain-ghost-ring.png', 'images/explain-phone.png']);
    for (const { words, path } of pictures) {
      expect(words!.length).toBeGreaterThan(20);
      expect(statSync(new URL(path!, DOCS)).size).toBeLessThan(300 * 1024);
    }
  });

  it('describes the file format that there is', () => {
    expect(TEXT).toContain(`format: '${FORMAT}';`);
  });
});
