import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storePorts } from '../../../testing/suites/stores.js';
import type { ISource } from '../../../upload/core/ports.js';
import { folderError } from '../folder-errors.js';
import { InlineMover } from '../inline-mover.js';
import { foldersOf, PosixStore } from '../posix.js';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'posix-')));
});
afterAll(() => rmSync(root, { recursive: true }));

const { signal } = new AbortController();
const options = { md5: false, pace: null, onProgress: () => undefined };
const storeOf = (folder: string) =>
  new PosixStore(new InlineMover(), async () =>
    Promise.resolve(foldersOf([`root://x//y/`, `file://localhost:0${join(root, folder)}/`]))
  );
const at = (path: string) => ({
  rse: 'FOLDER',
  scheme: 'file',
  pfn: `file://localhost${join(root, path)}`
});

function source(content: string): ISource {
  const path = join(root, 'source');
  writeFileSync(path, content);
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  return { path, bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
}

describe('a store that is a folder', () => {
  storePorts(async () => {
    mkdirSync(join(root, 'suite'));
    return Promise.resolve({
      store: storeOf('suite'),
      at: name => ({
        rse: 'FOLDER',
        scheme: 'file',
        pfn: `file://localhost:0${root}/suite/${name}`
      }),
      checksums: true,
      onDisk: name => readFileSync(join(root, 'suite', name))
    });
  });
});

describe('the folder of an RSE', () => {
  it('gets no name before all of the file is there, and keeps no part of one', async () => {
    mkdirSync(join(root, 'parts'));
    const names: string[] = [];
    const pace = {
      take: async () => Promise.resolve(void names.push(...readdirSync(join(root, 'parts'))))
    };
    await storeOf('parts').put(source('x'), at('parts/f'), { ...options, pace }, signal);
    expect(names).toEqual(['f.rucio.upload']);
    expect(readdirSync(join(root, 'parts'))).toEqual(['f']);
    const failing = { take: async () => Promise.reject(new Error('stop')) };
    await expect(
      storeOf('parts').put(source('x'), at('parts/g'), { ...options, pace: failing }, signal)
    ).rejects.toThrow();
    expect(readdirSync(join(root, 'parts'))).toEqual(['f']);
  });

  it('is made when nothing was ever written there, and not when it is not mounted', async () => {
    await storeOf('fresh').put(source('x'), at('fresh/a/f'), options, signal);
    expect(readFileSync(join(root, 'fresh/a/f'), 'utf8')).toBe('x');
    await expect(
      storeOf('not/mounted').put(source('x'), at('not/mounted/f'), options, signal)
    ).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await storeOf('never').look(at('never/f'), 1, signal)).toBeNull();
  });

  it('writes nothing elsewhere, also not by a link', async () => {
    mkdirSync(join(root, 'bound'));
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'bound/out'));
    const store = storeOf('bound');
    for (const path of ['elsewhere/f', 'bound-other/f', 'bound/out/f', 'bound/out/new/f']) {
      await expect(store.put(source('x'), at(path), options, signal)).rejects.toMatchObject({
        code: 'store-refused'
      });
    }
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
    await expect(store.remove(at('bound/out/f'), signal)).rejects.toMatchObject({
      code: 'store-refused'
    });
  });

  it('replaces a link, and does not write through it', async () => {
    mkdirSync(join(root, 'links'));
    writeFileSync(join(root, 'victim'), 'victim');
    symlinkSync(join(root, 'victim'), join(root, 'links/f'));
    symlinkSync(join(root, 'victim'), join(root, 'links/f.rucio.upload'));
    await storeOf('links').put(source('new'), at('links/f'), options, signal);
    expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('victim');
    expect(readFileSync(join(root, 'links/f'), 'utf8')).toBe('new');
  });

  it('says that a file stands where there has to be a folder', async () => {
    mkdirSync(join(root, 'stands'));
    writeFileSync(join(root, 'stands/f'), '');
    await expect(
      storeOf('stands').put(source('x'), at('stands/f/g'), options, signal)
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['ENOSPC', 'store-full'],
    ['EDQUOT', 'store-full'],
    ['EROFS', 'store-refused'],
    ['EACCES', 'store-refused'],
    ['EIO', 'store-failed'],
    ['ESTALE', 'store-unreachable']
  ])('translates %s', (code, problem) => {
    const error = Object.assign(new Error('write'), { code });
    expect(folderError(error, '/store/f')).toMatchObject({
      code: problem,
      detail: `${code}: /store/f`
    });
  });

  it('is found by where it is mounted', async () => {
    mkdirSync(join(root, 'mount'));
    const mounted = new PosixStore(new InlineMover(), async () =>
      Promise.resolve([{ prefix: 'davs://store:443/rse/', path: join(root, 'mount') }])
    );
    const destination = { rse: 'X', scheme: 'davs', pfn: 'davs://store:443/rse/s/f' };
    await mounted.put(source('x'), destination, options, signal);
    expect(readFileSync(join(root, 'mount/s/f'), 'utf8')).toBe('x');
    const foreign = { ...destination, pfn: 'davs://other:443/rse/s/f' };
    await expect(mounted.look(foreign, 1, signal)).rejects.toMatchObject({
      code: 'store-refused'
    });
  });
});

it('what is written is for everybody who may go there, whatever the umask is', async () => {
  const before = process.umask(0o077);
  try {
    await storeOf('modes').put(source('text'), at('modes/a/b/file'), options, signal);
  } finally {
    process.umask(before);
  }
  const mode = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);
  expect(['modes', 'modes/a', 'modes/a/b', 'modes/a/b/file'].map(mode)).toEqual([
    ...['755', '755', '755', '644']
  ]);
});
