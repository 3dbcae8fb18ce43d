import { waitFor } from '@testing-library/react';
import { DataLakeError } from '../../../common/contract/problem.js';
import { Loading } from '../../browser/loading.js';
import { loaderOf, row, settle, slowLoader } from './rows.js';

function names({ store }: Loading): string[] {
  return Array.from({ length: store.length }, (_, index) => store.nameAt(index));
}

it('shows batches as they arrive, those that come close together at once', async () => {
  const { loader, batch, end } = slowLoader();
  const changed = jest.fn();
  const loading = new Loading(loader, changed);
  loading.start(100);
  expect(loading.state).toBe('loading');
  batch(row('a'), row('b'));
  await settle();
  expect(names(loading)).toEqual(['a', 'b']);
  const before = changed.mock.calls.length;
  batch(row('c'));
  await settle();
  batch(row('d'));
  await settle();
  expect(names(loading)).toEqual(['a', 'b', 'c', 'd']);
  expect(changed.mock.calls.length).toBe(before);
  await waitFor(() => expect(changed.mock.calls.length).toBe(before + 1));
  end();
  await settle();
  expect(loading.state).toBe('complete');
});

it('keeps what has arrived when it fails in mid-stream, and can try again', async () => {
  const { loader, batch, fail } = slowLoader();
  const loading = new Loading(loader, () => undefined);
  loading.start(100);
  batch(row('a'));
  fail(new DataLakeError('rucio-busy', 'Too much to do.'));
  await settle();
  expect(loading.state).toBe('failed');
  expect(loading.problem?.code).toBe('rucio-busy');
  expect(names(loading)).toEqual(['a']);
  loading.start(100);
  expect(loading.problem).toBeNull();
  expect(names(loading)).toEqual(['a']);
  batch(row('a'), row('b'));
  await settle();
  expect(names(loading)).toEqual(['a', 'b']);
});

it('pauses at the limit and says so; the rest comes when asked for', async () => {
  const loading = new Loading(
    loaderOf([row('a'), row('b')], [row('c'), row('d')], [row('e')]),
    () => undefined
  );
  loading.start(3);
  await settle();
  expect(loading.state).toBe('limited');
  expect(names(loading)).toEqual(['a', 'b', 'c']);
  loading.start(Infinity);
  await settle();
  expect(loading.state).toBe('complete');
  expect(names(loading)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('stops when told to, and does not take what comes later', async () => {
  const { loader, batch, signals } = slowLoader();
  const loading = new Loading(loader, () => undefined);
  loading.start(100);
  batch(row('a'));
  await settle();
  loading.stop();
  expect(signals[0].aborted).toBe(true);
  batch(row('late'));
  await settle();
  expect(loading.state).toBe('stopped');
  expect(names(loading)).toEqual(['a']);
});

it('takes a shorter list for the truth once it is complete', async () => {
  const { loader, batch, end } = slowLoader();
  const loading = new Loading(loader, () => undefined);
  loading.start(100);
  batch(row('a'), row('b'));
  end();
  await settle();
  loading.start(100);
  batch(row('b'));
  await settle();
  expect(names(loading)).toEqual(['a', 'b']);
  end();
  await settle();
  expect(names(loading)).toEqual(['b']);
});
