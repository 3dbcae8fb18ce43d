import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { IAcceptances } from '../../../cart/core/ports.js';
import { SqliteAcceptances } from '../acceptances.js';
import { FakeAcceptances } from '../fake-acceptances.js';

const YEAR_MS = 366 * 24 * 3600 * 1000;

let folder: string;
let now: number;
const opened: SqliteAcceptances[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'datalake-'));
  now = Date.UTC(2026, 0, 1);
});

afterEach(() => {
  opened.splice(0).forEach(store => store.close());
  rmSync(folder, { recursive: true });
});

function sqlite(): SqliteAcceptances {
  const store = new SqliteAcceptances(join(folder, 'state', 'cart.sqlite'), () => now);
  opened.push(store);
  return store;
}

describe.each<[string, () => IAcceptances]>([
  ['in SQLite', sqlite],
  ['in memory', () => new FakeAcceptances()]
])('acceptances %s', (_, make) => {
  it('are known once they are added, in the order asked', () => {
    const store = make();
    expect(store.known(['a', 'b'])).toEqual([false, false]);
    store.add(['b', 'c']);
    expect(store.known(['a', 'b', 'c', 'b'])).toEqual([false, true, true, true]);
  });

  it('may be added again', () => {
    const store = make();
    store.add(['a', 'a']);
    store.add(['a']);
    expect(store.known(['a'])).toEqual([true]);
  });

  it('may be none', () => {
    const store = make();
    store.add([]);
    expect(store.known([])).toEqual([]);
  });

  it('are only texts, whatever is in them', () => {
    const store = make();
    store.add(["'; DROP TABLE acceptance; --", '\0', '']);
    expect(store.known(["'; DROP TABLE acceptance; --", '\0', '', '"'])).toEqual([
      true,
      true,
      true,
      false
    ]);
  });
});

describe('acceptances in SQLite', () => {
  it('outlive the server', () => {
    const before = sqlite();
    before.add(['a']);
    before.close();
    expect(sqlite().known(['a'])).toEqual([true]);
  });

  it('are shared by servers that run at the same time', () => {
    const [one, other] = [sqlite(), sqlite()];
    one.add(['a']);
    expect(other.known(['a'])).toEqual([true]);
    other.add(['b']);
    expect(one.known(['a', 'b'])).toEqual([true, true]);
  });

  it('of two processes that write together are all there', async () => {
    const path = join(folder, 'state', 'cart.sqlite');
    sqlite().add(['mine']);
    // The statements of the adapter, in processes that know nothing of TypeScript.
    const program = join(folder, 'writer.mjs');
    writeFileSync(
      program,
      `import { DatabaseSync } from 'node:sqlite';
      const database = new DatabaseSync(process.argv[2], { timeout: 20000 });
      for (let n = 0; n < 50; n++) {
        database.exec('BEGIN IMMEDIATE');
        database.prepare('INSERT INTO acceptance VALUES (?, 1e15)').run(process.argv[3] + n);
        database.exec('COMMIT');
      }`
    );
    const write = (name: string) => promisify(execFile)(process.execPath, [program, path, name]);
    const writing = Promise.all([write('a'), write('b')]);
    const mine = Array.from({ length: 20 }, (_, n) => `c${n}`);
    mine.forEach(digest => sqlite().add([digest]));
    await writing;
    const all = ['a', 'b'].flatMap(name => Array.from({ length: 50 }, (_, n) => `${name}${n}`));
    expect(sqlite().known([...all, ...mine, 'mine'])).toEqual(
      Array.from({ length: 121 }, () => true)
    );
  }, 60_000);

  it('are for this user only, with no files beside them that outlive a write', () => {
    sqlite().add(['a']);
    const state = join(folder, 'state');
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(readdirSync(state)).toEqual(['cart.sqlite']);
    expect(statSync(join(state, 'cart.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('use no write-ahead log, which network file systems do not stand', () => {
    sqlite().add(['a']);
    const database = new DatabaseSync(join(folder, 'state', 'cart.sqlite'));
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    database.close();
  });

  it('that nobody has used for more than a year are forgotten', () => {
    const store = sqlite();
    store.add(['old']);
    now += YEAR_MS;
    store.add(['used', 'old']);
    now += YEAR_MS;
    store.add(['new']);
    expect(store.known(['old', 'used', 'new'])).toEqual([true, true, true]);
    now += 2 * YEAR_MS;
    store.add(['newer']);
    expect(store.known(['old', 'used', 'new', 'newer'])).toEqual([false, false, false, true]);
  });

  it('that are damaged are a sentence, and nothing is overwritten', () => {
    const path = join(folder, 'cart.sqlite');
    writeFileSync(path, 'this is no database, and has been somebody’s text for long');
    chmodSync(path, 0o644);
    const store = new SqliteAcceptances(path, () => now);
    expect(() => store.known(['a'])).toThrow(/cannot be read or kept: is .*cart\.sqlite yours/);
    expect(() => store.add(['a'])).toThrow(expect.objectContaining({ code: 'internal' }) as Error);
  });
});
