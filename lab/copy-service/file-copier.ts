import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { adler32 } from './adler32.ts';
import { CopyError, type ICopier, type ICopyOrder } from './order.ts';

/**
 * Copies between folders of this machine (`file://localhost/...`), only below the given folders, judged after
 * all symbolic links. The copy gets its name when it is complete and checked.
 */
export class FileCopier implements ICopier {
  constructor(folders: string[]) {
    this._folders = folders;
  }

  async copy(order: ICopyOrder): Promise<void> {
    const source = await this._source(order.source);
    const destination = await this._destination(order.destination);
    const { size } = await stat(source);
    if (order.bytes !== undefined && size !== order.bytes) {
      throw new CopyError(
        `SOURCE size mismatch: the file has ${size} bytes, Rucio says ${order.bytes}: ${order.source}`
      );
    }
    if (order.adler32 && (order.verify === 'both' || order.verify === 'source')) {
      const found = await adler32(source);
      if (found !== order.adler32) {
        throw new CopyError(
          `SOURCE CHECKSUM MISMATCH: adler32 of the file is ${found}, Rucio says ${order.adler32}: ${order.source}`
        );
      }
    }
    await this._write(source, destination, order);
  }

  private async _write(source: string, destination: string, order: ICopyOrder): Promise<void> {
    const partial = `${destination}.part-${randomBytes(4).toString('hex')}`;
    try {
      await copyFile(source, partial, constants.COPYFILE_EXCL);
      const { size } = await stat(partial);
      if (order.bytes !== undefined && size !== order.bytes) {
        throw new CopyError(`DESTINATION size mismatch: ${size} bytes instead of ${order.bytes}`);
      }
      if (order.adler32 && (order.verify === 'both' || order.verify === 'target')) {
        const found = await adler32(partial);
        if (found !== order.adler32) {
          throw new CopyError(
            `DESTINATION CHECKSUM MISMATCH: adler32 is ${found} instead of ${order.adler32}`
          );
        }
      }
      await rename(partial, destination);
    } finally {
      await rm(partial, { force: true });
    }
  }

  private async _source(url: string): Promise<string> {
    const asked = pathOf(url);
    let real: string;
    try {
      real = await realpath(asked);
    } catch (error) {
      throw new CopyError(`SOURCE [2] No such file or directory: ${url}`, { cause: error });
    }
    if (!this._isOurs(real)) {
      throw new CopyError(`SOURCE [1] Not below the folder of an RSE: ${url}`);
    }
    return real;
  }

  private async _destination(url: string): Promise<string> {
    const asked = pathOf(url);
    const folder = path.dirname(asked);
    const refused = new CopyError(`DESTINATION [1] Not below the folder of an RSE: ${url}`);
    // Judged before anything is made, at the deepest folder that exists, and again when all of them do.
    let existing = folder;
    while (existing !== path.dirname(existing)) {
      const real = await realpath(existing).catch(() => undefined);
      if (real !== undefined) {
        if (!this._isOurs(path.join(real, 'x'))) throw refused;
        break;
      }
      existing = path.dirname(existing);
    }
    await mkdir(folder, { recursive: true });
    const real = path.join(await realpath(folder), path.basename(asked));
    if (!this._isOurs(real)) throw refused;
    return real;
  }

  private _isOurs(file: string): boolean {
    return this._folders.some(folder => file.startsWith(folder + path.sep));
  }

  private readonly _folders: string[];
}

function pathOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'file:' || !['', 'localhost'].includes(parsed.hostname)) {
    throw new CopyError(`TRANSFER [93] Only file://localhost/ is copied here: ${url}`);
  }
  return path.normalize(decodeURIComponent(parsed.pathname));
}
