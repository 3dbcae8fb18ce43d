import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A folder for this user alone. */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Replaces the file in one step; from its first byte nobody else can read it. */
export function writePrivate(file: string, text: string): void {
  const partial = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(partial, text, { mode: 0o600, flag: 'wx' });
  renameSync(partial, file);
}

/** Makes a random secret unless there is one; answers it. */
export function secretIn(file: string, bytes?: number): string {
  if (!existsSync(file)) writePrivate(file, newSecret(bytes) + '\n');
  return readFileSync(file, 'utf8').trim();
}

/** Random bits (192 if not said otherwise) in letters that need no escaping in URLs, INI files and shells. */
export function newSecret(bytes = 24): string {
  return randomBytes(bytes).toString('hex');
}
