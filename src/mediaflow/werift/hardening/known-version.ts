import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The one version of werift whose inside this hardening was read against and tested with. */
export const KNOWN_WERIFT = '0.24.4';

/** werift's inside is not what the hardening was written for; running on would mean running without it. */
export class UnknownWeriftError extends Error {
  override readonly name = 'UnknownWeriftError' as const;
}

/** Throws {@link UnknownWeriftError} unless werift is the known version or the caller accepts the risk. */
export function assertKnownWerift(found: string = installedWerift(), unknown: 'refuse' | 'accept' = 'refuse'): void {
  if (found === KNOWN_WERIFT || unknown === 'accept') return;
  throw new UnknownWeriftError(
    `werift ${found} is installed, but the hardening of its DTLS, SRTP and ICE is written for ${KNOWN_WERIFT}. ` +
      `Install werift@${KNOWN_WERIFT}, or pass unknownWerift: 'accept' after running test/mediaflow/hardening against ${found}.`,
  );
}

let version: string | undefined;

/** werift does not export its package.json, so it is looked for above the module that `import 'werift'` finds. */
function installedWerift(): string {
  if (version !== undefined) return version;
  let folder = dirname(createRequire(import.meta.url).resolve('werift'));
  for (;;) {
    const about = readPackage(join(folder, 'package.json'));
    if (about?.name === 'werift') return (version = about.version ?? 'of unknown version');
    const parent = dirname(folder);
    if (parent === folder) return (version = 'of unknown version');
    folder = parent;
  }
}

function readPackage(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}
