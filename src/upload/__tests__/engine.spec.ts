import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IUploadStore } from '../core/ports.js';
import { UploadRig, type IProcess } from './upload-rig.js';

const NAMES = ['a.txt', 'b/c.txt', 'b/d.txt', 'e.txt', 'f.txt'];

let rig: UploadRig;
let process: IProcess;
beforeEach(() => {
  rig = new UploadRig();
  process = rig.process();
  NAMES.forEach(name => rig.write(`data/${name}`, `text of ${name}`));
});
afterEach(async () => {
  await process.kill();
  rig.dispose();
});

const did = (name: string) => `user.alice:${name}`;

async function expectAll(prefix = ''): Promise<void> {
  for (const name of NAMES) {
    expect(await rig.stored(did(prefix + name))).toBe(`text of ${name}`);
    const there = rig.registry.dids.get(did(prefix + name));
    expect(there).toMatchObject({ bytes: `text of ${name}`.length, endsAt: null });
    expect([...there!.replicas]).toEqual([['DISK', { state: 'AVAILABLE', pfn: null }]]);
  }
}

const problems = (id: string) =>
  process.uploads
    .files(id, { states: ['failed'] })
    .map(({ path, problem }) => [path, problem?.code]);

describe('a folder', () => {
  it('is sent, registered and kept, each file by a rule', async () => {
    const job = await rig.ended(process, rig.start(process, { prefix: 'run/' }).id);
    expect(job).toMatchObject({
      state: 'done',
      rse: 'DISK',
      problem: null,
      files: { total: 5, done: 5, skipped: 0, failed: 0 }
    });
    expect(job.bytes.sent).toBe(job.bytes.total);
    await expectAll('run/');
    const signal = new AbortController().signal;
    for (const name of NAMES) {
      expect(await rig.registry.isKept(did(`run/${name}`), 'DISK', signal)).toBe(true);
    }
  });

  it('into a new dataset: one rule for all, and the metadata on it', async () => {
    const dataset = did('set');
    const { id } = rig.start(process, {
      dataset,
      metadata: { energy: '13' },
      notebook: 'a.ipynb',
      inputs: [did('raw')]
    });
    await rig.ended(process, id);
    const set = rig.registry.dids.get(dataset)!;
    expect([...set.content].sort()).toEqual(NAMES.map(did).sort());
    expect(Object.fromEntries(set.metadata)).toMatchObject({
      energy: '13',
      datalake_host: 'here',
      datalake_notebook: 'a.ipynb',
      datalake_inputs: did('raw')
    });
    expect(rig.registry.requests.filter(call => call === 'keep')).toHaveLength(1);
  });

  it('that was uploaded before is skipped, and attached all the same', async () => {
    await rig.ended(process, rig.start(process).id);
    const puts = rig.lakeStore.puts.length;
    const job = await rig.ended(process, rig.start(process, { dataset: did('set') }).id);
    expect(job).toMatchObject({ state: 'done', files: { done: 0, skipped: 5 } });
    expect(rig.lakeStore.puts).toHaveLength(puts);
    expect(rig.registry.dids.get(did('set'))!.content.size).toBe(5);
    const signal = new AbortController().signal;
    expect(await rig.registry.isKept(did('set'), 'DISK', signal)).toBe(true);
  });

  it('that an upload which failed has left without rules is kept by the next one', async () => {
    const sources = ['data/a.txt'];
    rig.registry.interrupt('keep', 'before', () => {
      throw new DataLakeError('forbidden', 'The policy refuses.');
    });
    const first = await rig.ended(process, rig.start(process, { sources }).id);
    expect(first).toMatchObject({ state: 'failed', files: { done: 0, failed: 1 } });
    const puts = rig.lakeStore.puts.length;
    rig.registry.dids.get(did('a.txt'))!.endsAt = null;
    const job = await rig.ended(process, rig.start(process, { sources }).id);
    expect(job).toMatchObject({ state: 'done', files: { done: 1, skipped: 0 } });
    expect(rig.lakeStore.puts).toHaveLength(puts);
    const signal = new AbortController().signal;
    expect(await rig.registry.isKept(did('a.txt'), 'DISK', signal)).toBe(true);
  });

  it('with patterns: what is left out is not sent, hidden files are told', async () => {
    rig.write('data/.hidden', 'x');
    const { id } = rig.start(process, { include: ['b', '*.txt', '.*'], exclude: ['d.txt', 'f.*'] });
    expect(await rig.ended(process, id)).toMatchObject({ state: 'done', files: { total: 3 } });
    const lines = process.uploads.lines(id).map(({ text }) => text);
    expect(lines.join('\n')).toMatch(/data\/\.hidden.*hidden/);
  });
});

