import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BUSY_MS = 3000;

/** A file that a later version of this program has written: it is left as it is. */
export class NewerDatabase extends Error {}

/**
 * A SQLite file for this user only, that several servers of the user may share. With a rollback
 * journal, as a write-ahead log does not work on network file systems. What was committed is on disk.
 * `version` is that of the tables (0: they have none), for those who have to change them one day. Throws NewerDatabase.
 */
export function openDatabase(path: string, tables: string, version = 0): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite would make it by the umask; its journal takes the file's own mode.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    const { user_version: there } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (there > version) {
      throw new NewerDatabase(`${path} is of version ${there}, and this program knows ${version}`);
    }
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;');
    database.exec(tables);
    if (there < version) {
      database.exec(`PRAGMA user_version = ${version}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Tells files apart, also those of one name; null: there is none. */
export function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/**
 * A SQLite file that is opened when first needed, and again after a failure, or where somebody has removed
 * it: what is written to a file without a name is seen by nobody.
 */
export class LastingDatabase {
  constructor(
    private readonly _path: string,
    private readonly _tables: string,
    private readonly _version = 0
  ) {}

  /** Throws what SQLite, or the work, throws. */
  use<T>(work: (database: DatabaseSync) => T): T {
    try {
      if (this._database !== null && identityOf(this._path) !== this._identity) {
        this.close();
      }
      this._database ??= openDatabase(this._path, this._tables, this._version);
      this._identity ??= identityOf(this._path);
      return work(this._database);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this._database?.close();
    this._database = this._identity = null;
  }

  private _database: DatabaseSync | null = null;
  private _identity: string | null = null;
}
