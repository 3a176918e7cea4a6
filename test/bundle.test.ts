import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';

/** What an app in a browser imports, all of it together and each entry alone. */
const ENTRIES = ['callcore', 'callcore/transport', 'callcore/mediaflow/native'] as const;
const LIMIT_KB = 60;

describe('in a browser', () => {
  it('the main entry weighs at most 60 kB beyond libsodium and xstate, and so do all that a browser needs together', async () => {
    for (const entries of [...ENTRIES.map((entry) => [entry]), ENTRIES]) {
      const { code, inputs } = await bundle(importing(entries), ['xstate', 'libsodium-wrappers', 'ws']);
      const kilobytes = gzipSync(code, { level: 9 }).length / 1_000;
      console.log(`${entries.join(' + ')}: ${kilobytes.toFixed(1)} kB gzipped`);
      expect(kilobytes).toBeLessThan(LIMIT_KB);
      expect(inputs.filter((path) => /werift|^node:/.test(path))).toEqual([]);
    }
  });

  it('everything loads without a module of Node and without a complaint', async () => {
    const { code } = await bundle(`${importing(ENTRIES)} globalThis.loaded = Object.keys(all);`, ['ws']);
    await using browser = await openBrowser({
      '/': { type: 'text/html', body: '<!doctype html><title>Test</title><script type="module" src="/page.js"></script>' },
      '/page.js': { type: 'text/javascript', body: code },
    });
    const { page, complaints, requests } = await browser.open('/');
    const loaded = await page.evaluate(() => (globalThis as unknown as { loaded: string[] }).loaded);
    expect(loaded).toEqual(expect.arrayContaining(['CallEngine', 'connectBackend', 'NativeMediaEngine']));
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(2);
  });
});

const SOURCES: Record<(typeof ENTRIES)[number], string> = {
  callcore: './src/index.ts',
  'callcore/transport': './src/transport/index.ts',
  'callcore/mediaflow/native': './src/mediaflow/native/index.ts',
};

function importing(entries: readonly (typeof ENTRIES)[number][]): string {
  const imports = entries.map((entry, index) => `import * as part${String(index)} from '${SOURCES[entry]}';`);
  const parts = entries.map((_, index) => `...part${String(index)}`);
  return `${imports.join('\n')}\nexport const all = { ${parts.join(', ')} };`;
}

async function bundle(contents: string, external: string[]): Promise<{ readonly code: Uint8Array; readonly inputs: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true, minify: true, write: false, metafile: true, format: 'esm', platform: 'browser', target: 'es2022', external, logLevel: 'silent',
  });
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), inputs: Object.keys(metafile.inputs) };
}
