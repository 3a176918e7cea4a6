import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChart } from '../../tools/draw-chart.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Inside the package, so that it can import the package by name. */
let folder: string;
let readme: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, 'dist-readme-'));
  readme = await readFile(join(root, 'README.md'), 'utf8');
  await run('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root });
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

describe('the README', () => {
  it('shows a program that compiles against the built package and prints what the README says', async () => {
    const program = block('ts');
    const printed = block('text');
    await writeFile(join(folder, 'program.mts'), program);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', compilerOptions: { outDir: 'out', rootDir: '.', noEmit: false, types: ['node'] }, include: ['program.mts'] }));

    await run('npx', ['tsc', '-p', folder], { cwd: root });
    const { stdout } = await run(process.execPath, [join(folder, 'out', 'program.mjs')], { timeout: 30_000 });

    expect(program.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(36);
    expect(stdout).toBe(printed);
  }, 180_000);

  it('names only files that exist', async () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path = '']) => path);

    expect(links.length).toBeGreaterThan(5);
    for (const path of links) await expect(run('ls', [join(root, path)])).resolves.toBeDefined();
  });

  it('and docs/protocol.md show the chart of the code', async () => {
    const protocol = await readFile(join(root, 'docs/protocol.md'), 'utf8');

    expect(withChart(readme)).toBe(readme);
    expect(withChart(protocol)).toBe(protocol);
    expect(readme).toContain('stateDiagram-v2');
  });
});

/** The README's first code block of a language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`the README has no ${language} block`);
  return found;
}
