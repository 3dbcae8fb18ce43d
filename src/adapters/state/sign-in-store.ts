import type { DatabaseSync } from 'node:sqlite';
import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IIssuedToken,
  IKeptSignIn,
  IRefreshed,
  ISignInStore
} from '../../token-renewal/core/ports.js';
import { LastingDatabase } from './database.js';

const TABLES = `CREATE TABLE IF NOT EXISTS sign_in (
  instance TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  refresh_token TEXT,
  access_token TEXT,
  received_at INTEGER,
  expires_at INTEGER,
  issued_at INTEGER,
  under_way INTEGER NOT NULL,
  rotates INTEGER
) STRICT`;

interface IRow {
  generation: number;
  refresh_token: string | null;
  access_token: string | null;
  received_at: number;
  expires_at: number;
  issued_at: number | null;
  under_way: number;
  rotates: number | null;
}

/** The sign-in of one instance, in a SQLite file that all servers of this user share. A sign-out leaves its generation. */
export class SqliteSignInStore implements ISignInStore {
  constructor(
    private readonly _path: string,
    private readonly _instance: string
  ) {
    this._database = new LastingDatabase(_path, TABLES);
  }

  read(): IKeptSignIn | null {
    return this._with(database => {
      const row = database
        .prepare('SELECT * FROM sign_in WHERE instance = ?')
        .get(this._instance) as unknown as IRow | undefined;
      if (row === undefined || row.access_token === null) {
        return null;
      }
      return {
        generation: row.generation,
        refreshToken: row.refresh_token,
        issued: issuedIn(row),
        underWay: row.under_way === 1,
        rotates: row.rotates === null ? null : row.rotates === 1
      };
    });
  }

  begin(generation: number): boolean {
    return this._change('under_way = 1', generation);
  }

  undo(generation: number): void {
    this._change('under_way = 0', generation);
  }

  finish(generation: number, { issued, refreshToken }: IRefreshed): boolean {
    return this._change(
      `generation = generation + 1, under_way = 0, refresh_token = coalesce(?, refresh_token), rotates = ?,
       access_token = ?, received_at = ?, expires_at = ?, issued_at = ?`,
      generation,
      refreshToken,
      refreshToken === null ? 0 : 1,
      ...columnsOf(issued)
    );
  }

  replace({ issued, refreshToken }: IRefreshed): void {
    this._with(database =>
      database
        .prepare(
          `INSERT INTO sign_in (instance, generation, refresh_token, access_token, received_at, expires_at, issued_at, under_way)
           VALUES (?, 1, ?, ?, ?, ?, ?, 0)
           ON CONFLICT (instance) DO UPDATE SET generation = generation + 1, refresh_token = excluded.refresh_token,
           access_token = excluded.access_token, received_at = excluded.received_at, expires_at = excluded.expires_at,
           issued_at = excluded.issued_at, under_way = 0, rotates = NULL`
        )
        .run(this._instance, refreshToken, ...columnsOf(issued))
    );
  }

  forget(): void {
    this._with(database =>
      database
        .prepare(
          `UPDATE sign_in SET generation = generation + 1, refresh_token = NULL, access_token = NULL, under_way = 0
           WHERE instance = ?`
        )
        .run(this._instance)
    );
  }

  close(): void {
    this._database.close();
  }

  private _change(
    columns: string,
    generation: number,
    ...values: (string | number | null)[]
  ): boolean {
    return this._with(database => {
      const { changes } = database
        .prepare(`UPDATE sign_in SET ${columns} WHERE instance = ? AND generation = ?`)
        .run(...values, this._instance, generation);
      return changes === 1;
    });
  }

  private _with<T>(work: (database: DatabaseSync) => T): T {
    try {
      return this._database.use(work);
    } catch (cause) {
      throw new DataLakeError(
        'token-file',
        `The sign-in cannot be read or kept: is there room, and is ${this._path} yours, and not damaged?`,
        { cause }
      );
    }
  }

  private readonly _database: LastingDatabase;
}

function columnsOf({
  token,
  life,
  issuedAt
}: IIssuedToken): [string, number, number, number | null] {
  return [token, life.receivedAt, life.expiresAt, issuedAt];
}

function issuedIn(row: IRow): IIssuedToken | null {
  return row.access_token === null
    ? null
    : {
        token: row.access_token,
        life: { receivedAt: row.received_at, expiresAt: row.expires_at },
        issuedAt: row.issued_at
      };
}
