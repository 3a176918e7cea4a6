import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('the transport', () => {
  it('goes into a browser: nothing of Node is bundled with it, and nothing of another layer', async () => {
    const { metafile, errors } = await build({
      entryPoints: ['src/transport/index.ts'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      external: ['ws', 'libsodium-wrappers'],
      logLevel: 'silent',
    });
    expect(errors).toEqual([]);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => !/^src\/(transport|base)\//.test(path))).toEqual([]);
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path, external }) => (external === true ? path : '')));
    expect([...new Set(imports)].filter((path) => path !== '').sort()).toEqual(['libsodium-wrappers', 'ws']);
  });
});
