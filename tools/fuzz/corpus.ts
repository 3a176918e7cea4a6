import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../test/fuzz/', import.meta.url));

/** Inputs that together go everywhere a longer search has gone: one in base64 to a line. */
export function readCorpus(target: string): Uint8Array[] {
  const path = `${folder}corpus/${target}.txt`;
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => new Uint8Array(Buffer.from(line, 'base64')));
}

export function writeCorpus(target: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(`${folder}corpus`, { recursive: true });
  writeFileSync(`${folder}corpus/${target}.txt`, inputs.map((input) => `${Buffer.from(input).toString('base64')}\n`).join(''));
}

/** Inputs that once did harm, by name. */
export function readFindings(target: string): ReadonlyMap<string, Uint8Array> {
  const path = `${folder}findings/${target}`;
  if (!existsSync(path)) return new Map();
  return new Map(readdirSync(path).sort().map((name) => [name, new Uint8Array(readFileSync(`${path}/${name}`))]));
}

/** Returns where it was written. */
export function writeFinding(target: string, input: Uint8Array): string {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 12);
  mkdirSync(`${folder}findings/${target}`, { recursive: true });
  const path = `${folder}findings/${target}/${name}`;
  writeFileSync(path, input);
  return `test/fuzz/findings/${target}/${name}`;
}
