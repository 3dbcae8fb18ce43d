import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { DataLakeError } from '../../common/contract/problem.js';
import type { FileState, LogLine, Wish } from '../../upload/contract.js';
import type {
  IFileRecord,
  IJobRecord,
  ITally,
  IUploadStore,
  NewFile
} from '../../upload/core/ports.js';
import { LastingDatabase, NewerDatabase } from './database.js';

/** A log keeps its beginning and its end. */
const LOG_HEAD = 200;
const LOG_LINES = 5000;

const TABLES = `
CREATE TABLE IF NOT EXISTS job (
  id TEXT PRIMARY KEY, instance TEXT NOT NULL, lake TEXT NOT NULL, root TEXT, plan TEXT NOT NULL, title TEXT NOT NULL,
  state TEXT NOT NULL, way TEXT NOT NULL, rse TEXT, scheme TEXT,
  planned INTEGER NOT NULL, datasetMade INTEGER NOT NULL, ruleId TEXT, problem TEXT, createdAt INTEGER NOT NULL, endedAt INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS file (
  job TEXT NOT NULL, nr INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL,
  modifiedNs TEXT NOT NULL, inode TEXT NOT NULL, did TEXT NOT NULL, state TEXT NOT NULL,
  sent INTEGER NOT NULL, adler32 TEXT, md5 TEXT, pfn TEXT, isNew INTEGER NOT NULL, ruleId TEXT,
  problem TEXT, tries INTEGER NOT NULL, notBefore INTEGER NOT NULL, leftovers INTEGER NOT NULL,
  PRIMARY KEY (job, nr)
) STRICT;
CREATE INDEX IF NOT EXISTS file_state ON file (job, state, nr);
CREATE INDEX IF NOT EXISTS file_path ON file (path);
CREATE INDEX IF NOT EXISTS file_inode ON file (inode);
CREATE INDEX IF NOT EXISTS file_did ON file (did);
CREATE TABLE IF NOT EXISTS log (
  job TEXT NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS log_job ON log (job);
CREATE TABLE IF NOT EXISTS wish (job TEXT NOT NULL, want TEXT NOT NULL) STRICT;
`;

/** Of the tables, so that a later program can change them. Files of before it was noted say 0, and are the same. */
const VERSION = 1;

const UNFINISHED = `('waiting', 'sending', 'stored', 'registered', 'moving', 'cleaning')`;

const JSON_FIELDS: ReadonlySet<string> = new Set(['plan', 'problem']);

type Row = Record<string, SQLInputValue>;

/** Uploads in a SQLite file that all processes of the user share. */
export class SqliteUploadStore implements IUploadStore {
  constructor(path: string) {
    this._database = new LastingDatabase(path, TABLES, VERSION);
  }

  jobs(): IJobRecord[] {
    return this._use(database =>
      database.prepare('SELECT * FROM job ORDER BY createdAt DESC, rowid DESC').all().map(asJob)
    );
  }

  job(id: string): IJobRecord | null {
    return this._use(database => {
      const row = database.prepare('SELECT * FROM job WHERE id = ?').get(id);
      return row === undefined ? null : asJob(row);
    });
  }

  add(job: IJobRecord): void {
    this._write(database => insert(database, 'job', asRow({ ...job })));
  }

  change(id: string, fields: Partial<Omit<IJobRecord, 'id'>>): void {
    this._write(database => update(database, 'job', asRow(fields), { id }));
  }

  remove(id: string): void {
    this._write(database => {
      for (const table of ['file', 'log', 'wish']) {
        database.prepare(`DELETE FROM ${table} WHERE job = ?`).run(id);
      }
      database.prepare('DELETE FROM job WHERE id = ?').run(id);
    });
  }

  addFiles(job: string, files: readonly NewFile[]): void {
    this._write(database => {
      const { last } = database
        .prepare('SELECT coalesce(max(nr), -1) AS last FROM file WHERE job = ?')
        .get(job) as { last: number };
      files.forEach((file, index) =>
        insert(database, 'file', fileRow({ ...BLANK, ...file, job, nr: last + 1 + index }))
      );
    });
  }

  forgetFiles(job: string): void {
    this._write(database => database.prepare('DELETE FROM file WHERE job = ?').run(job));
  }

