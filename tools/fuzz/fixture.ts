import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of the repository, also for code that was bundled elsewhere into it. */
export function fixture(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(repository, path)));
}

export function fixtures(folder: string): Uint8Array[] {
  return readdirSync(join(repository, folder)).sort().map((name) => fixture(`${folder}/${name}`));
}

const repository = above(dirname(fileURLToPath(import.meta.url)));

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}

/** Every message of the recorded calls, as its text. */
export function recordedMessages(): string[] {
  return fixtures('test/fixtures/captures').flatMap((file) => {
    const { messages } = JSON.parse(Buffer.from(file).toString()) as { messages: readonly { msg: object }[] };
    return messages.map(({ msg }) => JSON.stringify(msg));
  });
}

/** The session descriptions in them. */
export function recordedDescriptions(): string[] {
  return [...new Set(recordedMessages().flatMap((text) => {
    const { sdp } = JSON.parse(text) as { sdp?: string };
    return sdp === undefined || sdp === '' ? [] : [sdp];
  }))];
}
