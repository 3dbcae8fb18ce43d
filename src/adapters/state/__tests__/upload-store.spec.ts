import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteUploadStore } from '../upload-store.js';

const folder = mkdtempSync(join(tmpdir(), 'upload-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the list of uploads', () => {
  it('notes its version, also in a file of before it did', () => {
    const path = join(folder, 'old.sqlite');
    new SqliteUploadStore(path).jobs();
    const other = new DatabaseSync(path);
    const version = () => other.prepare('PRAGMA user_version').get();
    expect(version()).toEqual({ user_version: 1 });
    other.exec('PRAGMA user_version = 0');
    expect(new SqliteUploadStore(path).jobs()).toEqual([]);
    expect(version()).toEqual({ user_version: 1 });
    other.close();
  });

  it('of a newer version is refused with a sentence, and left as it is', () => {
    const path = join(folder, 'newer.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA journal_mode = DELETE; CREATE TABLE tomorrow (it TEXT) STRICT');
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    const before = readFileSync(path);
    const store = new SqliteUploadStore(path);
    for (const use of [() => store.jobs(), () => store.wish('job', 'cancel')]) {
      expect(use).toThrow(/written by a newer version of jupyterlab-datalake/);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
