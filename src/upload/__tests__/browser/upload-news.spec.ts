import { Notification } from '@jupyterlab/apputils';
import { waitFor } from '@testing-library/react';
import { Preferences } from '../../browser/preferences.js';
import { mayTell } from '../../browser/told-once.js';
import { UploadNews } from '../../browser/upload-news.js';
import type { Job } from '../../contract.js';
import { job, uploadLake } from './upload-lake.js';

const done = job({ state: 'done', files: { total: 12, done: 11, skipped: 1, failed: 0 } });
const told = () => Notification.manager.notifications.map(({ message, type }) => [type, message]);

afterEach(() => {
  Notification.dismiss();
  localStorage.clear();
});

function memory() {
  const kept = new Map<string, unknown>();
  const state = {
    fetch: async (key: string) => kept.get(key),
    save: async (key: string, value: unknown) => void kept.set(key, value)
  };
  return { kept, state: state as never };
}

const everything = async (_news: string) => true;

function news(first: Job[], state: never = memory().state, mayTell = everything) {
  let jobs = first;
  const lake = uploadLake({ jobs: () => ({ jobs }) });
  const shown: unknown[] = [];
  lake.services.commands.addCommand('datalake:show-uploads', {
    execute: args => void shown.push(args)
  });
  const telling = new UploadNews(lake.services, new Preferences(), state, mayTell);
  const become = async (next: Job[]) => {
    const before = lake.askedOf('/uploads').length;
    jobs = next;
    lake.services.reader.refresh();
    await waitFor(() => expect(lake.askedOf('/uploads').length).toBeGreaterThan(before));
    await waitFor(() => expect(lake.lake.queries.isFetching()).toBe(0));
  };
  return { telling, become, lake, shown };
}

it('tells once that an upload is done, with a button that shows it', async () => {
  const { telling, become, shown } = news([job()]);
  telling.follow();
  await become([job()]);
  expect(told()).toEqual([]);
  await become([done]);
  const sentence = 'plots/ → user.alice:plots: 12 files are in the data lake.';
  expect(told()).toEqual([['success', sentence]]);
  await become([done]);
  expect(told()).toHaveLength(1);
  Notification.manager.notifications[0].options.actions?.[0].callback({} as MouseEvent);
  expect(shown).toEqual([{ job: 'job00001' }]);
});

it('tells how many failed, and why nothing came of one', async () => {
  const problem = { code: 'store-full' as const, message: 'The store is full.' };
  const { telling, become } = news([job(), job({ id: 'job00002', title: 'b' })]);
  telling.follow();
  await become([job(), job({ id: 'job00002', title: 'b' })]);
  await become([
    job({ state: 'partly', files: { total: 12, done: 9, skipped: 0, failed: 3 } }),
    job({ id: 'job00002', title: 'b', state: 'failed', problem })
  ]);
  expect(told().sort()).toEqual([
    ['error', 'b: nothing was uploaded. The store is full.'],
    ['warning', 'plots/ → user.alice:plots: 3 of 12 files were not uploaded.']
  ]);
});

it('tells of one that was started here and has ended before it was read', async () => {
  const { telling, become } = news([done]);
  telling.expect(job());
  await become([done]);
  expect(told()).toHaveLength(1);
});

it('tells nothing of what had ended before, and nothing of what a person gave up', async () => {
  const { telling, become } = news([done]);
  telling.follow();
  await become([done, job({ id: 'job00002' })]);
  await become([done, job({ id: 'job00002', state: 'cancelled' })]);
  expect(told()).toEqual([]);
});

it('tells after a reload what has ended meanwhile, and after another one not again', async () => {
  const { state, kept } = memory();
  const first = news([job()], state);
  first.telling.follow();
  await first.become([job()]);
  expect([...kept.values()]).toEqual([['job00001']]);

  const second = news([done], state);
  await second.telling.restore();
  await second.become([done]);
  expect(told()).toHaveLength(1);
  Notification.dismiss();

  const third = news([done], state);
  await third.telling.restore();
  expect(third.lake.asked).toEqual([]);
  expect(told()).toEqual([]);
});

it('is told by one window only of all in which it is seen', async () => {
  const emit = jest.spyOn(Notification, 'emit');
  const first = news([job()], undefined, mayTell);
  const second = news([job()], undefined, mayTell);
  for (const { telling, become } of [first, second]) {
    telling.follow();
    await become([job()]);
  }
  const ended = { ...done, endedAt: '2026-11-22T10:05:00Z' };
  await first.become([ended]);
  await second.become([ended]);
  expect(emit).toHaveBeenCalledTimes(1);
  for (const { become } of [first, second]) {
    await become([job()]);
    await become([{ ...done, endedAt: '2026-11-22T10:09:00Z' }]);
  }
  expect(emit).toHaveBeenCalledTimes(2);
  emit.mockRestore();
});

it('waits for somebody to look where nobody does', async () => {
  const visibility = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  const { state, kept } = memory();
  const { telling, become } = news([job()], state);
  telling.follow();
  await become([job()]);
  await become([done]);
  expect(told()).toEqual([]);
  // Whoever closes the window before is told in the next one.
  expect([...kept.values()]).toEqual([['job00001']]);
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  await waitFor(() => expect(told()).toHaveLength(1));
  expect([...kept.values()]).toEqual([[]]);
  visibility.mockRestore();
});

it('takes back what was told of an upload that is tried again', async () => {
  const { telling, become } = news([job()]);
  telling.follow();
  await become([job()]);
  await become([job({ state: 'failed' })]);
  expect(told()).toEqual([['error', 'plots/ → user.alice:plots: nothing was uploaded.']]);
  await become([job()]);
  expect(told()).toEqual([]);
  await become([done]);
  expect(told()).toHaveLength(1);
});
