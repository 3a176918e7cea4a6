import { open, readFile, rename } from 'node:fs/promises';
import { createDeviceKeys, restoreDeviceKeys, SavedKeysError, type DeviceKeys } from '../../src/transport/index.ts';
import { CommandError } from './command.ts';
import { readProblem, writeProblem } from './files.ts';

/** The keys kept in that file; new ones, kept there from now on, when there is no such file. Rejects with `CommandError`. */
export async function loadDeviceKeys(path: string): Promise<DeviceKeys> {
  try {
    return await restoreDeviceKeys(await readFile(path));
  } catch (problem) {
    if (problem instanceof SavedKeysError) throw new CommandError(`${path} holds no device keys: name another file, or delete it for new keys`);
    if (!(problem instanceof Error && 'code' in problem && problem.code === 'ENOENT')) throw readProblem(path, problem);
  }
  const keys = await createDeviceKeys();
  await saveDeviceKeys(path, keys).catch((problem: unknown) => {
    throw writeProblem(path, problem);
  });
  return keys;
}

/** Readable by this user alone; a crash half-way leaves the old file. */
export async function saveDeviceKeys(path: string, keys: DeviceKeys): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(keys.save());
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
