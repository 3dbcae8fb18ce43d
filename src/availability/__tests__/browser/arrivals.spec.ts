import { Notification } from '@jupyterlab/apputils';
import { StateDB } from '@jupyterlab/statedb';
import { waitFor } from '@testing-library/react';
import { availabilityKey, EVERYTHING } from '../../../common/contract/events.js';
import { tellArrivals } from '../../browser/arrivals.js';
import { AwaitedDids } from '../../browser/awaited.js';
import { Preferences } from '../../browser/preferences.js';
import { AvailabilityReader } from '../../browser/reader.js';
import { MOUNT_LAG_MS, type Availability } from '../../contract.js';
import { answering, availability, fakeLake } from './fake-lake.js';

const messages = () => Notification.manager.notifications.map(({ message }) => message);

beforeEach(() => Notification.manager.dismiss());

function setUp(table: Record<string, Availability>, state = new StateDB()) {
  const fake = fakeLake({ '/availability': answering(table) });
  const awaited = new AwaitedDids(fake.lake, new AvailabilityReader(fake.lake), state);
  tellArrivals(awaited, new Preferences(), fake.lake.trans, () => undefined);
  const news = (did: string, change: Partial<Availability>) => {
    table[did] = availability({ did, ...change });
    fake.events.received.emit({ key: availabilityKey('near', did), version: table[did].version });
  };
  return { ...fake, awaited, state, news };
}

it('tells once when something that was asked for here has arrived', async () => {
  const table = { 'a:1': availability({ state: 'REPLICATING' }) };
  const { awaited, news, events, asked } = setUp(table);
  awaited.add('near', ['a:1']);
  await waitFor(() => expect(asked('/availability')).toHaveLength(1));
  expect(messages()).toEqual([]);
  news('a:1', { state: 'AVAILABLE', version: 2 });
  await waitFor(() => expect(messages()).toEqual(['a:1 has arrived.']));
  events.received.emit({ key: EVERYTHING });
  news('a:1', { state: 'AVAILABLE', version: 3 });
  await new Promise(resolve => setTimeout(resolve));
  expect(messages()).toEqual(['a:1 has arrived.']);
  expect(events.watched).toEqual([]);
});

it('tells once that it is stuck, with why, over all reconnects', async () => {
  const table = { 'a:1': availability({ state: 'REPLICATING' }) };
  const { awaited, news, events, asked } = setUp(table);
  awaited.add('near', ['a:1']);
  await waitFor(() => expect(asked('/availability')).toHaveLength(1));
  news('a:1', { state: 'STUCK', version: 2, reason: 'No space left.' });
  await waitFor(() =>
    expect(messages()).toEqual([
      'a:1 is stuck: 0 of 20 files could not be copied. Rucio says: No space left.'
    ])
  );
  events.received.emit({ key: EVERYTHING });
  await waitFor(() => expect(asked('/availability').length).toBeGreaterThan(2));
  news('a:1', { state: 'STUCK', version: 3, reason: 'No space left.' });
  await waitFor(() => expect(asked('/availability').length).toBeGreaterThan(3));
  expect(messages()).toHaveLength(1);
});

describe('a mount that shows files later than Rucio knows of them', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const missing: Partial<Availability> = {
    state: 'PATH_MISSING',
    paths: { checked: 1, total: 1, missing: 1, firstMissing: '/lake/a/1' }
  };

  async function late() {
    const made = setUp({ 'a:1': availability({ state: 'REPLICATING' }) });
    made.awaited.add('near', ['a:1']);
    await jest.advanceTimersByTimeAsync(100);
    made.news('a:1', { ...missing, version: 2 });
    await jest.advanceTimersByTimeAsync(MOUNT_LAG_MS / 2);
    expect(messages()).toEqual([]);
    expect(made.awaited.all).toMatchObject([{ progress: 'waiting' }]);
    return made;
  }

  it('is no news when they come into sight', async () => {
    const { news } = await late();
    news('a:1', { state: 'AVAILABLE', version: 3 });
    await jest.advanceTimersByTimeAsync(MOUNT_LAG_MS * 2);
    expect(messages()).toEqual(['a:1 has arrived.']);
  });

  it('is told once when it takes too long', async () => {
    const { news } = await late();
    news('a:1', { ...missing, version: 3 });
    await jest.advanceTimersByTimeAsync(MOUNT_LAG_MS * 2);
    expect(messages()).toHaveLength(1);
    expect(messages()[0]).toMatch(
      /^a:1 is stuck: Rucio says that it is there, but \/lake\/a\/1 is not/
    );
  });
});

it('takes a failure for no news', async () => {
  const { awaited, table, asked, events } = setUp({
    'a:1': availability({ state: 'REPLICATING' })
  });
  awaited.add('near', ['a:1']);
  await waitFor(() => expect(asked('/availability')).toHaveLength(1));
  table['/availability'] = () => ({
    answers: [{ did: 'a:1', problem: { code: 'rucio-unreachable', message: 'Away.' } }]
  });
  events.received.emit({ key: EVERYTHING });
  await waitFor(() => expect(asked('/availability')).toHaveLength(2));
  expect(messages()).toEqual([]);
  expect(awaited.all).toEqual([{ instance: 'near', did: 'a:1', progress: 'waiting' }]);
});

it('tells what has arrived while no window was open, once', async () => {
  const state = new StateDB();
  const before = setUp({ 'a:1': availability({ state: 'REPLICATING' }) }, state);
  before.awaited.add('near', ['a:1']);
  await waitFor(() => expect(before.asked('/availability')).toHaveLength(1));
  before.awaited.dispose();
  const after = setUp({ 'a:1': availability({ state: 'AVAILABLE' }) }, state);
  await after.awaited.restore();
  await waitFor(() => expect(messages()).toEqual(['a:1 has arrived.']));
  Notification.manager.dismiss();
  const later = setUp({ 'a:1': availability({ state: 'AVAILABLE' }) }, state);
  await later.awaited.restore();
  expect(later.awaited.all).toEqual([]);
  expect(messages()).toEqual([]);
});

it('waits no longer for what was given up elsewhere', async () => {
  const table = { 'a:1': availability({ state: 'REPLICATING' }) };
  const { awaited, news, asked } = setUp(table);
  awaited.add('near', ['a:1']);
  await waitFor(() => expect(asked('/availability')).toHaveLength(1));
  news('a:1', { state: 'NOT_AVAILABLE', version: 2 });
  await waitFor(() => expect(awaited.all).toEqual([]));
});

it('ignores saved state that is damaged', async () => {
  const state = new StateDB();
  await state.save('jupyterlab-datalake:awaited', { hello: 1 });
  const { awaited } = setUp({}, state);
  await awaited.restore();
  expect(awaited.all).toEqual([]);
});
