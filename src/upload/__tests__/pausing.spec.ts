import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EXIT_STATUS } from '../../common/cli/exit-status.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { uploads, type UploadsCall } from '../cli/uploads.js';
import { UploadRig, type IProcess } from './upload-rig.js';

const NAMES = ['a.txt', 'b.txt', 'c.txt'];
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

/** A door that is shut until it is opened. */
function door() {
  let open = () => {};
  const opened = new Promise<void>(resolve => (open = resolve));
  return { open, opened };
}

it('waits for every file that is on its way: none is sent by two at once', async () => {
  const doors = new Map<string, ReturnType<typeof door>>();
  rig.lakeStore.beforeBytes = pfn => {
    doors.set(pfn, door());
    return doors.get(pfn)!.opened;
  };
  const { id } = rig.start(process);
  await rig.until(process, id, () => doors.size === NAMES.length);
  const [first, second, third] = doors.values();
  process.uploads.wish(id, 'pause');
  first.open();
  second.open();
  for (let turn = 0; turn < 50; turn++) {
    await setImmediate();
    expect(process.uploads.show(id).state).toBe('running');
  }
  third.open();
  await rig.until(process, id, ({ state }) => state === 'paused');
});

it('a retry that is paused while it is planned is planned again', async () => {
  rig.lakeStore.faults.refuses = true;
  const { id } = rig.start(process);
  expect(await rig.ended(process, id)).toMatchObject({ state: 'failed', files: { failed: 3 } });
  rig.lakeStore.faults.refuses = false;
  // So long it is planned.
  rig.registry.failure = new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
  process.uploads.wish(id, 'retry');
  await rig.until(process, id, ({ state }) => state === 'planning');
  process.uploads.wish(id, 'pause');
  await rig.until(process, id, ({ state }) => state === 'paused');
  rig.registry.failure = null;
  process.uploads.wish(id, 'resume');
  expect(await rig.ended(process, id)).toMatchObject({ state: 'done', files: { done: 3 } });
});

it('a retry of the command line that fails again between two looks is told, and ends', async () => {
  const { id } = rig.start(process, { sources: ['data/a.txt'] });
  rmSync(join(rig.folder, 'data/a.txt'));
  expect(await rig.ended(process, id)).toMatchObject({ state: 'failed' });
  const { clock } = rig;
  // It looks seldom enough to miss the whole of it.
  const seldom = Object.assign(Object.create(clock) as typeof clock, {
    sleep: async (_: number, signal?: AbortSignal) => {
      for (let turn = 0; turn < 200; turn++) await clock.sleep(1, signal);
    }
  });
  const notes: string[] = [];
  const command = rig.process();
  const call = {
    args: ['retry', id],
    options: {},
    signal: new AbortController().signal,
    clock: seldom,
    uploads: command.uploads,
    startInBackground: () => undefined,
    out: {
      note: (text: string) => notes.push(text),
      progress: () => ({ show: () => undefined, done: () => undefined }),
      record: () => Promise.resolve()
    }
  } as unknown as UploadsCall;
  expect(await uploads(call)).toBe(EXIT_STATUS['not-found']);
  expect(notes.join()).toContain('a.txt');
  await command.kill();
});
