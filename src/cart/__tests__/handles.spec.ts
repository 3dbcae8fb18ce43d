import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import { NO_LOG } from '../../common/core/log.js';
import { HandClock } from '../../testing/hand-clock.js';
import { digestOf } from '../core/digest.js';
import { Handles } from '../core/handles.js';
import type { KernelState } from '../core/kernel-state.js';
import { availability, FakeAvailability, FakeStateFiles } from './stand-ins.js';

const DID = 'obs:hy';

/** Lets everything run until this holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

function setUp() {
  const lake = new FakeAvailability();
  const files = new FakeStateFiles();
  const clock = new HandClock();
  const handles = new Handles(lake, files, clock, NO_LOG);
  const write = async (answer = lake.answers.get(DID)!) => {
    const writing = handles.write('lab', 'DATASET', answer);
    await clock.advance(0);
    return writing;
  };
  const state = async () => files.states.get(await digestOf('lab', DID)) as KernelState;
  return { lake, files, clock, handles, write, state };
}

describe('state files of values in kernels', () => {
  it('hold where a DID stands, and are ready with their list of files', async () => {
    const { lake, write, state, files } = setUp();
    lake.set(availability(DID, 'AVAILABLE'));
    const handle = await write();
    expect(handle.settled).toBe(true);
    expect(await state()).toMatchObject({ state: 'AVAILABLE', ready: true, percent: 100 });
    expect((await state()).filesFile).toBe(handle.stateFile.replace('.json', '.ndjson'));
    expect([...files.lists.values()][0].split('\n')[0]).toBe(
      '["/m/file1","root://file1","obs:file1",100,null,true]'
    );
    expect(lake.watched).toEqual([]);
  });

  it('are written at each change, with nobody asking, until all is there', async () => {
    const { lake, clock, write, state } = setUp();
    lake.set(availability(DID, 'REPLICATING'));
    await write();
    expect(await state()).toMatchObject({ ready: false, percent: 0, filesFile: null });
    expect(lake.watched.map(({ did }) => did)).toEqual([DID]);
    lake.change(
      availability(DID, 'REPLICATING', {
        files: { total: 2, available: 1, replicating: 1, stuck: 0 },
        bytes: { total: 200, available: 199 },
        etaSeconds: 30
      })
    );
    await clock.advance(0);
    expect(await state()).toMatchObject({ percent: 99, etaSeconds: 30, filesAvailable: 1 });
    expect((await state()).filesFile).not.toBeNull();
    lake.change(availability(DID, 'AVAILABLE'));
    await clock.advance(0);
    expect(await state()).toMatchObject({ ready: true, percent: 100 });
    expect(lake.watched).toEqual([]);
    expect(lake.announced).toContain(DID);
  });

  it('are written again each minute while something is on its way, so that silence is told', async () => {
    const { lake, clock, write, state } = setUp();
    lake.set(availability(DID, 'REPLICATING'));
    await write();
    const before = (await state()).writtenAt;
    await clock.advance(60_000);
    expect((await state()).writtenAt > before).toBe(true);
    lake.change(availability(DID, 'AVAILABLE'));
    await clock.advance(120_000);
    const asked = lake.asked.length;
    await clock.advance(600_000);
    expect(lake.asked.length).toBe(asked);
    expect(clock.sleeping).toBe(0);
  });

  it('say why it does not go on', async () => {
    const { lake, write, state } = setUp();
    lake.set(availability(DID, 'STUCK', { reason: 'no room' }));
    await write();
    expect(await state()).toMatchObject({ state: 'STUCK', reason: 'no room', ready: false });
  });

  it('do not make a kernel wait for a list that Rucio takes long for', async () => {
    const { lake, handles, clock, state } = setUp();
    let openGate = () => {};
    lake.gate = new Promise(resolve => (openGate = resolve));
    lake.set(availability(DID, 'AVAILABLE'));
    const writing = handles.write('lab', 'DATASET', lake.answers.get(DID)!);
    await until(() => clock.sleeping > 0);
    await clock.advance(2000);
    await writing;
    expect(await state()).toMatchObject({ state: 'AVAILABLE', ready: false });
    openGate();
    await clock.advance(0);
    expect(await state()).toMatchObject({ ready: true });
    expect(lake.announced).toEqual([DID]);
  });

  it('make no list again while nothing has changed', async () => {
    const { lake, write } = setUp();
    lake.set(availability(DID, 'AVAILABLE'));
    await write();
    await write();
    expect(lake.listed).toBe(1);
    lake.set(
      availability(DID, 'AVAILABLE', {
        files: { total: 3, available: 3, replicating: 0, stuck: 0 }
      })
    );
    await write();
    expect(lake.listed).toBe(2);
  });

  it('keep what is there while Rucio cannot be asked, also after a restart of the server', async () => {
    const { lake, write, state, files, clock } = setUp();
    lake.set(availability(DID, 'AVAILABLE'));
    await write();
    const away = { did: DID, problem: toProblem(new DataLakeError('rucio-unreachable', 'Away.')) };
    await write(away);
    expect(await state()).toMatchObject({ ready: true });
    const restarted = new Handles(lake, files, clock, NO_LOG);
    await restarted.write('lab', 'DATASET', away);
    expect(await state()).toMatchObject({ ready: true });
  });

  it('take what Rucio does not know any more away', async () => {
    const { lake, write, state } = setUp();
    lake.set(availability(DID, 'AVAILABLE'));
    await write();
    const problem = toProblem(new DataLakeError('not-found', 'There is no such DID.'));
    await write({ did: DID, problem });
    expect(await state()).toMatchObject({ ready: false, problem });
  });

  it('carry the problem of a list that cannot be made', async () => {
    const { lake, write, state } = setUp();
    lake.set(availability(DID, 'AVAILABLE'));
    lake.gate = Promise.reject(new DataLakeError('rucio-slow', 'Slow.'));
    await write();
    expect(await state()).toMatchObject({ ready: false, problem: { code: 'rucio-slow' } });
    lake.gate = Promise.resolve();
    await write();
    expect(await state()).toMatchObject({ ready: true, problem: null });
  });

  it('of a damaged kind are written anew', async () => {
    const { lake, write, state, files } = setUp();
    files.states.set(await digestOf('lab', DID), { ready: 'yes', version: 99 });
    lake.set(availability(DID, 'AVAILABLE'));
    await write();
    expect(await state()).toMatchObject({ version: 1, ready: true });
  });

  it('are forgotten after a month', async () => {
    const { handles, files } = setUp();
    await handles.prune();
    expect(files.pruned).toBe(30 * 24 * 3600 * 1000);
  });
});