describe('what is wrong with some files stops no other', () => {
  it('names, links, DIDs that are there already', async () => {
    rig.write('data/blank name.txt', 'x');
    rig.write('data/-dash.txt', 'x');
    rig.registry.make(did('a.txt'), 'FILE', { bytes: 13, adler32: '00000000', md5: null });
    rig.registry.make(did('e.txt'), 'DATASET');
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'partly', files: { done: 3 } });
    expect(problems(id)).toEqual([
      ['data/-dash.txt', 'name-refused'],
      ['data/a.txt', 'exists-differs'],
      ['data/blank name.txt', 'name-refused'],
      ['data/e.txt', 'conflict']
    ]);
  });

  it('a file that is another one by the time it is sent', async () => {
    let changed = false;
    rig.lakeStore.beforeBytes = async () => {
      if (!changed) {
        changed = true;
        rig.write('data/f.txt', 'longer by now, and other bytes');
      }
    };
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'partly', files: { done: 4 } });
    expect(problems(id)).toEqual([['data/f.txt', 'source-changed']]);
    expect(await rig.stored(did('f.txt'))).toBeNull();
  });

  it('a retry takes what failed as it is by then, and asks Rucio anew', async () => {
    rig.write('data/blank name.txt', 'x');
    rig.registry.make(did('a.txt'), 'FILE', { bytes: 13, adler32: '00000000', md5: null });
    const { id } = rig.start(process, { dataset: did('set') });
    rig.lakeStore.beforeBytes = async () => {
      rig.lakeStore.beforeBytes = () => Promise.resolve();
      NAMES.slice(2).forEach(name => rig.write(`data/${name}`, `${name} is longer by now`));
    };
    const before = await rig.ended(process, id);
    expect(before.state).toBe('partly');
    rmSync(join(rig.folder, 'data/e.txt'));
    symlinkSync('/etc/hostname', join(rig.folder, 'data/e.txt'));
    rig.write('data/later.txt', 'of another upload');
    rig.registry.dids.delete(did('a.txt'));
    process.uploads.wish(id, 'retry');
    await rig.until(process, id, ({ endedAt }) => endedAt !== before.endedAt && endedAt !== null);
    expect(problems(id)).toEqual([
      ['data/blank name.txt', 'name-refused'],
      ['data/e.txt', 'source-unreadable']
    ]);
    expect(await rig.stored(did('f.txt'))).toBe('f.txt is longer by now');
    expect(await rig.stored(did('b/d.txt'))).toBe('b/d.txt is longer by now');
    expect([...rig.registry.dids.get(did('set'))!.content].sort()).toEqual(
      ['a.txt', 'b/c.txt', 'b/d.txt', 'f.txt'].map(did)
    );
    expect(await rig.stored(did('later.txt'))).toBeNull();
  });

  it('a retry overwrites nothing that somebody has made meanwhile', async () => {
    rig.lakeStore.faults.spoils = 'e.txt';
    const { id } = rig.start(process);
    const before = await rig.ended(process, id);
    rig.lakeStore.faults.spoils = null;
    rig.registry.make(did('e.txt'), 'FILE', { bytes: 13, adler32: '00000000', md5: null });
    const puts = rig.lakeStore.puts.length;
    process.uploads.wish(id, 'retry');
    await rig.until(process, id, ({ endedAt }) => endedAt !== before.endedAt && endedAt !== null);
    expect(problems(id)).toEqual([['data/e.txt', 'exists-differs']]);
    expect(rig.lakeStore.puts).toHaveLength(puts);
  });

  it('bytes that arrive spoilt each time are removed', async () => {
    rig.lakeStore.faults.spoils = 'e.txt';
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'partly', files: { done: 4 } });
    expect(problems(id)).toEqual([['data/e.txt', 'checksum-mismatch']]);
    expect(await rig.stored(did('e.txt'))).toBeNull();
    expect(rig.registry.dids.has(did('e.txt'))).toBe(false);
  });

  it('a store that gets full: what does not fit leaves nothing', async () => {
    await process.kill();
    process = rig.process(store => store, 1);
    rig.lakeStore.faults.fullAt = 30;
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'partly', files: { done: 2 } });
    const bytes = [...rig.lakeStore.files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(30);
    for (const { did: failed } of process.uploads.files(id, { states: ['failed'] })) {
      expect(rig.registry.dids.has(failed)).toBe(false);
      expect(await rig.stored(failed)).toBeNull();
    }
  });

  it('a DID that somebody makes in between is told, and theirs stays', async () => {
    rig.registry.interrupt('register', 'before', () => {
      rig.registry.make(did('a.txt'), 'FILE', { bytes: 1, adler32: '00000001', md5: null });
    });
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'partly', files: { done: 4 } });
    expect(problems(id)).toEqual([['data/a.txt', 'exists-differs']]);
    expect(rig.registry.dids.get(did('a.txt'))!.endsAt).toBeNull();
  });
});

