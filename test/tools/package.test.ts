import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let cli: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callcore-package-'));
  cli = await install(folder);
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

describe('the package, installed where there are no development dependencies', () => {
  it('serves the call page that was built into it', async () => {
    const child = spawn(process.execPath, [cli, 'web', '--port', '0', '--json', '--follow-stdin'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [line] = await new Promise<[Buffer]>((resolve, reject) => {
        child.stdout.once('data', (data: Buffer) => resolve([data]));
        child.once('close', (code) => reject(new Error(`ended with code ${String(code)}`)));
      });
      const { page } = JSON.parse(line.toString()) as { readonly page: string };
      for (const [path, type, holds] of [['/', 'text/html', '/page.js'], ['/page.js', 'text/javascript', 'Sign in'], ['/page.css', 'text/css', '.stage']] as const) {
        const answer = await fetch(new URL(path, page));
        expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(await answer.text()).toContain(holds);
      }
      expect((await fetch(new URL('/package.json', page))).status).toBe(404);
      const ended = new Promise((resolve) => {
        child.once('close', resolve);
      });
      child.stdin.end();
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  }, 60_000);

  it('teaches its commands', async () => {
    for (const command of ['web', 'explain', 'call']) expect((await run(process.execPath, [cli, command, '--help'])).stdout).toContain(`callcore ${command}`);
  }, 60_000);
});

/** Builds, packs and unpacks, beside the dependencies that the lock file has for its users. Resolves with the command. */
async function install(into: string): Promise<string> {
  const built = join(into, 'built');
  await mkdir(built);
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly bin: { readonly callcore: string } };
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'tools/demo/media']) await cp(join(root, file), join(built, file), { recursive: true });
  await run('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', join(built, 'dist')], { cwd: root });
  await run('npx', ['tsx', 'tools/build-pages.ts', join(built, 'dist')], { cwd: root });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], { cwd: built });
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  const home = join(into, 'node_modules', 'callcore');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(into, filename), '-C', home, '--strip-components=1']);
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean }>> };
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (dev === true || devOptional === true || optional === true || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) continue;
    await mkdir(dirname(join(into, path)), { recursive: true });
    await symlink(join(root, path), join(into, path), 'dir');
  }
  return join(home, manifest.bin.callcore);
}
