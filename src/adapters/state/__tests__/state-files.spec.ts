import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IStateFiles } from '../../../cart/core/ports.js';
import { FakeStateFiles } from '../../../cart/__tests__/stand-ins.js';
import { StateFiles } from '../state-files.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'datalake-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function* texts(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}

describe.each<[string, () => IStateFiles]>([
  ['on disk', () => new StateFiles(join(folder, 'kernels'))],
  ['in memory', () => new FakeStateFiles()]
])('state files %s', (_, make) => {
  it('are read as they were written last', async () => {
    const files = make();
    expect(await files.read('d')).toBeNull();
    await files.write('d', { percent: 1 });
    await files.write('d', { percent: 2 });
    expect(await files.read('d')).toEqual({ percent: 2 });
    expect(await files.read('other')).toBeNull();
  });

  it('have lists whose stamps tell equal ones from others', async () => {
    const files = make();
    const one = await files.writeList('d', texts('a\n', 'b\n'));
    const same = await files.writeList('d', texts('a\nb\n'));
    const other = await files.writeList('d', texts('a\n'));
    expect(same).toEqual(one);
    expect(other.stamp).not.toBe(one.stamp);
  });
});

describe('state files on disk', () => {
  it('are for this user only, and replaced, never written over', async () => {
    const files = new StateFiles(join(folder, 'kernels'));
    await files.write('d', { percent: 1 });
    const before = statSync(files.pathOf('d'));
    await files.write('d', { percent: 2 });
    const after = statSync(files.pathOf('d'));
    expect(after.ino).not.toBe(before.ino);
    expect(after.mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kernels')).mode & 0o777).toBe(0o700);
    const { path } = await files.writeList('d', texts('a\n', 'b\n'));
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keep the list before where a new one is cut off, and leave nothing behind', async () => {
    const files = new StateFiles(folder);
    const { path } = await files.writeList('d', texts('whole\n'));
    async function* cut(): AsyncGenerator<string> {
      yield 'half';
      throw new Error('Rucio has gone away.');
    }
    await expect(files.writeList('d', cut())).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('whole\n');
    expect(readdirSync(folder)).toEqual(['d.ndjson']);
  });

  it('that are damaged count as none', async () => {
    const files = new StateFiles(folder);
    writeFileSync(files.pathOf('d'), '{"percent":');
    expect(await files.read('d')).toBeNull();
  });

  it('that cannot be written are a sentence with the folder in it', async () => {
    writeFileSync(join(folder, 'file'), '');
    const files = new StateFiles(join(folder, 'file', 'kernels'));
    await expect(files.write('d', {})).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining(folder) as string
    });
  });

  it('on a full disk keep the list before, and say so in a sentence', async () => {
    const files = new StateFiles(folder);
    const { path } = await files.writeList('d', texts('whole\n'));
    async function* tooMuch(): AsyncGenerator<string> {
      yield 'half';
      writeFileSync('/dev/full', 'no room');
    }
    await expect(files.writeList('d', tooMuch())).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/is there room/) as string,
      cause: expect.objectContaining({ code: 'ENOSPC' }) as Error
    });
    expect(readFileSync(path, 'utf8')).toBe('whole\n');
    expect(readdirSync(folder)).toEqual(['d.ndjson']);
  });

  it('are pruned by age', async () => {
    const files = new StateFiles(folder);
    await files.write('old', {});
    await files.write('new', {});
    mkdirSync(join(folder, 'folder'));
    const longAgo = new Date(Date.now() - 10_000_000);
    utimesSync(files.pathOf('old'), longAgo, longAgo);
    await files.prune(5_000_000);
    expect(readdirSync(folder).sort()).toEqual(['folder', 'new.json']);
    await new StateFiles(join(folder, 'nowhere')).prune(1);
  });
});