describe('before anything is sent it is said', () => {
  it.each([
    ['that the quota does not suffice', { quotaBytes: 10 }, 'quota-exceeded'],
    ['that the RSE is closed', { blocked: true }, 'rse-not-writable'],
    ['that the policy refuses', { refuses: true }, 'rse-not-writable']
  ])('%s', async (_, rse, code) => {
    rig.registry.rseOptions.set('DISK', { scheme: 'davs', ...rse });
    const { id } = rig.start(process);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'failed', problem: { code } });
    expect(rig.lakeStore.puts).toEqual([]);
  });

  it('that a metadata key is Rucios own, and nothing is on the list', () => {
    expect(() => rig.start(process, { metadata: { md5: 'abc' } })).toThrow('md5');
    expect(process.uploads.list()).toEqual([]);
  });

  it('that the dataset is closed', async () => {
    rig.registry.make(did('set'), 'DATASET').open = false;
    const { id } = rig.start(process, { dataset: did('set') });
    const job = await rig.ended(process, id);
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'conflict' } });
    expect(rig.lakeStore.puts).toEqual([]);
  });

  it('and it can be tried again when that is mended', async () => {
    rig.registry.rseOptions.set('DISK', { scheme: 'davs', blocked: true });
    const { id } = rig.start(process);
    await rig.ended(process, id);
    rig.registry.rseOptions.set('DISK', { scheme: 'davs', quotaBytes: 1000 });
    process.uploads.wish(id, 'retry');
    await rig.until(process, id, ({ state }) => state === 'done');
    await expectAll();
  });
});

