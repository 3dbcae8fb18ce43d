import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { availabilityKey } from '../../../common/contract/events.js';
import { RulesTab } from '../../browser/rules-tab.js';
import { RULE_STATES } from '../../contract.js';
import { answering, availability, fakeLake, Lines, makeServices, RULE, show } from './fake-lake.js';

it('lists whose rules there are, where to, how far and until when', async () => {
  const rules = [
    RULE,
    { ...RULE, id: 'f'.repeat(32), account: 'root', mine: false, expiresAt: null, copies: 2 }
  ];
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules': () => new Lines([{ item: rules }, { end: { count: 2 } }])
  });
  show(makeServices(fake), <RulesTab did="obs:waves" />);
  const [, mine, theirs] = await screen.findAllByRole('row');
  expect(mine).toHaveTextContent('Replicatingalice (you)NEAR9 OK10 replicating1 stuckin');
  expect(theirs).toHaveTextContent('rootNEAR × 2');
  expect(theirs).toHaveTextContent('never');
  expect(within(mine).getByRole('button', { name: /^Extend/ })).toBeVisible();
  expect(within(theirs).queryByRole('button', { name: /^Extend/ })).toBeNull();
  expect(fake.asked('/rules')[0].body).toMatchObject({ instance: 'near', did: 'obs:waves' });
});

it('has a word and an icon of its own for each of the six rule states', async () => {
  const rules = RULE_STATES.map((state, index) => ({
    ...RULE,
    id: String(index).repeat(32),
    state
  }));
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules': () => new Lines([{ item: rules }, { end: { count: 6 } }])
  });
  show(makeServices(fake), <RulesTab did="obs:waves" />);
  const [, ...rows] = await screen.findAllByRole('row');
  const cells = rows.map(row => within(row).getAllByRole('cell')[0]);
  expect(new Set(cells.map(({ textContent }) => textContent)).size).toBe(6);
  expect(new Set(cells.map(cell => cell.querySelector('svg')?.innerHTML)).size).toBe(6);
});

it('reads the rules again when what they bring moves', async () => {
  const fake = fakeLake({ '/availability': answering({}) });
  show(makeServices(fake), <RulesTab did="obs:waves" instance="near" />);
  expect(await screen.findByText('No rule protects this DID.')).toBeVisible();
  fake.table['/rules'] = () => new Lines([{ item: [RULE] }, { end: { count: 1 } }]);
  fake.table['/availability'] = answering({
    'obs:waves': availability({ version: 2, state: 'REPLICATING', rule: RULE })
  });
  act(() => {
    fake.events.received.emit({ key: availabilityKey('near', 'obs:waves'), version: 2 });
  });
  expect(await screen.findByRole('table', { name: 'Rules of obs:waves' })).toBeVisible();
});

it('shows what came of giving a rule up', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules': () => new Lines([{ item: [RULE] }, { end: { count: 1 } }]),
    '/rules/cancel': () => ({ rule: null })
  });
  show(makeServices(fake), <RulesTab did="obs:waves" />);
  const cancel = await screen.findByRole('button', { name: 'Cancel the rule of obs:waves' });
  fake.table['/rules'] = () => new Lines([{ end: { count: 0 } }]);
  await userEvent.click(cancel);
  await waitFor(() => expect(screen.getByText('No rule protects this DID.')).toBeVisible());
  expect(fake.asked('/rules/cancel')[0].body).toEqual({ instance: 'near', ruleId: RULE.id });
});
