import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ScratchFiles } from '../../adapters/files/scratch-files.js';
import { SqliteUploadStore } from '../../adapters/state/upload-store.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { HandClock } from '../../testing/hand-clock.js';
import { UploadPlan, type FileState } from '../contract.js';
import { ScratchSpace } from '../core/scratch-space.js';

const DAY_S = 86_400;
const inodeOf = (path: string) => String(statSync(path).ino);
const { signal } = new AbortController();
const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

/** A scratch folder, after others that are not there. */
function makeScratch(others: readonly string[] = []) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'scratch-')));
  folders.push(folder);
  const path = join(folder, 'space');
  mkdirSync(path);
  // Of the files that it removes, and the folders that this changes, the system has the time.
  const clock = new HandClock(Date.now());
  const store = new SqliteUploadStore(join(folder, 'uploads.sqlite'));
  const settings = { rse: 'SCRATCH', pfnPrefix: 'root://lake//scratch/', deleteAfterDays: 2 };
  const paths = [...others.map(name => join(folder, name)), path];
  const spaces = paths.map(each => ({ ...settings, path: each }));
  const space = new ScratchSpace(spaces, new ScratchFiles(), store, clock);
  const old = (name: string, days: number) => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, name);
    const then = clock.now() / 1000 - days * DAY_S;
    [file, dirname(file)].forEach(each => utimesSync(each, then, then));
    return file;
  };
  const clean = async (
    options: Partial<{ dryRun: boolean; days: number | null }> = {},
    seen: string[] = []
  ) => {
    const steps = space.clean({ dryRun: false, days: null, ...options }, signal);
    for await (const { path: file, action } of steps) {
      seen.push(`${action} ${file.slice(path.length + 1)}`);
    }
    return seen;
  };
  /** A job that has, or had, this file. */
  const job = (
    file: string,
    state: FileState,
    { delayDays = null as number | null, ended = false, way = 'scratch' as const } = {}
  ) => {
    const id = `job${store.jobs().length.toString().padStart(9, '0')}`;
    const deletionDelaySeconds = delayDays === null ? null : delayDays * DAY_S;
    store.add({
      ...{ id, instance: 'lake', lake: 'lake alice', root: null, title: '', state: 'running', way },
      ...{
        rse: 'SCRATCH',
        scheme: null,
        planned: true,
        datasetMade: false,
        ruleId: null,
        problem: null
      },
      plan: UploadPlan.parse({
        ...{ sources: [file], scope: 'user.alice', rseExpression: 'DISK', deletionDelaySeconds }
      }),
      ...{ createdAt: clock.now(), endedAt: ended ? clock.now() : null }
    });
    const source = { path: file, bytes: 1, modifiedNs: '0', inode: '0' };
    store.addFiles(id, [{ source, did: `user.alice:${id}`, state }]);
    return id;
  };
  return { folder, clock, space, store, old, clean, job };
}

