import { act, render, screen, waitFor } from '@testing-library/react';
import { EVERYTHING, availabilityKey } from '../../../common/contract/events.js';
import { makeAvailabilityView } from '../../browser/view.js';
import type { Known } from '../../browser/tokens.js';
import { answering, availability, fakeLake, gate, makeServices, Refusal } from './fake-lake.js';

const UNREACHABLE = { code: 'rucio-unreachable' as const, message: 'Rucio cannot be reached.' };

function word(known: Known): string {
  return known.status === 'known'
    ? `${known.availability.state} ${known.availability.version}`
    : known.status;
}

const tick = () => new Promise(resolve => setTimeout(resolve));

function setUp(answers: Parameters<typeof fakeLake>[0]) {
  const fake = fakeLake(answers);
  const view = makeAvailabilityView(makeServices(fake));
  function Words({ dids, instance = 'near' }: { dids: string[]; instance?: string }) {
    return <p>{view.useAvailability(instance, dids).map(word).join(', ')}</p>;
  }
  return { ...fake, view, Words };
}

it('asks once for all DIDs that are asked for within a tick, each once', async () => {
  const { asked, Words } = setUp({ '/availability': answering({}) });
  render(
    <>
      <Words dids={['a:1', 'a:2', 'a:1']} />
      <Words dids={['a:3', 'a:2']} />
    </>
  );
  expect(
    await screen.findByText('NOT_AVAILABLE 1, NOT_AVAILABLE 1, NOT_AVAILABLE 1')
  ).toBeVisible();
  expect(asked('/availability')).toEqual([
    { path: '/availability', body: { instance: 'near', dids: ['a:1', 'a:2', 'a:3'] } }
  ]);
});

it('asks each instance on its own', async () => {
  const { asked, Words } = setUp({ '/availability': answering({}) });
  render(
    <>
      <Words dids={['a:1']} />
      <Words dids={['a:1']} instance="far" />
    </>
  );
  await waitFor(() => expect(screen.getAllByText('NOT_AVAILABLE 1')).toHaveLength(2));
  expect(asked('/availability').map(({ body }) => body.instance)).toEqual(['near', 'far']);
});

it('takes the first instance where none is named', async () => {
  const fake = setUp({ '/availability': answering({}) });
  const Any = () => <p>{fake.view.useAvailability(undefined, ['a:1']).map(word)}</p>;
  render(<Any />);
  expect(await screen.findByText('NOT_AVAILABLE 1')).toBeVisible();
  expect(fake.asked('/availability')[0].body.instance).toBe('near');
  expect(fake.events.watched).toEqual([availabilityKey('near', 'a:1')]);
});

it('watches for as long as it is mounted, and asks anew after that', async () => {
  const { events, asked, Words } = setUp({ '/availability': answering({}) });
  const { unmount, rerender } = render(<Words dids={['a:1']} />);
  await screen.findByText('NOT_AVAILABLE 1');
  rerender(<Words dids={['a:1', 'a:2']} />);
  await screen.findByText('NOT_AVAILABLE 1, NOT_AVAILABLE 1');
  await waitFor(() =>
    expect(events.watched).toEqual([availabilityKey('near', 'a:1'), availabilityKey('near', 'a:2')])
  );
  expect(asked('/availability').map(({ body }) => body.dids)).toEqual([['a:1'], ['a:2']]);
  unmount();
  await waitFor(() => expect(events.watched).toEqual([]));
  render(<Words dids={['a:1']} />);
  await waitFor(() => expect(asked('/availability')).toHaveLength(3));
});

it('reads again only what has changed, and nothing that is known already', async () => {
  const table = { 'a:1': availability({ version: 4 }), 'a:2': availability({ version: 4 }) };
  const { events, asked, Words } = setUp({ '/availability': answering(table) });
  render(<Words dids={['a:1', 'a:2']} />);
  await screen.findByText('NOT_AVAILABLE 4, NOT_AVAILABLE 4');
  table['a:2'] = availability({ version: 5, state: 'AVAILABLE' });
  act(() => {
    events.received.emit({ key: availabilityKey('near', 'a:1'), version: 4 });
    events.received.emit({ key: availabilityKey('near', 'a:2'), version: 5 });
  });
  expect(await screen.findByText('NOT_AVAILABLE 4, AVAILABLE 5')).toBeVisible();
  expect(asked('/availability')[1].body.dids).toEqual(['a:2']);
  expect(asked('/availability')).toHaveLength(2);
});

