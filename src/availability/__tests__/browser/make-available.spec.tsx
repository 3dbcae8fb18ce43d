import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AvailabilityRoot } from '../../browser/availability-root.js';
import { MakeAvailable } from '../../browser/make-available.js';
import {
  answering,
  availability,
  fakeLake,
  gate,
  makeServices,
  PLAN,
  Refusal,
  RULE,
  show
} from './fake-lake.js';

const there = availability({ state: 'AVAILABLE' });
const requested = (did: string) => ({ did, outcome: 'requested', rule: { ...RULE, did } });

it('says size, room and time before anything is asked for', async () => {
  const fake = fakeLake({ '/availability': answering({}) });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  const line = await screen.findByText('1.2 GB in 20 files');
  expect(line.parentElement).toHaveTextContent('4.1 GB of 5 GB quota left');
  expect(line.parentElement).toHaveTextContent('about 2 min');
  expect(screen.getByRole('button', { name: 'Make available' })).toBeEnabled();
  expect(fake.asked('/availability/make')).toEqual([]);
});

it('asks for what nothing brings yet, and for nothing else', async () => {
  const table = { 'a:1': there, 'a:2': availability(), 'a:3': availability({ state: 'STUCK' }) };
  const fake = fakeLake({
    '/availability': answering(table),
    '/availability/make': () => ({ results: [requested('a:2')] })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1', 'a:2', 'a:3']} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Make available' }));
  expect(await screen.findByText('Requested.')).toBeVisible();
  expect(fake.asked('/availability/plan')[0].body.dids).toEqual(['a:2']);
  expect(fake.asked('/availability/make')[0].body).toEqual({ instance: 'near', dids: ['a:2'] });
});

it('waits for what is still being asked, and leaves nothing of it out', async () => {
  const late = gate<void>();
  const answer = answering({});
  const fake = fakeLake({
    '/availability': async request => {
      if ((request.body.dids as string[]).includes('a:2')) {
        await late.waits;
      }
      return answer(request);
    },
    '/availability/make': () => ({ results: [requested('a:1'), requested('a:2')] })
  });
  const services = makeServices(fake);
  const { rerender } = show(services, <MakeAvailable dids={['a:1']} />);
  await screen.findByText('1.2 GB in 20 files');
  rerender(
    <AvailabilityRoot services={services}>
      <MakeAvailable dids={['a:1', 'a:2']} label="Make all available" />
    </AvailabilityRoot>
  );
  const button = screen.getByRole('button', { name: 'Make all available' });
  expect(button).toHaveAttribute('aria-disabled', 'true');
  expect(button).toHaveAccessibleDescription('Asking Rucio what is here …');
  await userEvent.click(button);
  expect(button).toHaveFocus();
  expect(fake.asked('/availability/make')).toEqual([]);
  late.open();
  await waitFor(() => expect(button).toHaveAttribute('aria-disabled', 'false'));
  await userEvent.click(button);
  await waitFor(() =>
    expect(fake.asked('/availability/make').map(({ body }) => body.dids)).toEqual([['a:1', 'a:2']])
  );
});

