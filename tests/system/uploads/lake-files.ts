import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LFN2PFN } from '../../../src/adapters/rucio/lfn2pfn.js';
import { parseDid } from '../../../src/common/contract/did.js';
import { labFolder } from '../lab.js';

/** Where the storage of an RSE of the lab is on this disk. */
export const storageOf = (rse: string) => join((folder ??= labFolder()), 'storage', rse);
let folder: string | undefined;

/** SHA-256 of what the store itself has of a file; null: nothing. */
export function storedDigest(rse: string, did: string): string | null {
  const { scope, name } = parseDid(did);
  return digestOf(join(storageOf(rse), LFN2PFN.hash(scope, name)));
}

export function digestOf(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** Names of this scope at the store that are no whole files: what a broken copy has left. */
export function leftovers(rse: string, scope: string): string[] {
  const folder = join(storageOf(rse), ...scope.split('.'));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.rucio.upload')
  );
}

/** Writes files below a folder: path by path, its text. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
