import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeOwnership } from '../fake-ownership.js';
import { FileOwnership } from '../ownership.js';

const folder = mkdtempSync(join(tmpdir(), 'ownership-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
describe.each([
  [
    'in memory',
    () => {
      const slot = { owner: null };
      return () => new FakeOwnership(slot);
    }
  ],
  [
    'of a file',
    () => {
      const path = join(folder, 'state', `owner-${files++}.sqlite`);
      return () => new FileOwnership(path);
    }
  ]
])('ownership %s', (_, home) => {
  it('is one process at a time', () => {
    const make = home();
    const [one, other] = [make(), make()];
    expect(one.acquire()).toBe(true);
    expect(one.acquire()).toBe(true);
    expect(other.acquire()).toBe(false);
    other.release();
    expect(make().acquire()).toBe(false);
    one.release();
    expect(other.acquire()).toBe(true);
    expect(one.acquire()).toBe(false);
    other.release();
  });
});

it('ends with a process that is killed', async () => {
  const path = join(folder, 'owner.sqlite');
  const holder = spawn(process.execPath, ['-e', HOLDER, path], {
    stdio: ['ignore', 'pipe', 'inherit']
  });
  await once(holder.stdout, 'data');
  const ownership = new FileOwnership(path);
  expect(ownership.acquire()).toBe(false);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(ownership.acquire()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  ownership.release();
});

it('nobody owns what cannot be locked', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(new FileOwnership(join(folder, 'file', 'owner.sqlite')).acquire()).toBe(false);
});

it('of a file that somebody has removed is none', () => {
  const path = join(folder, 'removed', 'owner.sqlite');
  const [one, other] = [new FileOwnership(path), new FileOwnership(path)];
  expect(one.acquire()).toBe(true);
  rmSync(join(folder, 'removed'), { recursive: true });
  expect(other.acquire()).toBe(true);
  expect(one.acquire()).toBe(false);
  other.release();
  expect(one.acquire()).toBe(true);
  one.release();
});

const HOLDER = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);
`;
