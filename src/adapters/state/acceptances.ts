import type { DatabaseSync } from 'node:sqlite';
import type { IAcceptances } from '../../cart/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { openDatabase } from './database.js';

const TABLES =
  'CREATE TABLE IF NOT EXISTS acceptance (digest TEXT PRIMARY KEY, accepted_at INTEGER NOT NULL) STRICT, WITHOUT ROWID';
const FORGOTTEN_MS = 400 * 24 * 3600 * 1000;

/**
 * Acceptances in one SQLite file that several servers of one user may share. Opened when first needed.
 */
export class SqliteAcceptances implements IAcceptances {
  constructor(
    private readonly _path: string,
    private readonly _now: () => number
  ) {}

  known(digests: readonly string[]): boolean[] {
    return this._with(database => {
      const find = database.prepare('SELECT 1 FROM acceptance WHERE digest = ?');
      return digests.map(digest => find.get(digest) !== undefined);
    });
  }

  add(digests: readonly string[]): void {
    this._with(database => {
      const put = database.prepare(
        'INSERT INTO acceptance (digest, accepted_at) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET accepted_at = excluded.accepted_at'
      );
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const digest of digests) {
          put.run(digest, this._now());
        }
        database
          .prepare('DELETE FROM acceptance WHERE accepted_at < ?')
          .run(this._now() - FORGOTTEN_MS);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): void {
    this._database?.close();
    this._database = null;
  }

  private _with<T>(work: (database: DatabaseSync) => T): T {
    try {
      this._database ??= openDatabase(this._path, TABLES);
      return work(this._database);
    } catch (cause) {
      throw new DataLakeError(
        'internal',
        `What you have accepted cannot be read or kept: is ${this._path} yours, and not damaged?`,
        { cause }
      );
    }
  }

  private _database: DatabaseSync | null = null;
}
