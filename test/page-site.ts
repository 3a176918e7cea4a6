import { build } from 'esbuild';
import type { Site } from './browser.ts';

/** A page at `path` whose only script is the given module, bundled with all that it imports. */
export async function pageSite(entry: string, path = '/'): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [entry], bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022', sourcemap: 'inline', external: ['ws'], logLevel: 'silent',
  });
  const script = `${path === '/' ? '/page' : path}.js`;
  return {
    [path]: { type: 'text/html; charset=utf-8', body: `<!doctype html><meta charset="utf-8"><title>Test</title><script type="module" src="${script}"></script>` },
    [script]: { type: 'text/javascript; charset=utf-8', body: outputFiles[0]?.contents ?? '' },
  };
}