describe('trouble that passes is waited for', () => {
  it.each([
    ['Rucio is away', (there: boolean) => (rig.registry.failure = there ? GONE : null)],
    ['the store is away', (there: boolean) => (rig.lakeStore.faults.down = there)],
    ['the store is busy', (there: boolean) => (rig.lakeStore.faults.busy = there)],
    ['nobody is signed in', (there: boolean) => (rig.registry.failure = there ? SIGNED_OUT : null)]
  ])('%s', async (_, trouble) => {
    rig.lakeStore.beforeBytes = async () => {
      rig.lakeStore.beforeBytes = () => Promise.resolve();
      trouble(true);
    };
    const { id } = rig.start(process);
    const held = await rig.until(process, id, ({ problem }) => problem !== null);
    expect(held.state).toBe('running');
    trouble(false);
    expect(await rig.ended(process, id)).toMatchObject({ state: 'done', problem: null });
    await expectAll();
  });

  it.each(['register', 'attach', 'keep', 'createDataset', 'known'] as const)(
    'an answer to %s that is lost',
    async call => {
      rig.registry.loseAnswer(call);
      const { id } = rig.start(process, { dataset: did('set') });
      expect(await rig.ended(process, id)).toMatchObject({ state: 'done' });
      await expectAll();
      expect(rig.registry.dids.get(did('set'))!.content.size).toBe(5);
    }
  );

  it('an answer of the store that is lost', async () => {
    rig.lakeStore.faults.swallowsAnswer = true;
    const { id } = rig.start(process);
    await rig.until(process, id, ({ problem }) => problem !== null);
    rig.lakeStore.faults.swallowsAnswer = false;
    await rig.ended(process, id);
    await expectAll();
    // What was there whole was not sent again.
    expect(new Set(rig.lakeStore.puts).size).toBe(5);
  });

  it('a quota that is too small only when the rule is made: registered, and kept as soon as there is room', async () => {
    rig.registry.interrupt('register', 'after', () =>
      rig.registry.rseOptions.set('DISK', { scheme: 'davs', quotaBytes: 10 })
    );
    const { id } = rig.start(process);
    const held = await rig.until(process, id, ({ problem }) => problem !== null);
    expect(held.problem?.code).toBe('quota-exceeded');
    rig.registry.rseOptions.set('DISK', { scheme: 'davs', quotaBytes: 1000 });
    expect(await rig.ended(process, id)).toMatchObject({ state: 'done' });
  });
});

const GONE = new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
const SIGNED_OUT = new DataLakeError('not-signed-in', 'Nobody is signed in.');

describe('a person', () => {
  it('pauses it, and lets it go on', async () => {
    let opened = () => {};
    const gate = new Promise<void>(resolve => (opened = resolve));
    rig.lakeStore.beforeBytes = () => gate;
    const { id } = rig.start(process);
    await rig.until(process, id, ({ state }) => state === 'running');
    process.uploads.wish(id, 'pause');
    opened();
    await rig.until(process, id, ({ state }) => state === 'paused');
    rig.lakeStore.beforeBytes = () => Promise.resolve();
    process.uploads.wish(id, 'resume');
    expect(await rig.ended(process, id)).toMatchObject({ state: 'done' });
    await expectAll();
  });

  it('cancels it: nothing is left of what was begun, and what was done stays', async () => {
    await rig.ended(process, rig.start(process, { sources: ['data/a.txt'] }).id);
    // Rucio goes away in the middle, and stays away: the cancelling waits for it, and can be seen.
    rig.registry.interrupt('keep', 'before', () => {
      rig.registry.failure = GONE;
      throw GONE;
    });
    const { id } = rig.start(process, { sources: ['data/b', 'data/e.txt'], dataset: did('set') });
    await rig.until(process, id, ({ problem }) => problem !== null);
    process.uploads.wish(id, 'cancel');
    await rig.until(process, id, ({ state }) => state === 'cancelling');
    rig.registry.failure = null;
    expect(await rig.ended(process, id)).toMatchObject({ state: 'cancelled' });
    rig.registry.sweep();
    expect([...rig.registry.dids.keys()]).toEqual([did('a.txt')]);
    expect(await rig.stored(did('a.txt'))).toBe('text of a.txt');
  });

  it('takes it off the list', async () => {
    const { id } = rig.start(process);
    expect(() => process.uploads.wish(id, 'remove')).toThrow(/cancel it first/);
    await rig.ended(process, id);
    process.uploads.wish(id, 'remove');
    await expect(rig.until(process, id, () => false)).rejects.toThrow(/no upload/);
    await expectAll();
  });
});

describe('what could not be removed at the store', () => {
  it('keeps the upload on the list until it can', async () => {
    rig.lakeStore.faults.dropsAt = 3;
    const { id } = rig.start(process);
    await rig.until(process, id, ({ problem }) => problem !== null);
    process.uploads.wish(id, 'cancel');
    rig.lakeStore.faults.refuses = true;
    expect(await rig.ended(process, id)).toMatchObject({ problem: { code: 'store-refused' } });
    expect(rig.lakeStore.files.size).toBeGreaterThan(0);
    process.uploads.wish(id, 'remove');
    const kept = await rig.until(process, id, ({ problem }) => problem?.code === 'conflict');
    expect(kept.problem?.message).toMatch(/may be left at DISK/);
    rig.lakeStore.faults.refuses = false;
    process.uploads.wish(id, 'remove');
    await expect(rig.until(process, id, () => false)).rejects.toThrow(/no upload/);
    expect(rig.lakeStore.files.size).toBe(0);
  });
});

