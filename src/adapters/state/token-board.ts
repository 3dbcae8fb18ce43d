import type { DatabaseSync } from 'node:sqlite';
import { DataLakeError, Problem } from '../../common/contract/problem.js';
import type { IPosted, ITokenBoard, IWish } from '../../token-renewal/core/ports.js';
import { LastingDatabase } from './database.js';

const TABLES = `
CREATE TABLE IF NOT EXISTS posted (
  instance TEXT NOT NULL,
  target TEXT NOT NULL,
  token TEXT,
  received_at INTEGER,
  expires_at INTEGER,
  issued_at INTEGER,
  problem TEXT,
  next_at INTEGER,
  PRIMARY KEY (instance, target)
) STRICT;
CREATE TABLE IF NOT EXISTS wish (
  instance TEXT NOT NULL,
  want TEXT NOT NULL,
  target TEXT
) STRICT`;

interface IRow {
  target: string;
  token: string | null;
  received_at: number;
  expires_at: number;
  issued_at: number | null;
  problem: string | null;
  next_at: number | null;
}

/** The board of one instance, in a SQLite file for this user only. */
export class SqliteTokenBoard implements ITokenBoard {
  constructor(
    private readonly _path: string,
    private readonly _instance: string
  ) {
    this._database = new LastingDatabase(_path, TABLES);
  }

  read(): IPosted[] {
    return this._with(database => {
      const rows = database
        .prepare('SELECT * FROM posted WHERE instance = ? ORDER BY rowid')
        .all(this._instance) as unknown as IRow[];
      return rows.map(row => ({
        target: row.target,
        issued:
          row.token === null
            ? null
            : {
                token: row.token,
                life: { receivedAt: row.received_at, expiresAt: row.expires_at },
                issuedAt: row.issued_at
              },
        problem: row.problem === null ? null : Problem.parse(JSON.parse(row.problem)),
        nextAt: row.next_at
      }));
    });
  }

  post(posted: readonly IPosted[]): void {
    this._with(database => {
      database.exec('BEGIN IMMEDIATE');
      try {
        database.prepare('DELETE FROM posted WHERE instance = ?').run(this._instance);
        const put = database.prepare('INSERT INTO posted VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
        for (const { target, issued, problem, nextAt } of posted) {
          put.run(
            this._instance,
            target,
            issued?.token ?? null,
            whole(issued?.life.receivedAt),
            whole(issued?.life.expiresAt),
            issued?.issuedAt ?? null,
            problem === null ? null : JSON.stringify(problem),
            whole(nextAt)
          );
        }
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  wish({ want, target }: IWish): void {
    this._with(database =>
      database.prepare('INSERT INTO wish VALUES (?, ?, ?)').run(this._instance, want, target)
    );
  }

  takeWishes(): IWish[] {
    return this._with(database => {
      // Most of the time there is none, and a look takes no lock that keeps others from writing.
      const any = database.prepare('SELECT 1 FROM wish WHERE instance = ?').get(this._instance);
      if (any === undefined) {
        return [];
      }
      const rows = database
        .prepare('DELETE FROM wish WHERE instance = ? RETURNING want, target')
        .all(this._instance) as unknown as IWish[];
      return rows.map(({ want, target }) => ({ want, target }));
    });
  }

  close(): void {
    this._database.close();
  }

  private _with<T>(work: (database: DatabaseSync) => T): T {
    try {
      return this._database.use(work);
    } catch (cause) {
      throw new DataLakeError(
        'token-file',
        `What is known of the tokens cannot be read or kept: is there room, and is ${this._path} yours, and not damaged?`,
        { cause }
      );
    }
  }

  private readonly _database: LastingDatabase;
}

function whole(time: number | null | undefined): number | null {
  return time === null || time === undefined ? null : Math.round(time);
}
