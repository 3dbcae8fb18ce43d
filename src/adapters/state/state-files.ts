import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IStateFiles } from '../../cart/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { replaceFile } from './private-files.js';

/** State files in one private folder. */
export class StateFiles implements IStateFiles {
  constructor(private readonly _folder: string) {}

  pathOf(digest: string): string {
    return join(this._folder, `${digest}.json`);
  }

  async read(digest: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.pathOf(digest), 'utf8'));
    } catch {
      return null;
    }
  }

  async write(digest: string, state: object): Promise<void> {
    await this._replace(this.pathOf(digest), file => file.writeFile(JSON.stringify(state)));
  }

  async writeList(
    digest: string,
    lines: AsyncIterable<string>
  ): Promise<{ path: string; stamp: string }> {
    const path = join(this._folder, `${digest}.ndjson`);
    const hash = createHash('sha256');
    await this._replace(path, async file => {
      for await (const text of lines) {
        hash.update(text);
        await file.writeFile(text);
      }
    });
    return { path, stamp: hash.digest('hex') };
  }

  async prune(olderThanMilliseconds: number): Promise<void> {
    const oldest = Date.now() - olderThanMilliseconds;
    for (const name of await readdir(this._folder).catch(() => [])) {
      const path = join(this._folder, name);
      const seen = await stat(path).catch(() => null);
      if (seen?.isFile() === true && seen.mtimeMs < oldest) {
        await rm(path, { force: true });
      }
    }
  }

  private async _replace(path: string, write: Parameters<typeof replaceFile>[1]): Promise<void> {
    try {
      await replaceFile(path, write);
    } catch (cause) {
      if (cause instanceof DataLakeError) {
        throw cause;
      }
      throw new DataLakeError(
        'internal',
        `The state folder cannot be written: is there room, and is ${this._folder} yours?`,
        { cause }
      );
    }
  }
}
