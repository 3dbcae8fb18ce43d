import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Progress } from '../../browser/progress.js';
import type { Availability, Rule } from '../../contract.js';
import {
  answering,
  availability,
  fakeLake,
  makeServices,
  Refusal,
  RULE,
  show
} from './fake-lake.js';

const files = { total: 20, available: 9, replicating: 10, stuck: 1 };
const bytes = { total: 1_300_000_000, available: 600_000_000 };

function setUp(change: Partial<Availability>, routes: Parameters<typeof fakeLake>[0] = {}) {
  const table = { 'obs:waves': availability({ files, bytes, ...change }) };
  const fake = fakeLake({ '/availability': answering(table), ...routes });
  show(makeServices(fake), <Progress did="obs:waves" />);
  return fake;
}

const refused = (reason: string): NonNullable<Rule['abilities']> => ({
  retry: { allowed: false, reason },
  extend: { allowed: false, reason },
  cancel: { allowed: true, reason: null }
});

it('measures what is on its way, in files, bytes and time', async () => {
  setUp({ state: 'REPLICATING', rule: RULE, etaSeconds: 125 });
  const bar = await screen.findByRole('progressbar', { name: 'How much of obs:waves is there' });
  expect(bar).toHaveAttribute('aria-valuenow', '46');
  expect(bar).toHaveAttribute('aria-valuetext', '46 %, 9 of 20 files');
  for (const text of [
    'Replicating',
    '46 %',
    '2 min 5 s left',
    '9 of 20 files',
    '10 replicating',
    '1 stuck',
    '600 MB of 1.3 GB'
  ]) {
    expect(screen.getByText(text)).toBeVisible();
  }
});

it("gives Rucio's reason for what is stuck, and tries again", async () => {
  const stuck = { ...RULE, state: 'STUCK' as const };
  const fake = setUp(
    { state: 'STUCK', rule: stuck, reason: 'No space left at NEAR.' },
    { '/rules/retry': () => ({ rule: RULE }) }
  );
  expect(
    await screen.findByText('1 of 20 files could not be copied. Rucio says: No space left at NEAR.')
  ).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Retry the rule of obs:waves' }));
  expect(fake.asked('/rules/retry')[0].body).toEqual({ instance: 'near', ruleId: RULE.id });
});

it('disables what the policy refuses, with the reason, and does nothing when pressed', async () => {
  const abilities = refused('Only administrators change rules here.');
  const fake = setUp({ state: 'STUCK', rule: { ...RULE, state: 'STUCK', abilities } });
  const retry = await screen.findByRole('button', { name: 'Retry the rule of obs:waves' });
  expect(retry).toHaveAttribute('aria-disabled', 'true');
  expect(retry).toHaveAccessibleDescription('Only administrators change rules here.');
  expect(screen.getByText('Only administrators change rules here.')).toBeVisible();
  await userEvent.click(retry);
  expect(fake.asked('/rules/retry')).toEqual([]);
  expect(screen.getByRole('button', { name: 'Cancel the rule of obs:waves' })).toHaveAttribute(
    'aria-disabled',
    'false'
  );
});

it('explains a refusal that came after asking', async () => {
  setUp(
    { state: 'REPLICATING', rule: RULE },
    {
      '/rules/cancel': () =>
        new Refusal({ code: 'forbidden', message: 'Rucio lets only root give up this rule.' })
    }
  );
  await userEvent.click(
    await screen.findByRole('button', { name: 'Cancel the rule of obs:waves' })
  );
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Rucio lets only root give up this rule.'
  );
});

it('shows that it ends soon, with Extend', async () => {
  const fake = setUp(
    { state: 'AVAILABLE', rule: { ...RULE, state: 'OK' }, endsSoon: true },
    { '/rules/extend': () => ({ rule: RULE }) }
  );
  expect(await screen.findByText(/^Ends soon:/)).toBeVisible();
  expect(screen.queryByRole('progressbar')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Extend the rule of obs:waves' }));
  expect(fake.asked('/rules/extend')[0].body).toEqual({
    instance: 'near',
    ruleId: RULE.id,
    lifetimeSeconds: 7 * 86_400
  });
});

it.each([
  ['SUSPENDED', 'The rule is halted: somebody with the rights to do so has to release it.'],
  ['WAITING_APPROVAL', 'Somebody who looks after NEAR has to approve it.'],
  ['INJECT', 'Rucio is working out what has to be copied.']
] as const)('says in a sentence what %s means', async (state, sentence) => {
  setUp({ state, rule: { ...RULE, state } });
  expect(await screen.findByText(sentence)).toBeVisible();
});

it('is no progress when it could not ask', async () => {
  const problem = { code: 'mount-not-answering' as const, message: 'The mount is asleep.' };
  const fake = fakeLake({ '/availability': answering({ 'obs:waves': problem }) });
  show(makeServices(fake), <Progress did="obs:waves" />);
  expect(await screen.findByRole('alert')).toHaveTextContent('The mount is asleep.');
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(screen.getByRole('button', { name: 'Retry' })).toBeEnabled();
});
