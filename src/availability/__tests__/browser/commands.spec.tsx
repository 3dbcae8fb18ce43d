import { Notification } from '@jupyterlab/apputils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { availabilityQueryKey } from '../../browser/reader.js';
import { AvailabilityCommands } from '../../browser/tokens.js';
import { answering, fakeLake, Lines, makeServices, Refusal, RULE } from './fake-lake.js';

const messages = () => Notification.manager.notifications.map(({ message }) => message);

beforeEach(() => Notification.manager.dismiss());

const REQUESTED = { did: 'a:1', outcome: 'requested', rule: RULE };
const ids = Object.values(AvailabilityCommands);

it.each(ids)('%s has a label, a caption and describes its arguments', async id => {
  const { commands } = makeServices(fakeLake());
  expect(commands.label(id)).not.toBe('');
  expect(commands.caption(id)).not.toBe('');
  const { args } = await commands.describedBy(id);
  expect(Object.keys(args?.properties ?? {})).toContain('instance');
});

it('makes available with the defaults, and says so', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => ({ results: [REQUESTED] })
  });
  const { commands } = makeServices(fake);
  await commands.execute(AvailabilityCommands.makeAvailable, { dids: ['a:1'] });
  expect(messages()).toEqual(['a:1 is on its way.']);
  expect(fake.asked('/availability/make')[0].body).toEqual({ instance: 'near', dids: ['a:1'] });
});

it('is not offered for what is known to be there', async () => {
  const fake = fakeLake();
  const { commands } = makeServices(fake);
  const id = AvailabilityCommands.makeAvailable;
  const isOffered = (...dids: string[]) => commands.isEnabled(id, { dids, instance: 'near' });
  const changed = new Promise<void>(resolve => {
    commands.commandChanged.connect((_, args) => args.id === id && resolve());
  });
  fake.lake.queries.setQueryData(availabilityQueryKey('near', 'a:1'), { state: 'AVAILABLE' });
  fake.lake.queries.setQueryData(availabilityQueryKey('near', 'a:2'), { state: 'STUCK' });
  await changed;
  expect([isOffered('a:1'), isOffered('a:2'), isOffered('a:1', 'a:2'), isOffered('a:3')]).toEqual([
    false,
    true,
    true,
    true
  ]);
  expect(commands.isEnabled(id, { did: 'a:1' })).toBe(false);
  expect(commands.isEnabled(id, { did: 'a:1', instance: 'far' })).toBe(true);
});

it("tells a refused quota in Rucio's or the server's words", async () => {
  const problem = { code: 'quota-exceeded', message: 'It needs 2 MB; 1 MB of 5 MB is left.' };
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => ({ results: [{ did: 'a:1', problem }] })
  });
  const { commands } = makeServices(fake);
  await commands.execute(AvailabilityCommands.makeAvailable, { did: 'a:1' });
  expect(messages()).toEqual(['a:1: It needs 2 MB; 1 MB of 5 MB is left.']);
});

it('tells and throws what went wrong; leaves telling to a caller who shows it', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/availability/make': () => new Refusal({ code: 'rucio-slow', message: 'Slow.' })
  });
  const { commands } = makeServices(fake);
  const make = (args: object) =>
    commands.execute(AvailabilityCommands.makeAvailable, { dids: ['a:1'], ...args });
  await expect(make({ quiet: true })).rejects.toMatchObject({ code: 'rucio-slow' });
  expect(messages()).toEqual([]);
  await expect(make({})).rejects.toMatchObject({ code: 'rucio-slow' });
  expect(messages()).toEqual(['Rucio takes too long to answer. Try again in a moment.']);
});

it('asks for a DID where none is given, and refuses one that is malformed', async () => {
  const fake = fakeLake({ '/availability': answering({}) });
  const { commands } = makeServices(fake);
  const made = commands.execute(AvailabilityCommands.makeAvailable);
  const refused = expect(made).rejects.toMatchObject({ code: 'malformed-did' });
  await userEvent.type(await screen.findByPlaceholderText('scope:name'), 'no colon');
  await userEvent.click(screen.getByRole('button', { name: 'Make Available', hidden: true }));
  await refused;
  expect(fake.asked('/availability/make')).toEqual([]);
});

it('asks which rule is meant, of those for which it makes sense', async () => {
  const stuck = { ...RULE, id: 'a'.repeat(32), did: 'a:stuck', state: 'STUCK' };
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules': () => new Lines([{ item: [RULE, stuck] }, { end: { count: 2 } }]),
    '/rules/retry': () => ({ rule: RULE })
  });
  const { commands } = makeServices(fake);
  const retried = commands.execute(AvailabilityCommands.retry);
  await waitFor(() => expect(screen.getByText('a:stuck → NEAR (Stuck)')).toBeInTheDocument());
  expect(screen.queryByText(/obs:waves/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Ok', hidden: true }));
  await retried;
  expect(fake.asked('/rules/retry')[0].body).toEqual({ instance: 'near', ruleId: stuck.id });
  expect(messages()).toEqual(['Rucio tries a:stuck again.']);
});

it('says so when there is no rule to act on', async () => {
  const { commands } = makeServices(fakeLake({ '/availability': answering({}) }));
  await expect(commands.execute(AvailabilityCommands.cancel)).rejects.toMatchObject({
    code: 'not-found'
  });
  expect(messages()).toEqual(['You have no rule for which this can be done.']);
});

it('extends by days within the bounds of the site', async () => {
  const fake = fakeLake({
    '/availability': answering({}),
    '/rules/extend': () => ({ rule: RULE })
  });
  const { commands } = makeServices(fake);
  await commands.execute(AvailabilityCommands.extend, {
    ruleId: RULE.id,
    did: RULE.did,
    lifetimeDays: 99
  });
  expect(fake.asked('/rules/extend')[0].body).toMatchObject({ lifetimeSeconds: 30 * 86_400 });
});