it('reads everything again on *, also when versions begin anew', async () => {
  const table = { 'a:1': availability({ version: 9 }), 'a:2': availability({ version: 9 }) };
  const { events, Words } = setUp({ '/availability': answering(table) });
  render(<Words dids={['a:1', 'a:2']} />);
  await screen.findByText('NOT_AVAILABLE 9, NOT_AVAILABLE 9');
  table['a:1'] = availability({ version: 1, state: 'AVAILABLE' });
  table['a:2'] = availability({ version: 1 });
  act(() => {
    events.received.emit({ key: EVERYTHING });
  });
  expect(await screen.findByText('AVAILABLE 1, NOT_AVAILABLE 1')).toBeVisible();
});

it('asks once more when news come while an answer is on its way', async () => {
  const late = gate<unknown>();
  const newer = gate<unknown>();
  const answers = [late.waits, newer.waits];
  const { events, asked, Words } = setUp({ '/availability': () => answers.shift() });
  render(<Words dids={['a:1']} />);
  await waitFor(() => expect(asked('/availability')).toHaveLength(1));
  act(() => {
    events.received.emit({ key: availabilityKey('near', 'a:1'), version: 3 });
  });
  const answer = (version: number, state: 'REPLICATING' | 'AVAILABLE') => ({
    answers: [{ did: 'a:1', availability: availability({ version, state }) }]
  });
  late.open(answer(2, 'REPLICATING'));
  expect(await screen.findByText('REPLICATING 2')).toBeVisible();
  newer.open(answer(3, 'AVAILABLE'));
  expect(await screen.findByText('AVAILABLE 3')).toBeVisible();
});

it('never lets an older answer take the place of a newer one', async () => {
  const table = { 'a:1': availability({ version: 5, state: 'AVAILABLE' }) };
  const { events, asked, Words } = setUp({ '/availability': answering(table) });
  render(<Words dids={['a:1']} />);
  await screen.findByText('AVAILABLE 5');
  table['a:1'] = availability({ version: 4, state: 'REPLICATING' });
  act(() => {
    events.received.emit({ key: availabilityKey('near', 'a:1'), version: 6 });
  });
  await waitFor(() => expect(asked('/availability')).toHaveLength(2));
  await waitFor(() => expect(screen.getByText('AVAILABLE 5')).toBeVisible());
});

it('shows a failure as a failure: of one DID, of all, and no longer than it lasts', async () => {
  const table = { 'a:1': availability(), 'a:2': UNREACHABLE };
  const { events, table: routes, Words } = setUp({ '/availability': answering(table) });
  render(<Words dids={['a:1', 'a:2', 'no colon']} />);
  expect(await screen.findByText('NOT_AVAILABLE 1, failed, failed')).toBeVisible();
  routes['/availability'] = () => new Refusal(UNREACHABLE);
  act(() => {
    events.received.emit({ key: EVERYTHING });
  });
  expect(await screen.findByText('failed, failed, failed')).toBeVisible();
  routes['/availability'] = answering({});
  act(() => {
    events.received.emit({ key: EVERYTHING });
  });
  expect(await screen.findByText('NOT_AVAILABLE 1, NOT_AVAILABLE 1, failed')).toBeVisible();
});

it('asks nothing for what scrolled by while the server was slow', async () => {
  const slow = gate<unknown>();
  const { asked, table, Words } = setUp({ '/availability': () => slow.waits });
  render(<Words dids={['a:1']} />);
  render(<Words dids={['a:2']} instance="far" />);
  await waitFor(() => expect(asked('/availability')).toHaveLength(2));
  const scrolled = render(<Words dids={['a:3']} />);
  await tick();
  scrolled.unmount();
  render(<Words dids={['a:4']} />);
  await tick();
  table['/availability'] = answering({});
  slow.open({ answers: [] });
  expect(await screen.findByText('NOT_AVAILABLE 1')).toBeVisible();
  expect(asked('/availability').map(({ body }) => body.dids)).toEqual([['a:1'], ['a:2'], ['a:4']]);
});