it('does not wait for what could not be asked', async () => {
  const table = { 'a:2': { code: 'rucio-slow' as const, message: 'Slow.' } };
  const fake = fakeLake({
    '/availability': answering(table),
    '/availability/make': () => ({ results: [requested('a:1')] })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1', 'a:2']} />);
  const button = await screen.findByRole('button', { name: 'Make available' });
  await waitFor(() => expect(button).toBeEnabled());
  expect(button).toHaveAttribute('aria-disabled', 'false');
  await userEvent.click(button);
  expect(await screen.findByText('Requested.')).toBeVisible();
});

it('can be worked by keyboard alone', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => ({ results: [requested('a:1')] })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  await screen.findByText('1.2 GB in 20 files');
  await userEvent.tab();
  expect(screen.getByText(/^Kept for/)).toHaveFocus();
  // jsdom does not let closed details be skipped, as browsers do.
  await userEvent.tab();
  expect(screen.getByLabelText('Keep for (days)')).toHaveFocus();
  await userEvent.tab();
  expect(screen.getByRole('button', { name: 'Make available' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText('Requested.')).toBeVisible();
});

it('takes the lifetime and the RSE expression that were chosen, within the bounds', async () => {
  const rseExpressions = ['NEAR', 'country=CH'];
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/plan': () => ({ ...PLAN, rseExpressions }),
    '/availability/make': () => ({ results: [requested('a:1')] })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  await userEvent.click(await screen.findByText('Kept for 7 d on NEAR'));
  const days = screen.getByLabelText('Keep for (days)');
  await userEvent.clear(days);
  await userEvent.type(days, '99');
  await userEvent.selectOptions(screen.getByLabelText('RSE expression'), 'country=CH');
  expect(days).toHaveValue(30);
  await userEvent.click(screen.getByRole('button', { name: 'Make available' }));
  await screen.findByText('Requested.');
  expect(fake.asked('/availability/make')[0].body).toEqual({
    instance: 'near',
    dids: ['a:1'],
    lifetimeSeconds: 30 * 86_400,
    rseExpression: 'country=CH'
  });
});

it('does not let a lifetime be chosen that the site has set', async () => {
  const lifetime = { defaultSeconds: 86_400, minSeconds: 86_400, maxSeconds: 86_400 };
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/plan': () => ({ ...PLAN, lifetime })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  expect(await screen.findByLabelText('Keep for (days)')).toBeDisabled();
  expect(screen.getByText('This site sets it.')).toBeInTheDocument();
});

it('explains with the numbers why it does not fit', async () => {
  const quota = { limitBytes: 5e9, usedBytes: 4.8e9, remainingBytes: 2e8 };
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/plan': () => ({ ...PLAN, quota, fits: false })
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'This needs 1.2 GB, and 200 MB of your quota of 5 GB on NEAR is left.'
  );
  expect(screen.getByRole('button', { name: 'Make available' })).toBeDisabled();
});

it('tells each that failed and why, beside those that were taken', async () => {
  const problem = { code: 'quota-exceeded', message: 'It needs 1 GB; 0.1 GB is left.' };
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => ({
      results: [
        requested('a:1'),
        { did: 'a:2', problem },
        { did: 'a:3', outcome: 'already-there', rule: null }
      ]
    })
  });
  const services = makeServices(fake);
  show(services, <MakeAvailable dids={['a:1', 'a:2', 'a:3']} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Make 3 available' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Rucio did not take this one:a:2 It needs 1 GB; 0.1 GB is left.'
  );
  expect(screen.getByText('Requested.')).toBeVisible();
  expect(screen.getByText('It is there already.')).toBeVisible();
  expect(services.awaited.all.map(({ did }) => did)).toEqual(['a:1']);
});

it('cannot be pressed twice, and says what went wrong with the whole', async () => {
  const answer = gate<unknown>();
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => answer.waits
  });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  await userEvent.click(await screen.findByRole('button', { name: 'Make available' }));
  expect(await screen.findByRole('button', { name: 'Asking Rucio …' })).toBeDisabled();
  answer.open(new Refusal({ code: 'rucio-unreachable', message: 'Away.' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Rucio cannot be reached.');
  expect(screen.getByRole('button', { name: 'Make available' })).toBeEnabled();
});

it('says so when all is there, and offers nothing', async () => {
  const fake = fakeLake({ '/availability': answering({ 'a:1': there, 'a:2': there }) });
  show(makeServices(fake), <MakeAvailable dids={['a:1', 'a:2']} />);
  expect(await screen.findByText('All 2 are available.')).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
  expect(fake.asked('/availability/plan')).toEqual([]);
});

it('offers to ask again where it could not ask', async () => {
  const table = { 'a:1': { code: 'rucio-slow' as const, message: 'Slow.' } };
  const fake = fakeLake({ '/availability': answering(table) });
  show(makeServices(fake), <MakeAvailable dids={['a:1']} />);
  const retry = await screen.findByRole('button', { name: 'Retry' });
  expect(screen.queryByRole('button', { name: 'Make available' })).toBeNull();
  fake.table['/availability'] = answering({});
  await userEvent.click(retry);
  await waitFor(() => expect(screen.getByRole('button', { name: 'Make available' })).toBeEnabled());
});
