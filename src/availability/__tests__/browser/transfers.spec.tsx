import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { availabilityKey } from '../../../common/contract/events.js';
import { Transfers, TransfersHeader } from '../../browser/transfers.js';
import type { Rule } from '../../contract.js';
import {
  answering,
  availability,
  fakeLake,
  Lines,
  makeServices,
  Refusal,
  RULE,
  show
} from './fake-lake.js';

const ID = (digit: number) => String(digit).repeat(32);
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

function rulesOf(...rules: Partial<Rule>[]) {
  const all = rules.map((rule, index) => ({ ...RULE, id: ID(index), did: `a:${index}`, ...rule }));
  return { all, answer: () => new Lines([{ item: all }, { end: { count: all.length } }]) };
}

it('says what it is for while nothing is on its way', async () => {
  const fake = fakeLake({ '/availability': answering({}) });
  show(makeServices(fake), <Transfers />);
  expect(await screen.findByText('Nothing is on its way.')).toBeVisible();
});

it('shows what is not done or ends soon, and leaves out what is done', async () => {
  const { all, answer } = rulesOf(
    { state: 'REPLICATING' },
    { state: 'OK' },
    { state: 'OK', expiresAt: soon() }
  );
  const table = {
    'a:0': availability({ did: 'a:0', state: 'REPLICATING', rule: all[0] }),
    'a:2': availability({ did: 'a:2', state: 'AVAILABLE', rule: all[2], endsSoon: true })
  };
  const fake = fakeLake({ '/availability': answering(table), '/rules': answer });
  show(makeServices(fake), <Transfers />);
  expect(await screen.findByText(/^Ends soon:/)).toBeVisible();
  expect(screen.getByRole('progressbar', { name: 'How much of a:0 is there' })).toBeVisible();
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
});

it('counts what is stuck apart from what is under way', async () => {
  const { answer } = rulesOf({ state: 'REPLICATING' }, { state: 'STUCK' }, { state: 'INJECT' });
  const fake = fakeLake({ '/availability': answering({}), '/rules': answer });
  show(makeServices(fake), <TransfersHeader />);
  expect(await screen.findByText('2 under way · 1 stuck')).toBeVisible();
});

it('measures by its locks a rule that brings nothing to the mounted RSE', async () => {
  const { answer } = rulesOf({ rseExpression: 'TAPE', error: 'No route to TAPE.' });
  const fake = fakeLake({ '/availability': answering({}), '/rules': answer });
  show(makeServices(fake), <Transfers />);
  expect(await screen.findByText('9 of 20 locks on TAPE')).toBeVisible();
  expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '45');
  expect(screen.getByText('No route to TAPE.')).toBeVisible();
});

it('keeps what has arrived until it was seen', async () => {
  const table = { 'a:1': availability({ state: 'REPLICATING', version: 1, rule: RULE }) };
  const fake = fakeLake({ '/availability': answering(table) });
  const services = makeServices(fake);
  services.awaited.add('near', ['a:1']);
  show(services, <Transfers />);
  expect(await screen.findByRole('progressbar')).toBeVisible();
  table['a:1'] = availability({ state: 'AVAILABLE', version: 2 });
  act(() => {
    fake.events.received.emit({ key: availabilityKey('near', 'a:1'), version: 2 });
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Clear what has arrived' }));
  expect(await screen.findByText('Nothing is on its way.')).toBeVisible();
});

it('says how many there are beyond those that are shown', async () => {
  const batch = (from: number) =>
    Array.from({ length: 300 }, (_, index) => ({
      ...RULE,
      id: String(from + index).padStart(32, '0'),
      did: `a:${from + index}`
    }));
  const lines = new Lines([{ item: batch(0) }, { item: batch(300) }, { end: { count: 600 } }]);
  const fake = fakeLake({ '/availability': answering({}), '/rules': () => lines });
  show(makeServices(fake), <Transfers />);
  expect(await screen.findByText('500 of 600 rules are shown.')).toBeVisible();
});

it('offers to try again when the rules could not be read', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules': () => new Refusal({ code: 'rucio-unreachable', message: 'Away.' })
  });
  show(makeServices(fake), <Transfers />);
  const alert = await screen.findByRole('alert');
  fake.table['/rules'] = rulesOf({}).answer;
  await userEvent.click(within(alert).getByRole('button', { name: 'Retry' }));
  await waitFor(() => expect(screen.getByText('a:0')).toBeVisible());
});