  files(
    job: string,
    options: { states?: readonly FileState[]; after?: number; limit?: number; dueAt?: number } = {}
  ): IFileRecord[] {
    const { states, after = -1, limit = -1, dueAt = Number.MAX_SAFE_INTEGER } = options;
    return this._use(database =>
      database
        .prepare(
          `SELECT * FROM file WHERE job = ? AND nr > ? AND notBefore <= ?${within(states)}
           ORDER BY nr LIMIT ?`
        )
        .all(job, after, dueAt, ...(states ?? []), limit)
        .map(asFile)
    );
  }

  changeFiles(
    job: string,
    changes: readonly { nr: number; fields: Partial<Omit<IFileRecord, 'job' | 'nr'>> }[]
  ): void {
    if (changes.length > 0) {
      this._write(database => {
        for (const { nr, fields } of changes) {
          update(database, 'file', fileRow(fields), { job, nr });
        }
      });
    }
  }

  tally(job: string): ITally {
    return this._use(database => {
      const tally: ITally = {
        files: { total: 0, done: 0, skipped: 0, failed: 0 },
        bytes: { total: 0, sent: 0 }
      };
      const rows = database
        .prepare(
          'SELECT state, count(*) AS files, sum(bytes) AS bytes, sum(sent) AS sent FROM file WHERE job = ? GROUP BY state'
        )
        .all(job) as unknown as { state: FileState; files: number; bytes: number; sent: number }[];
      for (const { state, files, bytes, sent } of rows) {
        tally.files.total += files;
        if (state === 'done' || state === 'skipped' || state === 'failed') {
          tally.files[state] += files;
        }
        if (state !== 'skipped' && state !== 'failed') {
          tally.bytes.total += bytes;
          tally.bytes.sent += sent;
        }
      }
      return tally;
    });
  }

  count(job: string, states: readonly FileState[]): number {
    return this._use(database => {
      const row = database
        .prepare(`SELECT count(*) AS files FROM file WHERE job = ?${within(states)}`)
        .get(job, ...states);
      return (row as { files: number }).files;
    });
  }

  nextDue(job: string, states: readonly FileState[]): number | null {
    return this._use(database => {
      const row = database
        .prepare(`SELECT min(notBefore) AS due FROM file WHERE job = ?${within(states)}`)
        .get(job, ...states);
      return (row as { due: number | null }).due;
    });
  }

  log(job: string, level: LogLine['level'], text: string): void {
    this._write(database => {
      database.prepare('INSERT INTO log VALUES (?, ?, ?, ?)').run(job, Date.now(), level, text);
      const { lines } = database
        .prepare('SELECT count(*) AS lines FROM log WHERE job = ?')
        .get(job) as { lines: number };
      if (lines > LOG_LINES) {
        database
          .prepare(
            `DELETE FROM log WHERE rowid = (
               SELECT rowid FROM log WHERE job = ? ORDER BY rowid LIMIT 1 OFFSET ${LOG_HEAD})`
          )
          .run(job);
      }
    });
  }

  lines(job: string): LogLine[] {
    return this._use(database =>
      database
        .prepare('SELECT at, level, text FROM log WHERE job = ? ORDER BY rowid')
        .all(job)
        .map(row => ({ ...row, at: new Date(row.at as number).toISOString() }) as LogLine)
    );
  }

  wish(job: string, want: Wish): void {
    this._write(database => insert(database, 'wish', { job, want }));
  }

  takeWishes(): { job: string; want: Wish }[] {
    // Most of the time there is none: a look takes no lock.
    if (this._use(database => database.prepare('SELECT 1 FROM wish LIMIT 1').get()) === undefined) {
      return [];
    }
    return this._write(database => {
      const wishes = database.prepare('SELECT job, want FROM wish ORDER BY rowid').all();
      database.exec('DELETE FROM wish');
      return wishes as unknown as { job: string; want: Wish }[];
    });
  }

  version(): number {
    return this._use(database => {
      const row = database.prepare('PRAGMA data_version').get() as { data_version: number };
      return row.data_version + this._changes;
    });
  }

