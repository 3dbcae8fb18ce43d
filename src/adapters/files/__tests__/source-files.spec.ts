import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Found } from '../../../upload/core/ports.js';
import { SourceFiles } from '../source-files.js';

let root: string;
let files: SourceFiles;
const { signal } = new AbortController();

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sources-')));
  files = new SourceFiles(async () => Promise.resolve({ adler32: '00000001', md5: null }));
});
afterEach(() => rmSync(root, { recursive: true }));

function make(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), name);
  }
}

async function walk(
  name: string,
  {
    bound = root,
    takes = () => true
  }: Partial<{
    bound: string | null;
    takes: (relative: string) => boolean;
  }> = {}
): Promise<{ files: string[]; refused: string[] }> {
  const found: Found[] = await all(files.walk(join(root, name), bound, takes, signal));
  return {
    files: found.flatMap(each => (each.kind === 'file' ? [each.relative] : [])),
    refused: found.flatMap(each =>
      each.kind === 'refused'
        ? [`${each.problem.code} ${each.problem.message.replaceAll(`${root}/`, '')}`]
        : []
    )
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

describe('walking through a folder', () => {
  it('finds every file, in the order of names', async () => {
    make('d/b', 'd/a/2', 'd/a/1', 'd/c ä%/x', ...Array.from({ length: 70 }, (_, i) => `d/n${i}`));
    const { files: found, refused } = await walk('d');
    expect(found.slice(0, 4)).toEqual(['a/1', 'a/2', 'b', 'c ä%/x']);
    expect(found).toHaveLength(74);
    expect(refused).toEqual([]);
  });

  it('takes a file by its own name, with what tells whether it has changed', async () => {
    make('d/one');
    const [found] = await all(files.walk(join(root, 'd/one'), root, () => true, signal));
    expect(found).toMatchObject({ kind: 'file', relative: 'one', source: { bytes: 5 } });
    const source = found.kind === 'file' ? found.source : null;
    expect(await files.look(join(root, 'd/one'))).toEqual(source);
    renameSync(join(root, 'd/one'), join(root, 'd/two'));
    expect(await files.look(join(root, 'd/one'))).toBeNull();
    make('d/one');
    expect(await files.look(join(root, 'd/one'))).not.toEqual(source);
    expect(await files.look(join(root, 'd'))).toBeNull();
  });

  it('asks of each file, not of folders, whether it is wanted', async () => {
    make('d/a.csv', 'd/a.tmp', 'd/s/b.csv', 'd/s/.b.tmp');
    expect(await walk('d', { takes: name => name.endsWith('.csv') })).toEqual({
      files: ['a.csv', 's/b.csv'],
      refused: []
    });
    expect(await walk('d/a.tmp', { takes: () => false })).toEqual({ files: [], refused: [] });
  });

  it('says what is not there', async () => {
    expect((await walk('none')).refused).toEqual(['not-found There is no none.']);
    expect((await walk('none', { bound: null })).refused).toEqual(['not-found There is no none.']);
  });

  it('refuses hidden names with a word, wherever they are', async () => {
    make('d/.hidden', 'd/.ipynb_checkpoints/x', 'd/seen', '.up/below/x');
    expect(await walk('d')).toEqual({
      files: ['seen'],
      refused: [
        'source-unreadable d/.hidden is hidden: hidden files and folders are not uploaded.',
        'source-unreadable d/.ipynb_checkpoints is hidden: hidden files and folders are not uploaded.'
      ]
    });
    expect((await walk('.up/below')).refused).toHaveLength(1);
    expect((await walk('d/.hidden', { bound: null })).refused).toHaveLength(1);
    // Without a root only what is named counts: a home may be in a hidden folder.
    expect((await walk('.up/below', { bound: null })).files).toEqual(['x']);
  });

  it('tells what is left out for being hidden from what was named and cannot be', async () => {
    make('d/.hidden', 'd/sub/.hidden', '.named');
    symlinkSync('/etc', join(root, 'd/sub/out'));
    const found = await all(files.walk(join(root, 'd'), root, () => true, signal));
    expect(found).toMatchObject([{ hidden: true }, { hidden: true }, { hidden: false }]);
    const [named] = await all(files.walk(join(root, '.named'), root, () => true, signal));
    expect(named).toMatchObject({ hidden: false });
  });

  it('follows links within the root and none out of it', async () => {
    make('d/f', 'other/g', 'other/.secret');
    symlinkSync(join(root, 'other'), join(root, 'd/a-folder'));
    symlinkSync('../other/g', join(root, 'd/b-file'));
    symlinkSync('/etc/hostname', join(root, 'd/c-out'));
    symlinkSync('/etc', join(root, 'd/d-out'));
    symlinkSync('../other/.secret', join(root, 'd/e-hidden'));
    symlinkSync('nowhere', join(root, 'd/g-dangling'));
    expect(await walk('d')).toEqual({
      files: ['a-folder/g', 'b-file', 'f'],
      refused: [
        'source-unreadable d/a-folder/.secret is hidden: hidden files and folders are not uploaded.',
        'source-unreadable d/c-out is a link out of the folder that may be uploaded.',
        'source-unreadable d/d-out is a link out of the folder that may be uploaded.',
        'source-unreadable d/e-hidden leads to something hidden.',
        'not-found There is no d/g-dangling.'
      ]
    });
    const { files: found, refused } = await walk('d', { bound: null });
    expect(found).toEqual(['f']);
    expect(refused).toHaveLength(6);
    expect((await walk('d/c-out')).refused).toHaveLength(1);
  });

  it('does not walk in a circle', async () => {
    make('d/s/f');
    symlinkSync('..', join(root, 'd/s/up'));
    expect(await walk('d')).toEqual({
      files: ['s/f'],
      refused: ['source-unreadable d/s/up leads back to where it is.']
    });
  });

  it('does not leave the root by a path that climbs', async () => {
    mkdirSync(join(root, 'jupyter'));
    make('outside');
    const inside = join(root, 'jupyter');
    const [found] = await all(files.walk(`${inside}/../outside`, inside, () => true, signal));
    expect(found).toMatchObject({ kind: 'refused' });
    const [sibling] = await all(files.walk(`${inside}-other`, inside, () => true, signal));
    expect(sibling).toMatchObject({ kind: 'refused' });
  });

  it('says what is no file', async () => {
    expect((await walk('../../dev/null', { bound: '/dev' })).refused).toHaveLength(1);
    const [device] = await all(files.walk('/dev/null', '/dev', () => true, signal));
    expect(device).toMatchObject({ kind: 'refused', problem: { code: 'source-unreadable' } });
  });

  it('stops when it is told to', async () => {
    make('d/a', 'd/b');
    const controller = new AbortController();
    controller.abort();
    await expect(
      all(files.walk(join(root, 'd'), root, () => true, controller.signal))
    ).rejects.toBe(controller.signal.reason);
  });

  it('says of each what cannot be read, and goes on', async () => {
    make('d/a/f', 'd/b', 'd/c');
    chmodSync(join(root, 'd/a'), 0);
    chmodSync(join(root, 'd/b'), 0);
    const asOrdinary = process.getuid?.() === 0;
    const before = process.geteuid?.() ?? 0;
    chmodSync(root, 0o755);
    if (asOrdinary) {
      process.seteuid?.(65534);
    }
    try {
      expect(await walk('d')).toEqual({
        files: ['c'],
        refused: ['source-unreadable d/a cannot be read.', 'source-unreadable d/b cannot be read.']
      });
    } finally {
      process.seteuid?.(before);
      chmodSync(join(root, 'd/a'), 0o755);
    }
  });
});
