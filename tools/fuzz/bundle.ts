import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';
import { instrument } from './instrument.ts';
import type { Target } from './target.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Counters that the instrumented code raises, one byte each, wrapping. */
export type Counters = Uint8Array<ArrayBuffer>;

/**
 * A target whose code counts where it goes: the project's own and werift's, bundled into one module. Other
 * packages run as they are.
 */
export async function loadInstrumented(name: string): Promise<{ readonly target: Target; readonly counters: Counters }> {
  let used = 0;
  const outfile = `${root}node_modules/.cache/callcore-fuzz/${name}.mjs`;
  await mkdir(fileURLToPath(new URL('.', pathToFileURL(outfile))), { recursive: true });
  await build({
    entryPoints: [`${root}tools/fuzz/targets/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['libsodium-wrappers', 'ws', 'esbuild'],
    banner: { js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);' },
    logLevel: 'warning',
    plugins: [{
      name: 'instrument',
      setup: (build) => {
        build.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
          if (!path.startsWith(`${root}src/`) && !path.startsWith(`${root}node_modules/werift/lib/`)) return undefined;
          const { code } = await transform(await readFile(path, 'utf8'), { loader: path.endsWith('.ts') ? 'ts' : 'js', target: 'node20' });
          const instrumented = instrument(code, used);
          used += instrumented.counters;
          return { contents: instrumented.code, loader: 'js' };
        });
      },
    }],
  });
  const counters = new Uint8Array((used + 8) & ~7);
  (globalThis as { $fuzzCounters?: Counters }).$fuzzCounters = counters;
  const { target } = (await import(pathToFileURL(outfile).href)) as { readonly target: Target };
  return { target, counters };
}
