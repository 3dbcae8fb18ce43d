import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ISignInStore } from '../../../token-renewal/core/ports.js';
import { FakeSignInStore } from '../fake-sign-in-store.js';
import { SqliteSignInStore } from '../sign-in-store.js';

const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const stores: [string, () => ISignInStore][] = [
  ['in memory', () => new FakeSignInStore()],
  ['in SQLite', () => new SqliteSignInStore(join(folder, 'state', `${files++}.sqlite`), 'default')]
];

const issued = (token: string) => ({
  token,
  life: { receivedAt: 1000, expiresAt: 2000 },
  issuedAt: null
});
const refreshed = (name: string) => ({ issued: issued(`at-${name}`), refreshToken: `rt-${name}` });

describe.each(stores)('a sign-in kept %s', (_, make) => {
  it('is nobody, then a person, then nobody', () => {
    const store = make();
    expect(store.read()).toBeNull();
    store.replace(refreshed('1'));
    expect(store.read()).toMatchObject({
      refreshToken: 'rt-1',
      issued: issued('at-1'),
      underWay: false,
      rotates: null
    });
    store.forget();
    expect(store.read()).toBeNull();
  });

  it('knows a request under way until its answer is stored or undone', () => {
    const store = make();
    store.replace(refreshed('1'));
    const first = store.read()!.generation;
    expect(store.begin(first)).toBe(true);
    expect(store.read()!.underWay).toBe(true);
    store.undo(first);
    expect(store.read()!.underWay).toBe(false);
    store.begin(first);
    expect(store.finish(first, refreshed('2'))).toBe(true);
    expect(store.read()).toMatchObject({ refreshToken: 'rt-2', underWay: false, rotates: true });
    expect(store.read()!.generation).not.toBe(first);
  });

  it('keeps the refresh token of a provider that does not rotate', () => {
    const store = make();
    store.replace(refreshed('1'));
    store.finish(store.read()!.generation, { issued: issued('at-2'), refreshToken: null });
    expect(store.read()).toMatchObject({
      refreshToken: 'rt-1',
      issued: issued('at-2'),
      rotates: false
    });
  });

  it('keeps a sign-in without a refresh token', () => {
    const store = make();
    store.replace({ issued: issued('at-1'), refreshToken: null });
    expect(store.read()).toMatchObject({ refreshToken: null, issued: issued('at-1') });
  });

  it('an answer to an earlier sign-in does not replace a later one', () => {
    const store = make();
    store.replace(refreshed('1'));
    const { generation } = store.read()!;
    store.begin(generation);
    store.replace(refreshed('other'));
    expect(store.finish(generation, refreshed('2'))).toBe(false);
    expect(store.begin(generation)).toBe(false);
    expect(store.read()).toMatchObject({ refreshToken: 'rt-other', underWay: false });
    store.forget();
    expect(store.finish(generation, refreshed('2'))).toBe(false);
    expect(store.read()).toBeNull();
  });
});

it('is for this user only, and another server reads the same', () => {
  const path = join(folder, 'shared', 'tokens.sqlite');
  const one = new SqliteSignInStore(path, 'default');
  one.replace(refreshed('1'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const other = new SqliteSignInStore(path, 'default');
  expect(other.read()).toMatchObject({ refreshToken: 'rt-1' });
  expect(new SqliteSignInStore(path, 'elsewhere').read()).toBeNull();
});

it('a file that somebody has removed is made anew, and what is kept then is there for others', () => {
  const path = join(folder, 'removed', 'tokens.sqlite');
  const store = new SqliteSignInStore(path, 'default');
  store.replace(refreshed('1'));
  rmSync(join(folder, 'removed'), { recursive: true });
  expect(store.read()).toBeNull();
  store.replace(refreshed('2'));
  expect(new SqliteSignInStore(path, 'default').read()).toMatchObject({ refreshToken: 'rt-2' });
});

it('what cannot be kept is said, and kept when it can be', () => {
  const path = join(folder, 'broken.sqlite');
  execFileSync('sh', ['-c', `echo 'not a database, but long enough to be one' > ${path}`]);
  chmodSync(path, 0o600);
  const store = new SqliteSignInStore(path, 'default');
  expect(() => store.replace(refreshed('1'))).toThrow(/cannot be read or kept/);
  rmSync(path);
  store.replace(refreshed('1'));
  expect(store.read()).toMatchObject({ refreshToken: 'rt-1' });
});