describe('scratch space', () => {
  it('is cleaned of what is too old, hidden or not, and of old folders that this leaves empty', async () => {
    const { old, clean } = makeScratch();
    const [gone, kept] = [old('a/gone.txt', 3), old('b/kept.txt', 1)];
    old('.cache/.hidden', 3);
    old('c/old.txt', 3);
    writeFileSync(join(dirname(gone), '..', 'c', 'new.txt'), 'new');
    expect(await clean()).toEqual([
      ...['removed .cache/.hidden', 'removed .cache', 'removed a/gone.txt', 'removed a'],
      'removed c/old.txt'
    ]);
    expect([dirname(gone), kept].map(path => existsSync(path))).toEqual([false, true]);
    expect(await clean({ days: 0.5 })).toEqual(['removed b/kept.txt', 'removed b']);
  });

  it('loses links that are too old, and not what they lead to', async () => {
    const { old, clean, folder } = makeScratch();
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'mine.txt'), 'mine');
    const then = Date.now() / 1000 - 9 * DAY_S;
    utimesSync(join(outside, 'mine.txt'), then, then);
    for (const [name, to] of [
      ['file', join(outside, 'mine.txt')],
      ['folder', outside],
      ['nowhere', join(outside, 'gone')]
    ]) {
      const link = join(dirname(old('d/a.txt', 1)), name);
      symlinkSync(to, link);
      lutimesSync(link, then, then);
    }
    expect(await clean()).toEqual(['removed d/file', 'removed d/folder', 'removed d/nowhere']);
    expect(readdirSync(outside)).toEqual(['mine.txt']);
  });

  it('tells what cannot be removed, and goes on', async () => {
    const { old, clean, folder } = makeScratch();
    old('a.txt', 3);
    old('b.txt', 3);
    jest
      .spyOn(ScratchFiles.prototype, 'remove')
      .mockRejectedValueOnce(new DataLakeError('source-unreadable', 'It cannot be removed.'));
    expect(await clean()).toEqual(['failed a.txt', 'removed b.txt']);
    expect(readdirSync(join(folder, 'space'))).toEqual(['a.txt']);
  });

  it('keeps a file that an upload reaches by another path, and one whose upload has not looked yet', async () => {
    const { old, clean, job, store } = makeScratch();
    const file = old('a.txt', 9);
    const id = job('/elsewhere/a.txt', 'waiting');
    store.changeFiles(id, [
      { nr: 0, fields: { source: { ...store.files(id)[0].source, inode: inodeOf(file) } } }
    ]);
    const planned = job(old('sub/b.txt', 9), 'waiting');
    store.forgetFiles(planned);
    store.change(planned, { state: 'planning' });
    expect(await clean()).toEqual(['kept a.txt', 'kept sub/b.txt']);
    [id, planned].forEach(each => store.remove(each));
    expect(await clean()).toEqual(['removed a.txt', 'removed sub/b.txt', 'removed sub']);
  });

  it('only says what it would remove', async () => {
    const { old, clean } = makeScratch();
    const file = old('a.txt', 3);
    expect(await clean({ dryRun: true })).toEqual(['would-remove a.txt']);
    expect(existsSync(file)).toBe(true);
  });

  it.each(['waiting', 'registered', 'moving', 'cleaning'] as const)(
    'keeps a file whose upload is %s',
    async state => {
      const { old, clean, job } = makeScratch();
      job(old('a.txt', 9), state);
      expect(await clean()).toEqual(['kept a.txt']);
    }
  );

  it.each(['failed', 'cancelled', 'skipped', 'done'] as const)(
    'removes a file whose upload is %s',
    async state => {
      const { old, clean, job } = makeScratch();
      job(old('a.txt', 9), state);
      expect(await clean()).toEqual(['removed a.txt']);
    }
  );

  it('keeps a replica that the lake counts on until the delay of its deletion is over', async () => {
    const { old, clean, job, clock, space } = makeScratch();
    job(old('a.txt', 9), 'done', { delayDays: 5, ended: true });
    await clock.advance(4 * DAY_S * 1000);
    expect(await clean()).toEqual(['kept a.txt']);
    expect(await space.status(signal)).toMatchObject([{ held: 1, removable: { files: 0 } }]);
    await clock.advance(2 * DAY_S * 1000);
    expect(await space.status(signal)).toMatchObject([{ held: 0, removable: { files: 1 } }]);
    expect(await clean()).toEqual(['removed a.txt']);
  });

  it('keeps it also while other files of the upload are on their way', async () => {
    const { old, clean, job, clock } = makeScratch();
    job(old('a.txt', 9), 'done', { delayDays: 1 });
    await clock.advance(4 * DAY_S * 1000);
    expect(await clean()).toEqual(['kept a.txt']);
  });

  it('says of a folder that is not there what is wrong, when the others are cleaned', async () => {
    const { space, old, clean } = makeScratch(['gone']);
    old('a.txt', 3);
    expect(await space.status(signal)).toMatchObject([
      { files: 0, problem: { code: 'not-found' } },
      { files: 1, problem: null }
    ]);
    const seen: string[] = [];
    await expect(clean({}, seen)).rejects.toMatchObject({ code: 'not-found' });
    expect(seen).toEqual(['removed a.txt']);
  });
});
