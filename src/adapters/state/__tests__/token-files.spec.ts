import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenFiles } from '../token-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

function filesAt(path: string, inSharedFolder = false) {
  const text = (token: string) => `oauth2:${token}:iam.example/introspect`;
  return new TokenFiles(new Map([['eos', { path, text, inSharedFolder }]]));
}

it('is for this user alone, in a folder for this user alone, whatever the umask is', async () => {
  const before = process.umask(0);
  try {
    const path = join(folder, 'tokens', 'eos');
    await filesAt(path).write('eos', 'abc');
    expect(readFileSync(path, 'utf8')).toBe('oauth2:abc:iam.example/introspect');
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(join(folder, 'tokens'))).toBe(0o700);
  } finally {
    process.umask(before);
  }
});

it('replaces a link and a file that others may read, and touches nothing that a link leads to', async () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'mine', { mode: 0o644 });
  const path = join(folder, 'eos');
  symlinkSync(victim, path);
  const files = filesAt(path);
  await files.write('eos', 'abc');
  expect(readFileSync(victim, 'utf8')).toBe('mine');
  expect(modeOf(victim)).toBe(0o644);
  expect(readFileSync(path, 'utf8')).toContain('abc');
  chmodSync(path, 0o644);
  expect(await files.holds('eos', 'abc')).toBe(false);
  await files.write('eos', 'abc');
  expect(modeOf(path)).toBe(0o600);
  expect(await files.holds('eos', 'abc')).toBe(true);
});

it('knows a file that is gone, is another or is a link', async () => {
  const path = join(folder, 'eos');
  const files = filesAt(path);
  await files.write('eos', 'abc');
  expect(await files.holds('eos', 'abc')).toBe(true);
  expect(await files.holds('eos', 'def')).toBe(false);
  rmSync(path);
  expect(await files.holds('eos', 'abc')).toBe(false);
  const elsewhere = join(folder, 'elsewhere');
  await filesAt(elsewhere).write('eos', 'abc');
  symlinkSync(elsewhere, path);
  expect(await files.holds('eos', 'abc')).toBe(false);
});

it('a folder in which others write is taken only where the site insists, and where they cannot replace files', async () => {
  const shared = join(folder, 'tmp');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const path = join(shared, 'eos');
  await expect(filesAt(path).write('eos', 'abc')).rejects.toMatchObject({
    code: 'token-file',
    message: expect.stringContaining('use a folder of your own') as string
  });
  expect(readdirSync(shared)).toEqual([]);
  await filesAt(path, true).write('eos', 'abc');
  expect(modeOf(path)).toBe(0o600);
  chmodSync(shared, 0o777);
  await expect(filesAt(path, true).write('eos', 'def')).rejects.toThrow(/replace/);
});

it('says why it cannot write, keeps the old file and leaves nothing behind', async () => {
  const path = join(folder, 'eos');
  mkdirSync(path);
  await expect(filesAt(path).write('eos', 'abc')).rejects.toMatchObject({
    code: 'token-file',
    message: `The token file ${path} cannot be written: a folder is in its place.`
  });
  expect(readdirSync(folder)).toEqual(['eos']);
  const blocked = join(folder, 'file', 'eos');
  writeFileSync(join(folder, 'file'), '');
  await expect(filesAt(blocked).write('eos', 'abc')).rejects.toMatchObject({ code: 'token-file' });
});

it('makes the folder again when it is gone', async () => {
  const path = join(folder, 'tokens', 'eos');
  const files = filesAt(path);
  await files.write('eos', 'abc');
  rmSync(join(folder, 'tokens'), { recursive: true });
  await files.write('eos', 'abc');
  expect(await files.holds('eos', 'abc')).toBe(true);
});

it('a target without a file has none', async () => {
  const files = new TokenFiles(new Map());
  await files.write('rucio', 'abc');
  expect(await files.holds('rucio', 'abc')).toBe(true);
  await files.remove('rucio');
});

it('removes what it wrote', async () => {
  const path = join(folder, 'eos');
  const files = filesAt(path);
  await files.write('eos', 'abc');
  await files.remove('eos');
  await files.remove('eos');
  expect(existsSync(path)).toBe(false);
});

it('a reader who reads all the time sees whole tokens only, and no file that others may read', async () => {
  const path = join(folder, 'eos');
  const files = filesAt(path);
  const token = (n: number) => `${n}`.repeat(20_000);
  await files.write('eos', token(0));
  const reader = spawn(process.execPath, ['-e', READER, path]);
  let out = '';
  let over = false;
  const ended = new Promise<void>((resolve, reject) => {
    reader.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    reader.on('error', reject);
    reader.on('close', resolve);
  }).finally(() => (over = true));
  const lines = () => out.trimEnd().split('\n');
  await Promise.race([ended, new Promise(resolve => reader.stdout.once('data', resolve))]);
  // The first line says that it is ready; a slow disk, or a slow reader, has the time it needs.
  for (let n = 0; (n < 50 || lines().length < 4) && !over; n++) {
    await files.write('eos', token(n % 10));
  }
  reader.stdin.end();
  await ended;
  const { reads, torn, open } = JSON.parse(lines().at(-1) ?? '') as Record<string, number>;
  expect(reads).toBeGreaterThan(100);
  expect({ torn, open }).toEqual({ torn: 0, open: 0 });
});

const READER = `
  const { readFileSync, statSync } = require('node:fs');
  let on = true, reads = 0, torn = 0, open = 0;
  process.stdin.on('end', () => (on = false)).resume();
  console.log('ready');
  const read = () => {
    for (let n = 0; n < 50; n++) {
      reads++;
      const text = readFileSync(process.argv[1], 'utf8');
      torn += /^oauth2:(\\d)\\1{19999}:iam.example\\/introspect$/.test(text) ? 0 : 1;
      open += statSync(process.argv[1]).mode & 0o077 ? 1 : 0;
    }
    console.log(JSON.stringify({ reads, torn, open }));
    on && setImmediate(read);
  };
  read();
`;
