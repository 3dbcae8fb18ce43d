import { act, screen } from '@testing-library/react';
import { nullTranslator } from '@jupyterlab/translation';
import { availabilityKey } from '../../../common/contract/events.js';
import { describe as describeKnown } from '../../browser/describe.js';
import { State } from '../../browser/state.js';
import type { Known } from '../../browser/tokens.js';
import { AVAILABILITY_STATES } from '../../contract.js';
import { answering, availability, fakeLake, makeServices, show } from './fake-lake.js';

const trans = nullTranslator.load('x');
const EVERY: Known[] = [
  ...AVAILABILITY_STATES.map(state => ({
    status: 'known' as const,
    availability: availability({ state })
  })),
  { status: 'loading' },
  { status: 'failed', problem: { code: 'rucio-unreachable', message: 'Away.' } }
];

it('tells every state, and the want of one, apart by icon and by word', () => {
  const shown = EVERY.map(known => describeKnown(known, trans));
  for (const part of ['icon', 'word', 'kind'] as const) {
    expect(new Set(shown.map(one => one[part])).size).toBe(EVERY.length);
  }
  expect(new Set(shown.map(({ icon }) => icon.svgstr)).size).toBe(EVERY.length);
});

it.each([
  ['NOT_AVAILABLE', 'Not available'],
  ['STUCK', 'Stuck'],
  ['SUSPENDED', 'Suspended'],
  ['WAITING_APPROVAL', 'Waiting for approval'],
  ['INJECT', 'Being prepared'],
  ['PATH_MISSING', 'Path missing'],
  ['AVAILABLE', 'Available']
] as const)('shows %s as "%s"', async (state, word) => {
  const fake = fakeLake({ '/availability': answering({ 'a:1': availability({ state }) }) });
  show(makeServices(fake), <State did="a:1" />);
  expect(await screen.findByRole('img', { name: word })).toBeVisible();
});

it('shows how far it is, and follows the news', async () => {
  const bytes = { total: 1000, available: 450 };
  const table = { 'a:1': availability({ state: 'REPLICATING', bytes }) };
  const fake = fakeLake({ '/availability': answering(table) });
  show(makeServices(fake), <State did="a:1" instance="near" />);
  expect(await screen.findByRole('img', { name: 'Replicating, 45 %' })).toBeVisible();
  table['a:1'] = availability({ state: 'AVAILABLE', version: 2 });
  act(() => {
    fake.events.received.emit({ key: availabilityKey('near', 'a:1'), version: 2 });
  });
  expect(await screen.findByRole('img', { name: 'Available' })).toBeVisible();
});

it('never says 100 % before all of it is there', async () => {
  const bytes = { total: 1_000_000, available: 999_999 };
  const table = { 'a:1': availability({ state: 'REPLICATING', bytes }) };
  const fake = fakeLake({ '/availability': answering(table) });
  show(makeServices(fake), <State did="a:1" />);
  expect(await screen.findByRole('img', { name: 'Replicating, 99 %' })).toBeVisible();
});

it('says that it could not ask, and why, instead of a state', async () => {
  const problem = { code: 'rucio-unreachable' as const, message: 'Away.' };
  const fake = fakeLake({ '/availability': answering({ 'a:1': problem }) });
  show(makeServices(fake), <State did="a:1" />);
  const icon = await screen.findByRole('img', { name: 'Could not ask' });
  expect(icon).toHaveAttribute('title', expect.stringContaining('Rucio cannot be reached'));
  expect(icon).toHaveAttribute('data-state', 'failed');
});

it('says which path is missing', async () => {
  const paths = { checked: 200, total: 1000, missing: 3, firstMissing: '/lake/a/1' };
  const table = { 'a:1': availability({ state: 'PATH_MISSING', paths }) };
  const fake = fakeLake({ '/availability': answering(table) });
  show(makeServices(fake), <State did="a:1" />);
  expect(await screen.findByRole('img', { name: 'Path missing' })).toHaveAttribute(
    'title',
    'Path missing: Rucio says that it is there, but /lake/a/1 is not. 3 of 200 checked paths are missing.'
  );
});
