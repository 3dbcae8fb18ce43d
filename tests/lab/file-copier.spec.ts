import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { adler32 } from '../../lab/copy-service/adler32.ts';
import { FileCopier } from '../../lab/copy-service/file-copier.ts';
import type { ICopyOrder } from '../../lab/copy-service/order.ts';

let folder: string;
let copier: FileCopier;
const at = (...names: string[]): string => path.join(folder, ...names);
const url = (...names: string[]): string => `file://localhost${at(...names)}`;

/** Adler-32 of "Wikipedia", the example that the algorithm is known by. */
const WIKIPEDIA = '11e60398';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'lab-copier-')));
  for (const name of ['A', 'B', 'outside']) mkdirSync(at(name));
  writeFileSync(at('A', 'file'), 'Wikipedia');
  writeFileSync(at('outside', 'file'), 'Wikipedia');
  copier = new FileCopier([at('A'), at('B')]);
});

afterEach(() => rmSync(folder, { recursive: true }));

function order(changes: Partial<ICopyOrder> = {}): ICopyOrder {
  return {
    source: url('A', 'file'),
    destination: url('B', 'scope', 'file'),
    bytes: 9,
    adler32: WIKIPEDIA,
    verify: 'both',
    ...changes
  };
}

it('computes Adler-32', async () => {
  expect(await adler32(at('A', 'file'))).toBe(WIKIPEDIA);
  writeFileSync(at('A', 'large'), Buffer.alloc(3_000_000, 0xff));
  // By zlib.adler32(b"\xff" * 3000000).
  expect(await adler32(at('A', 'large'))).toBe('c231a556');
});

it('copies, makes folders, and leaves nothing else behind', async () => {
  await copier.copy(order());
  expect(readFileSync(at('B', 'scope', 'file'), 'utf8')).toBe('Wikipedia');
  expect(readdirSync(at('B', 'scope'))).toEqual(['file']);
});

it.each<[string, Partial<ICopyOrder>, RegExp]>([
  ['a missing source', { source: 'file://localhost/none' }, /^SOURCE \[2\] No such file/],
  ['another size', { bytes: 8 }, /^SOURCE size mismatch/],
  ['another checksum of the source', { adler32: '00000001' }, /^SOURCE CHECKSUM MISMATCH/],
  [
    'another checksum of the copy',
    { adler32: '00000001', verify: 'target' },
    /^DESTINATION CHECKSUM MISMATCH/
  ],
  ['another scheme', { source: 'https://localhost/A/file' }, /^TRANSFER \[93\]/],
  ['another host', { source: 'file://example.org/etc/hostname' }, /^TRANSFER \[93\]/]
])('refuses %s, and makes no copy', async (_name, changes, reason) => {
  await expect(copier.copy(order(changes))).rejects.toThrow(reason);
  expect(
    readdirSync(at('B'), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  ).toEqual([]);
});

it('refuses to read what is not below the folder of an RSE', async () => {
  symlinkSync(at('outside', 'file'), at('A', 'link'));
  for (const source of [
    url('outside', 'file'),
    url('A', 'link'),
    url('A') + '/../outside/file',
    url('A') + '/%2e%2e/outside/file'
  ]) {
    await expect(copier.copy(order({ source }))).rejects.toThrow(/^SOURCE \[1\] Not below/);
  }
});

it('refuses to write what is not below the folder of an RSE, and makes no folder there', async () => {
  symlinkSync(at('outside'), at('B', 'link'));
  for (const destination of [
    url('outside', 'new', 'x'),
    url('B', 'link', 'x'),
    url('B', 'link', 'new', 'x'),
    url('B') + '/../outside/x',
    url('B') + '2/x'
  ]) {
    await expect(copier.copy(order({ destination }))).rejects.toThrow(
      /^DESTINATION \[1\] Not below/
    );
  }
  expect(readdirSync(at('outside'))).toEqual(['file']);
});
