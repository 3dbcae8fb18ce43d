import type { BigIntStats } from 'node:fs';
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IScratchEntry, IScratchFiles } from '../../upload/core/ports.js';

/** Looks at folders of this machine, and removes from them. A link is itself, never what it leads to. */
export class ScratchFiles implements IScratchFiles {
  async *entries(folder: string): AsyncGenerator<IScratchEntry, void, void> {
    let names: string[];
    try {
      names = (await readdir(folder)).sort();
    } catch (cause) {
      const isGone = codeOf(cause) === 'ENOENT';
      throw new DataLakeError(
        isGone ? 'not-found' : 'source-unreadable',
        isGone ? `There is no ${folder}.` : `${folder} cannot be read.`,
        { cause }
      );
    }
    for (const name of names) {
      yield* this._entry(join(folder, name));
    }
  }

  async remove({ path, inode, kind }: IScratchEntry): Promise<boolean> {
    try {
      if (kind === 'folder') {
        await rmdir(path);
        return true;
      }
      const found = await lstat(path, { bigint: true });
      // Another one by now: it is younger.
      if (String(found.ino) !== inode || found.isDirectory()) {
        return false;
      }
      await unlink(path);
      return true;
    } catch (cause) {
      const code = codeOf(cause);
      if (code === 'ENOENT' || code === 'ENOTEMPTY' || code === 'EEXIST') {
        return false;
      }
      throw new DataLakeError('source-unreadable', `${path} cannot be removed.`, { cause });
    }
  }

  private async *_entry(path: string): AsyncGenerator<IScratchEntry, void, void> {
    const facts = await lstat(path, { bigint: true }).catch(() => null);
    if (facts === null) {
      return;
    }
    if (facts.isDirectory()) {
      try {
        yield* this.entries(path);
      } catch (error) {
        if (!(error instanceof DataLakeError)) {
          throw error;
        }
        yield entryOf('unreadable', path, facts);
        return;
      }
      yield entryOf('folder', path, facts);
    } else if (facts.isFile() || facts.isSymbolicLink()) {
      yield entryOf('file', path, facts);
    }
  }
}

const entryOf = (
  kind: IScratchEntry['kind'],
  path: string,
  { size, mtimeNs, ino }: BigIntStats
): IScratchEntry => ({
  ...{ kind, path, modifiedNs: mtimeNs, inode: String(ino) },
  bytes: kind === 'file' ? Number(size) : 0
});

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
