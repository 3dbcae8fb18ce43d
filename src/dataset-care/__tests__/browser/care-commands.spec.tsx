import { Dialog, Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type * as z from 'zod';
import { getDid, listContent, listScopes } from '../../../catalogue/contract.js';
import type { IEndpoint } from '../../../common/contract/endpoint.js';
import type { Problem } from '../../../common/contract/problem.js';
import {
  browserLake,
  problemResponse,
  streamed,
  type Asked
} from '../../../testing/browser-lake.js';
import { addCareCommands } from '../../browser/care-commands.js';
import { CareCommands } from '../../browser/tokens.js';
import {
  attachMembers,
  createCollection,
  detachMembers,
  setLifetime,
  setMetadata,
  setOpen
} from '../../contract.js';

const PLOTS = { did: 'user.alice:plots', type: 'DATASET' };

/** Reads what it is asked, and answers what is read, as the real server does. */
function on<Q extends z.ZodType, A extends z.ZodType>(
  spec: IEndpoint<Q, A>,
  answer: (asked: z.output<Q>) => z.input<A>
) {
  return {
    [spec.path]: (asked: Asked) =>
      Response.json(spec.answer.parse(answer(spec.request.parse(asked))))
  };
}

function care(
  items: { did: string; type: string; instance: string }[] = [],
  content: readonly string[] = ['a.png', 'b.png']
) {
  const details = {
    ...{ did: PLOTS.did, scope: 'user.alice', name: 'plots', type: 'DATASET' as const },
    ...{ bytes: 1, length: 2, account: 'alice', adler32: null, md5: null, open: true },
    ...{ createdAt: null, updatedAt: null, expiresAt: null },
    metadata: { run: '41', unused: null, quality: 'good' }
  };
  const server = browserLake({
    ...on(listScopes, () => ({ scopes: ['obs', 'user.alice'], own: ['user.alice'] })),
    ...on(getDid, () => details),
    [listContent.path]: () =>
      streamed(
        [
          content.map(name => ({
            ...{ scope: 'user.alice', name, type: 'FILE', bytes: 1, length: null }
          }))
        ],
        { count: content.length }
      ),
    ...on(createCollection, () => ({})),
    ...on(attachMembers, () => ({})),
    ...on(detachMembers, () => ({})),
    ...on(setOpen, () => ({})),
    ...on(setMetadata, () => ({})),
    ...on(setLifetime, () => ({ warning: null }))
  });
  const commands = new CommandRegistry();
  const row: { of: DOMStringMap | null } = { of: null };
  addCareCommands({
    commands,
    lake: server.lake,
    cart: { items } as never,
    chosenRow: () => row.of
  });
  const asked = (path: string) =>
    server.asked.filter(one => one.path === path).map(one => one.asked);
  const refuse = (path: string, problem: Problem) => {
    server.answers[path] = () => problemResponse(problem);
  };
  return { ...server, commands, row, asked, refuse };
}

/** JupyterLab's dialogs are `dialog` elements that are never opened as such: jsdom takes them for hidden. */
const dialog = async () => within(await screen.findByRole('dialog', { hidden: true }));
const press = async (name: string) =>
  userEvent.click((await dialog()).getByRole('button', { name, hidden: true }));
const told = () => Notification.manager.notifications.map(({ message }) => message);

afterEach(() => {
  Notification.dismiss();
  Dialog.flush();
});

it('creates a dataset in one’s own scope', async () => {
  const { commands, asked } = care();
  const done = commands.execute(CareCommands.create);
  const form = await dialog();
  expect(await form.findByDisplayValue('user.alice')).toBeInTheDocument();
  expect(form.getByText('Create', { selector: 'button' })).toBeDisabled();
  await userEvent.type(form.getByLabelText('Name'), 'two words');
  expect(form.getByText('Create', { selector: 'button' })).toBeDisabled();
  await userEvent.clear(form.getByLabelText('Name'));
  await userEvent.type(form.getByLabelText('Name'), 'plots');
  await userEvent.click(form.getByText('Add metadata'));
  await userEvent.type(form.getByLabelText('Key 1'), 'run');
  await userEvent.type(form.getByLabelText('Value 1'), '42');
  await press('Create');
  await done;
  expect(asked('/collections/create')).toEqual([
    { did: 'user.alice:plots', type: 'DATASET', metadata: { run: '42' } }
  ]);
  expect(told()).toEqual(['user.alice:plots is there, with nothing in it.']);
});

it('takes the scope of the row whose menu is open', async () => {
  const { commands, row } = care();
  row.of = { scope: 'group.waves' };
  void commands.execute(CareCommands.create);
  expect(await (await dialog()).findByDisplayValue('group.waves')).toBeInTheDocument();
});

it('keeps what was typed when the lake refuses it, and says why', async () => {
  const { commands, refuse, answers } = care();
  refuse('/collections/create', { code: 'conflict', message: 'There is a user.alice:plots.' });
  const done = commands.execute(CareCommands.create);
  const form = await dialog();
  await form.findByDisplayValue('user.alice');
  await userEvent.type(form.getByLabelText('Name'), 'plots');
  await press('Create');
  expect(await form.findByText('There is a user.alice:plots.')).toBeInTheDocument();
  expect(form.getByLabelText('Name')).toHaveValue('plots');
  answers['/collections/create'] = () => ({});
  await press('Create');
  await done;
  expect(told()).toHaveLength(1);
});

it('attaches files of the cart, and DIDs that are typed, to a dataset', async () => {
  const { commands, asked } = care([
    { did: 'obs:wave', type: 'FILE', instance: 'near' },
    { did: 'obs:event', type: 'DATASET', instance: 'near' }
  ]);
  const done = commands.execute(CareCommands.attach, PLOTS);
  const form = await dialog();
  expect(form.queryByLabelText('obs:event')).toBeNull();
  expect(form.getByText('Attach', { selector: 'button' })).toBeDisabled();
  await userEvent.click(form.getByLabelText('obs:wave'));
  await userEvent.type(form.getByLabelText('Others'), 'obs:other\nwrong');
  expect(form.getByText(/^wrong: A DID is written scope:name/)).toBeInTheDocument();
  await userEvent.type(form.getByLabelText('Others'), '{Backspace>5/}');
  await press('Attach');
  await done;
  expect(asked('/collections/attach')).toEqual([
    { did: PLOTS.did, members: ['obs:wave', 'obs:other'] }
  ]);
});

it('offers a container the collections of the cart', async () => {
  const { commands } = care([
    { did: 'obs:wave', type: 'FILE', instance: 'near' },
    { did: 'obs:event', type: 'DATASET', instance: 'near' }
  ]);
  void commands.execute(CareCommands.attach, { did: 'user.alice:all', type: 'CONTAINER' });
  const form = await dialog();
  expect(form.getByLabelText('obs:event')).toBeInTheDocument();
  expect(form.queryByLabelText('obs:wave')).toBeNull();
});

it('detaches what is ticked of what is in it', async () => {
  const { commands, asked } = care();
  const done = commands.execute(CareCommands.detach, PLOTS);
  const form = await dialog();
  await userEvent.click(await form.findByLabelText('user.alice:b.png'));
  await press('Detach');
  await done;
  expect(asked('/collections/detach')).toEqual([{ did: PLOTS.did, members: ['user.alice:b.png'] }]);
});

it('shows the first thousand of a large one, says so, and shows more when they are wanted', async () => {
  const { commands } = care(
    [],
    Array.from({ length: 1001 }, (_, nr) => `${nr}.png`)
  );
  void commands.execute(CareCommands.detach, PLOTS);
  const form = await dialog();
  expect(await form.findByText('The first 1,000 of what is in it')).toBeInTheDocument();
  expect(form.queryByText('user.alice:1000.png')).toBeNull();
  expect(form.getByText('Others')).toBeInTheDocument();
  fireEvent.click(form.getByText('Show more'));
  expect(await form.findByText('user.alice:1000.png')).toBeInTheDocument();
  expect(form.getByText('What is in it')).toBeInTheDocument();
  fireEvent.click(form.getByText('All of them'));
  expect(form.getByText('At most 1,000 at a time.')).toBeInTheDocument();
});

it('closes what is open, after a word about it', async () => {
  const { commands, asked } = care();
  const done = commands.execute(CareCommands.setOpen, PLOTS);
  const question = await dialog();
  expect(question.getByText(/nothing more can be attached/)).toBeInTheDocument();
  await userEvent.click(question.getByText('Close It'));
  await done;
  expect(asked('/collections/open')).toEqual([{ did: PLOTS.did, open: false }]);
});

it('sets, adds and takes away metadata, and sends only what is changed', async () => {
  const { commands, asked } = care();
  const done = commands.execute(CareCommands.setMetadata, PLOTS);
  const form = await dialog();
  const run = await form.findByDisplayValue('41');
  expect(form.getByText('Nothing is changed yet.')).toBeInTheDocument();
  await userEvent.clear(run);
  await userEvent.type(run, '42');
  await userEvent.click(form.getByLabelText('Remove row 2'));
  await userEvent.click(form.getByText('Add metadata'));
  await userEvent.type(form.getByLabelText('Key 2'), 'note');
  await userEvent.type(form.getByLabelText('Value 2'), 'late');
  await press('Set metadata');
  await done;
  expect(asked('/dids/metadata')).toEqual([
    { did: PLOTS.did, metadata: { run: '42', note: 'late', quality: null } }
  ]);
});

it('warns of what the end of a lifetime takes along', async () => {
  const { commands, asked } = care();
  const done = commands.execute(CareCommands.setLifetime, PLOTS);
  const form = await dialog();
  expect(form.getByText(/everybody’s rules on it/)).toBeInTheDocument();
  await userEvent.selectOptions(form.getByLabelText('Lifetime'), 'weeks');
  await userEvent.clear(form.getByLabelText('How many weeks'));
  expect(form.getByText('Set the end')).toBeDisabled();
  await userEvent.type(form.getByLabelText('How many weeks'), '2');
  await press('Set the end');
  await done;
  expect(asked('/dids/lifetime')).toEqual([{ did: PLOTS.did, lifetimeSeconds: 14 * 86_400 }]);
});

it('is offered for one’s own DIDs only, and for collections where it is about those', async () => {
  const { commands, lake, row } = care();
  const offered = (command: string, did: string, type: string) =>
    commands.isVisible(command, { did, type });
  expect(offered(CareCommands.attach, 'obs:waves', 'DATASET')).toBe(true);
  lake.queries.setQueryData(['catalogue', 'scopes', null], {
    scopes: ['obs', 'user.alice'],
    own: ['user.alice']
  });
  expect(offered(CareCommands.attach, 'obs:waves', 'DATASET')).toBe(false);
  expect(offered(CareCommands.attach, PLOTS.did, 'DATASET')).toBe(true);
  expect(offered(CareCommands.attach, 'user.alice:a.png', 'FILE')).toBe(false);
  expect(offered(CareCommands.setMetadata, 'user.alice:a.png', 'FILE')).toBe(true);
  expect(commands.isVisible(CareCommands.attach)).toBe(false);
  row.of = { did: PLOTS.did, type: 'DATASET' };
  expect(commands.isVisible(CareCommands.attach)).toBe(true);
});

it('tells what it could not even ask', async () => {
  const { commands, refuse } = care();
  refuse('/did', { code: 'not-found', message: 'There is no user.alice:plots.' });
  await commands.execute(CareCommands.setOpen, PLOTS);
  await waitFor(() => expect(told()).toEqual(['There is no user.alice:plots.']));
});