describe('two uploads', () => {
  it('never make the same DID', async () => {
    let opened = () => {};
    const gate = new Promise<void>(resolve => (opened = resolve));
    rig.lakeStore.beforeBytes = () => gate;
    const first = rig.start(process);
    await rig.until(process, first.id, ({ state }) => state === 'running');
    const second = rig.start(process, { sources: ['data/a.txt'] });
    const { state } = await rig.ended(process, second.id);
    expect([state, problems(second.id)]).toEqual(['failed', [['data/a.txt', 'conflict']]]);
    opened();
    expect(await rig.ended(process, first.id)).toMatchObject({ state: 'done' });
  });

  it('of two processes: one works, the other watches and wishes', async () => {
    const other = rig.process();
    const { id } = rig.start(other);
    expect(await rig.ended(other, id)).toMatchObject({ state: 'done' });
    expect([process.uploads.owns, other.uploads.owns]).toEqual([true, false]);
    other.uploads.wish(id, 'remove');
    await expect(rig.until(other, id, () => false)).rejects.toThrow(/no upload/);
    await other.kill();
  });
});

const WRITES = ['add', 'change', 'addFiles', 'forgetFiles', 'changeFiles'] as const;

/** Whether this call reaches the disk; how often a journal without changes is flushed is a matter of time. */
const writes = (name: string, args: readonly unknown[]) =>
  (WRITES as readonly string[]).includes(name) &&
  !(name === 'changeFiles' && (args[1] as readonly unknown[]).length === 0);

/** The process dies at its nth writing, just before or just after it is on disk. */
function dying(nth: number, when: 'before' | 'after', died: () => void) {
  return (store: IUploadStore, die: () => void): IUploadStore => {
    let written = 0;
    let dead = false;
    const end = (): never => {
      dead = true;
      died();
      die();
      throw new Error('killed');
    };
    return new Proxy(store, {
      get: (target, name: keyof IUploadStore) => {
        const method = target[name] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          if (dead) {
            throw new Error('killed');
          }
          const counts = writes(name, args) && ++written === nth;
          if (counts && when === 'before') {
            end();
          }
          const result = method.apply(target, args);
          return counts ? end() : result;
        };
      }
    });
  };
}

describe('a process that is killed', () => {
  it.each(['before', 'after'] as const)(
    'just %s any of its writings loses and doubles nothing',
    async when => {
      await process.kill();
      let killed = 0;
      for (let nth = 1; ; nth++) {
        const prefix = `${when}${nth}/`;
        let died = false;
        const first = rig.process(dying(nth, when, () => (died = true)));
        let id: string | null = null;
        try {
          id = rig.start(first, { prefix, dataset: did(`set-${when}${nth}`) }).id;
          while (!died && !['done', 'failed'].includes(first.uploads.show(id).state)) {
            await new Promise(resolve => setImmediate(resolve));
          }
        } catch (error) {
          expect(String(error)).toMatch(/killed|cannot be read or written/);
        }
        await first.kill();
        process = rig.process();
        for (const { id: each } of process.uploads.list()) {
          expect(await rig.ended(process, each)).toMatchObject({ state: 'done' });
          process.uploads.wish(each, 'remove');
          await expect(rig.until(process, each, () => false)).rejects.toThrow(/no upload/);
          id = each;
        }
        if (id !== null) {
          await expectAll(prefix);
          expect(rig.registry.dids.get(did(`set-${when}${nth}`))!.content.size).toBe(5);
        }
        await process.kill();
        if (!died) {
          break;
        }
        killed++;
      }
      process = rig.process();
      expect(killed).toBeGreaterThan(8);
      expect(rig.lakeStore.files.size).toBe(
        [...rig.registry.dids.values()].filter(({ type }) => type === 'FILE').length
      );
    },
    300_000
  );
});