  needs({ path, inode }: { path: string; inode: string }, now: number): boolean {
    return this._use(
      database =>
        database
          .prepare(
            `SELECT 1 FROM file JOIN job ON job.id = file.job
             WHERE (path = ? OR inode = ?) AND (file.state IN ${UNFINISHED} OR (file.state = 'done' AND way = 'scratch'
               AND coalesce(endedAt, ?) + 1000 * (plan ->> 'deletionDelaySeconds') > ?)) LIMIT 1`
          )
          .get(path, inode, now, now) !== undefined
    );
  }

  claimed(instance: string, dids: readonly string[], besides: string): Set<string> {
    return this._use(database => {
      const statement = database.prepare(
        `SELECT 1 FROM file JOIN job ON job.id = file.job
         WHERE did = ? AND file.state IN ${UNFINISHED} AND instance = ? AND job.id <> ? LIMIT 1`
      );
      return new Set(dids.filter(did => statement.get(did, instance, besides) !== undefined));
    });
  }

  close(): void {
    this._database.close();
  }

  private _use<T>(work: (database: DatabaseSync) => T): T {
    try {
      return this._database.use(work);
    } catch (cause) {
      if (cause instanceof NewerDatabase) {
        throw new DataLakeError(
          'upload-list',
          'The list of uploads was written by a newer version of jupyterlab-datalake, and is left as it is: use that version, or set another state folder (c.DataLake.state_dir).',
          { cause, detail: cause.message }
        );
      }
      throw new DataLakeError(
        'upload-list',
        'The list of uploads cannot be read or written: check that the state folder is there and its disk is not full.',
        { cause, detail: cause instanceof Error ? cause.message : undefined }
      );
    }
  }

  private _write<T>(work: (database: DatabaseSync) => T): T {
    return this._use(database => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work(database);
        database.exec('COMMIT');
        this._changes++;
        return result;
      } catch (error) {
        if (database.isTransaction) {
          database.exec('ROLLBACK');
        }
        throw error;
      }
    });
  }

  private readonly _database: LastingDatabase;
  private _changes = 0;
}

const BLANK: Omit<IFileRecord, 'job' | 'nr' | 'source' | 'did'> = {
  state: 'waiting',
  sent: 0,
  adler32: null,
  md5: null,
  pfn: null,
  isNew: true,
  ruleId: null,
  problem: null,
  tries: 0,
  notBefore: 0,
  left: false
};

const within = (states?: readonly FileState[]) =>
  states === undefined ? '' : ` AND state IN (${states.map(() => '?').join()})`;

/** Column names are our own, never somebody's text. */
function insert(database: DatabaseSync, table: string, row: Row): void {
  const names = Object.keys(row);
  database
    .prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`)
    .run(...Object.values(row));
}

function update(database: DatabaseSync, table: string, row: Row, key: Row): void {
  const set = (fields: Row, by: string) =>
    Object.keys(fields)
      .map(name => `${name} = ?`)
      .join(by);
  if (Object.keys(row).length > 0) {
    database
      .prepare(`UPDATE ${table} SET ${set(row, ', ')} WHERE ${set(key, ' AND ')}`)
      .run(...Object.values(row), ...Object.values(key));
  }
}

function asRow(fields: object): Row {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      JSON_FIELDS.has(name) && value !== null
        ? JSON.stringify(value)
        : typeof value === 'boolean'
          ? Number(value)
          : (value as SQLInputValue)
    ])
  );
}

function asJob(row: Record<string, SQLInputValue>): IJobRecord {
  return {
    ...(row as unknown as IJobRecord),
    plan: JSON.parse(row.plan as string) as IJobRecord['plan'],
    problem: problemOf(row.problem),
    planned: row.planned === 1,
    datasetMade: row.datasetMade === 1
  };
}

function fileRow({ source, left, ...fields }: Partial<IFileRecord>): Row {
  return asRow({
    ...fields,
    ...source,
    ...(left === undefined ? {} : { leftovers: left })
  });
}

function asFile({
  path,
  bytes,
  modifiedNs,
  inode,
  leftovers,
  ...row
}: Record<string, SQLInputValue>): IFileRecord {
  return {
    ...(row as unknown as IFileRecord),
    source: { path, bytes, modifiedNs, inode } as IFileRecord['source'],
    problem: problemOf(row.problem),
    isNew: row.isNew === 1,
    left: leftovers === 1
  };
}

const problemOf = (text: SQLInputValue) =>
  text === null ? null : (JSON.parse(text as string) as IJobRecord['problem']);
