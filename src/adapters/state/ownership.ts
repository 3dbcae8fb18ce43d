import { DatabaseSync } from 'node:sqlite';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { IOwnership } from '../../common/core/ownership.js';
import { identityOf } from './database.js';

/**
 * Ownership as a lock of the operating system: SQLite's own on an otherwise empty file, which ends with the
 * process whatever ended it. Works where file locks work, NFS 4 included. Who holds a file that somebody has
 * removed owns nothing: another process may hold the next one.
 */
export class FileOwnership implements IOwnership {
  constructor(private readonly _path: string) {}

  acquire(): boolean {
    if (this._database !== null) {
      if (identityOf(this._path) === this._identity) {
        return true;
      }
      this.release();
    }
    let database: DatabaseSync | null = null;
    try {
      mkdirSync(dirname(this._path), { recursive: true, mode: 0o700 });
      closeSync(openSync(this._path, 'a', 0o600));
      chmodSync(this._path, 0o600);
      database = new DatabaseSync(this._path, { timeout: 0 });
      database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    } catch {
      database?.close();
      return false;
    }
    this._database = database;
    this._identity = identityOf(this._path);
    return true;
  }

  release(): void {
    this._database?.close();
    this._database = null;
  }

  private _database: DatabaseSync | null = null;
  private _identity: string | null = null;
}
