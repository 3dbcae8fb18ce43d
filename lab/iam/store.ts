import { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterPayload } from 'oidc-provider';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS entries (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grantId TEXT,
    uid TEXT,
    userCode TEXT,
    expiresAt REAL,
    PRIMARY KEY (model, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_grant ON entries (grantId);
`;

/** What the IAM remembers: sign-ins, grants, refresh tokens, revoked access tokens. Outlives a restart. */
export class Store {
  constructor(file: string) {
    this._database = new DatabaseSync(file);
    this._database.exec(SCHEMA);
    this._database.prepare('DELETE FROM entries WHERE expiresAt < ?').run(Date.now());
  }

  put(model: string, id: string, payload: AdapterPayload, expiresInSeconds?: number): void {
    const { grantId, uid, userCode } = payload;
    const expiresAt = expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1000;
    this._database
      .prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[model, id, JSON.stringify(payload)],
        ...[grantId ?? null, uid ?? null, userCode ?? null, expiresAt]
      );
  }

  get(model: string, id: string): AdapterPayload | undefined {
    return this._one(model, 'id', id);
  }

  /** The one with this `uid` or `userCode`. */
  by(key: 'uid' | 'userCode', model: string, value: string): AdapterPayload | undefined {
    return this._one(model, key, value);
  }

  remove(model: string, id: string): void {
    this._database.prepare('DELETE FROM entries WHERE model = ? AND id = ?').run(model, id);
  }

  removeGrant(grantId: string): void {
    this._database.prepare('DELETE FROM entries WHERE grantId = ?').run(grantId);
  }

  private _one(
    model: string,
    key: 'id' | 'uid' | 'userCode',
    value: string
  ): AdapterPayload | undefined {
    const row = this._database
      .prepare(
        `SELECT payload FROM entries WHERE model = ? AND ${key} = ? AND (expiresAt IS NULL OR expiresAt > ?)`
      )
      .get(model, value, Date.now());
    return row && (JSON.parse(String(row['payload'])) as AdapterPayload);
  }

  private readonly _database: DatabaseSync;
}

/** oidc-provider's view of one model of the store. */
export class StoreAdapter implements Adapter {
  constructor(store: Store, model: string) {
    this._store = store;
    this._model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this._store.put(this._model, id, payload, expiresIn);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this._store.get(this._model, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this._store.by('uid', this._model, uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this._store.by('userCode', this._model, userCode);
  }

  async consume(id: string): Promise<void> {
    const found = this._store.get(this._model, id);
    if (!found) return;
    const now = Math.floor(Date.now() / 1000);
    this._store.put(
      this._model,
      id,
      { ...found, consumed: now },
      found.exp === undefined ? undefined : found.exp - now
    );
  }

  async destroy(id: string): Promise<void> {
    this._store.remove(this._model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this._store.removeGrant(grantId);
  }

  private readonly _store: Store;
  private readonly _model: string;
}
