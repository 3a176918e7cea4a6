import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'planted-'));
mkdirSync(join(folder, 'src/econn'), { recursive: true });
copyFileSync('.oxlintrc.json', join(folder, '.oxlintrc.json'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file planted among ECONN', () => {
  const sins = {
    'waits on a timer': 'export const wait = (): unknown => setTimeout(() => undefined, 1);',
    'reads the clock': 'export const now = (): number => Date.now();',
    'throws dice': 'export const dice = (): number => Math.random();',
    'asks the process': 'export const argv = (): unknown => process.argv;',
    prints: 'export const say = (): void => console.log(1);',
    'reaches for the network': "export const ask = (): unknown => fetch('');",
    'imports from Node': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
    'imports upward': "import { Ecall } from '../ecall/ecall.ts';\nexport const call = Ecall;",
    'imports the media': "import { Flow } from '../mediaflow/flow.ts';\nexport const flow = Flow;",
  };

  for (const [sin, text] of Object.entries(sins)) {
    it(`is refused by lint when it ${sin}`, () => {
      writeFileSync(join(folder, 'src/econn/planted.ts'), `${text}\n`);

      const { status, stdout } = lint();

      expect(status, stdout).toBe(1);
      expect(stdout).toMatch(/no-restricted|no-console/);
    });
  }

  it('is taken when it only computes', () => {
    writeFileSync(join(folder, 'src/econn/planted.ts'), 'export const twice = (count: number): number => count * 2;\n');

    expect(lint().status).toBe(0);
  });
});

function lint(): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, [join(process.cwd(), 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', 'src'], { cwd: folder, encoding: 'utf8' });
}
