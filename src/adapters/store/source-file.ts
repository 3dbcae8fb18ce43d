import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ISource } from '../../upload/core/ports.js';

/** A source that was opened and found to be the file that was put on the list. */
export class SourceFile {
  private constructor(
    private readonly _source: ISource,
    private readonly _handle: FileHandle
  ) {}

  /** Throws `source-changed`, `source-unreadable`. */
  static async open(source: ISource): Promise<SourceFile> {
    let handle: FileHandle;
    try {
      // Not blocking: what was a file may be a pipe by now.
      handle = await open(source.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw unreadable(source, error);
    }
    const file = new SourceFile(source, handle);
    try {
      await file.check();
    } catch (error) {
      await handle.close();
      throw error;
    }
    return file;
  }

  /** Fills the buffer as far as the file goes; 0: this is its end, and it is what it was at the beginning. */
  async read(into: Uint8Array): Promise<number> {
    let length = 0;
    while (length < into.length && this._at < this._source.bytes) {
      const wanted = Math.min(into.length - length, this._source.bytes - this._at);
      const { bytesRead } = await this._handle
        .read(into, length, wanted, this._at)
        .catch((error: unknown) => {
          throw unreadable(this._source, error);
        });
      if (bytesRead === 0) {
        throw changed(this._source);
      }
      length += bytesRead;
      this._at += bytesRead;
    }
    if (length === 0) {
      await this.check();
    }
    return length;
  }

  /** Throws `source-changed` unless it is what it was when it was put on the list. */
  async check(): Promise<void> {
    const found = await this._handle.stat({ bigint: true }).catch((error: unknown) => {
      throw unreadable(this._source, error);
    });
    if (!isSame(found, this._source)) {
      throw changed(this._source);
    }
  }

  async close(): Promise<void> {
    await this._handle.close();
  }

  private _at = 0;
}

function isSame(found: BigIntStats, source: ISource): boolean {
  return (
    found.isFile() &&
    found.size === BigInt(source.bytes) &&
    String(found.mtimeNs) === source.modifiedNs &&
    String(found.ino) === source.inode
  );
}

function changed({ path }: ISource): DataLakeError {
  return new DataLakeError(
    'source-changed',
    `${path} is not what it was when it was put on the list: it is not uploaded. Upload it again.`
  );
}

function unreadable(source: ISource, cause: unknown): DataLakeError {
  const code = codeOf(cause);
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new DataLakeError('source-changed', `${source.path} is gone: it cannot be uploaded.`, {
        cause,
        detail: code
      })
    : new DataLakeError('source-unreadable', `${source.path} cannot be read.`, {
        cause,
        detail: code
      });
}

/** A system call's error code; '': it has none. */
export function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string'
    ? thrown.code
    : '';
}
