import { DataLakeError } from '../../common/contract/problem.js';
import { UploadRig, type IProcess } from './upload-rig.js';

const RSE = 'SCRATCHDISK';
const DID = 'user.alice:a.txt';
const { signal } = new AbortController();
let rig: UploadRig;
let process: IProcess;
beforeEach(() => {
  rig = new UploadRig([{ rse: RSE, pfnPrefix: 'root://lake//scratch/', deleteAfterDays: 2 }]);
  process = rig.process();
  rig.write('scratch/a.txt', 'text');
});
afterEach(async () => {
  await process.kill();
  rig.dispose();
});

/** Uploads it, while the lake does what rules ask for. */
async function upload(rseExpression = 'DISK') {
  const { id } = rig.start(process, { sources: ['scratch/a.txt'], rseExpression });
  return rig.until(process, id, ({ state }) => {
    rig.registry.deliver();
    return ['done', 'partly', 'failed'].includes(state);
  });
}

describe('a file that lies in scratch space', () => {
  it('is registered there, copied by the lake, and then given up there', async () => {
    const registered: (string | null | undefined)[] = [];
    rig.registry.interrupt('register', 'after', () => {
      registered.push(rig.registry.dids.get(DID)?.replicas.get(RSE)?.pfn);
    });
    expect(await upload()).toMatchObject({ state: 'done', way: 'scratch', files: { done: 1 } });
    const pfn = 'root://lake//scratch/a.txt';
    expect(rig.registry.dids.get(DID)?.replicas.get('DISK')?.state).toBe('AVAILABLE');
    expect(registered).toEqual([pfn]);
    expect(await rig.registry.isKept(DID, 'DISK', signal)).toBe(true);
    expect(await rig.registry.isKept(DID, RSE, signal)).toBe(true);
    expect(rig.lakeStore.puts).toEqual([]);
  });

  it('is copied also if an upload that failed has left it in the catalogue', async () => {
    rig.registry.interrupt('keep', 'before', () => {
      throw new DataLakeError('forbidden', 'The policy refuses.');
    });
    expect(await upload()).toMatchObject({ state: 'failed', files: { failed: 1 } });
    expect(rig.registry.dids.get(DID)?.replicas.has(RSE)).toBe(true);
    expect(await upload()).toMatchObject({ state: 'done', files: { done: 1, skipped: 0 } });
    expect(await rig.registry.isKept(DID, 'DISK', signal)).toBe(true);
  });

  it.each([
    ['an expression that means nothing', 'NONE', 1_000_000, 'bad-request'],
    ['more than the quota at its destination', 'DISK', 3, 'quota-exceeded']
  ])('is not even registered for %s', async (_, rseExpression, quotaBytes, code) => {
    rig.registry.rseOptions.set('DISK', { scheme: 'davs', quotaBytes });
    expect(await upload(rseExpression)).toMatchObject({ state: 'failed', problem: { code } });
    expect(rig.registry.dids.has(DID)).toBe(false);
  });
});

describe('one that is cancelled while the lake copies it', () => {
  async function cancelled(forgets: boolean) {
    rig.registry.rseOptions.set(RSE, { ...rig.registry.rseOptions.get(RSE), forgets });
    const { id } = rig.start(process, { sources: ['scratch/a.txt'] });
    await rig.until(
      process,
      id,
      () => process.uploads.files(id, { states: ['moving'] }).length === 1
    );
    process.uploads.wish(id, 'cancel');
    const job = await rig.ended(process, id);
    rig.registry.sweep();
    expect([job.state, rig.text('scratch/a.txt')]).toEqual(['cancelled', 'text']);
    return job;
  }

  it('is forgotten by Rucio, and stays where it lies', async () => {
    expect((await cancelled(true)).problem).toBeNull();
    expect(rig.registry.dids.has(DID)).toBe(false);
    expect(await upload()).toMatchObject({ state: 'done', files: { done: 1 } });
  });

  it('stays registered where only an administrator could change that: it says so, and the next upload goes on', async () => {
    const job = await cancelled(false);
    expect(job.problem?.code).toBe('forbidden');
    expect(job.problem?.message).toMatch(/^1 files stay registered/);
    expect(rig.registry.dids.get(DID)).toMatchObject({ endsAt: null });
    expect(await upload()).toMatchObject({ state: 'done', files: { done: 1, skipped: 0 } });
    expect(await rig.registry.isKept(DID, 'DISK', signal)).toBe(true);
  });
});
