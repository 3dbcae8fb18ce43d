import { chmod, mkdir, rename, rm, type FileHandle, open } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';

/** Makes the folder, for this user only. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/** Replaces a file at once, readable for this user only from its first byte. */
export async function replaceFile<T>(
  path: string,
  write: (file: FileHandle) => Promise<T>
): Promise<T> {
  await makePrivateFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    let result: T;
    try {
      result = await write(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
