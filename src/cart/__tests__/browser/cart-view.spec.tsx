import { Notification } from '@jupyterlab/apputils';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { CartSummary } from '../../browser/cart-section.js';
import { CartView } from '../../browser/cart-view.js';
import { CartRoot } from '../../browser/context.js';
import { CartCommands } from '../../browser/tokens.js';
import { entries, item, ITEM, notebook, openCart } from './open-cart.js';

const SECOND = item({
  did: 'obs:event_2',
  variableName: 'event_2',
  bytes: 3000,
  addedAt: '2026-11-21T11:00:00.000Z'
});
const ALL = ['event_1', 'event_2'];

beforeEach(() => Notification.manager.dismiss());

/** The cart of a notebook as its panel shows it. */
async function show(options: Parameters<typeof openCart>[0]) {
  const parts = openCart(options);
  const { services, open } = parts;
  render(
    <CartRoot services={services}>
      <CartSummary open={open} />
      <CartView open={open} />
    </CartRoot>
  );
  // What was accepted has been asked for at once; its answer is shown in another turn.
  await act(() => new Promise<void>(resolve => setTimeout(resolve, 10)));
  return { ...parts, user: userEvent.setup() };
}

const both = () => notebook(entries(ITEM, SECOND));
const nameOf = (name: string) => screen.getByRole('button', { name });

it('says how to fill a cart that is empty', async () => {
  await show({});
  expect(screen.getByText('Nothing in this notebook’s cart yet')).toBeVisible();
});

it('lists the items with their size, and the size of all', async () => {
  await show({ shared: both(), accepted: ALL });
  expect(await screen.findAllByRole('listitem')).toHaveLength(2);
  expect(screen.getByText('2 items · 5 kB')).toBeVisible();
  expect(screen.getByText('obs:event_1')).toBeVisible();
  expect(screen.getByText('2 kB')).toBeVisible();
});

it('goes from one item to the next by the arrow keys', async () => {
  const { user } = await show({ shared: both(), accepted: ALL });
  nameOf('event_1').focus();
  await user.keyboard('{ArrowDown}');
  expect(nameOf('event_2')).toHaveFocus();
  await user.keyboard('{Home}');
  expect(nameOf('event_1')).toHaveFocus();
});

it('renames by F2, and says what is wrong with a name while it is typed', async () => {
  const { user, open, asked } = await show({ shared: both(), accepted: ALL });
  await waitFor(() => expect(open.acceptance.accepted).toHaveLength(2));
  nameOf('event_1').focus();
  await user.keyboard('{F2}');
  const input = screen.getByRole('textbox', { name: 'Name of the variable' });
  await user.clear(input);
  await user.type(input, 'event_2{Enter}');
  expect(screen.getByText('Another item of this cart has the name event_2.')).toBeVisible();
  expect(open.cart.items[0].variableName).toBe('event_1');
  await user.clear(input);
  await user.type(input, 'waves{Enter}');
  expect(await screen.findByRole('button', { name: 'waves' })).toBeVisible();
  // Who renames what they have accepted accepts the new name with it.
  expect(asked.at(-1)).toMatchObject({
    path: '/cart/accepted',
    asked: { items: [{ did: 'obs:event_1', variableName: 'waves' }] }
  });
});

it('keeps the name on Escape', async () => {
  const { user, open } = await show({ shared: both(), accepted: ALL });
  nameOf('event_1').focus();
  await user.keyboard('{F2}other{Escape}');
  expect(open.cart.items[0].variableName).toBe('event_1');
});

it('removes by Delete, goes to the next item, and puts it back on Undo', async () => {
  const { user, open } = await show({ shared: both(), accepted: ALL });
  nameOf('event_1').focus();
  await user.keyboard('{Delete}');
  await waitFor(() => expect(open.cart.items).toEqual([SECOND]));
  expect(nameOf('event_2')).toHaveFocus();
  const [{ options }] = Notification.manager.notifications;
  options.actions?.[0].callback(new MouseEvent('click'));
  expect(open.cart.items).toEqual([ITEM, SECOND]);
});

it('lets nobody change the cart of a read-only notebook', async () => {
  await show({ shared: both(), accepted: ALL, readOnly: true });
  expect(screen.getByText(/This notebook is read-only/)).toBeVisible();
  expect(screen.queryByRole('button', { name: /^(Rename|Remove)/ })).toBeNull();
});

it('uses nothing that others have added before a click', async () => {
  const { user, open } = await show({ shared: both(), accepted: ['event_1'] });
  const banner = await screen.findByRole('group', { name: /you have not accepted/ });
  expect(within(banner).getByText('event_2')).toBeVisible();
  expect(open.acceptance.accepted).toEqual([ITEM]);
  await user.click(within(banner).getByRole('button', { name: 'Use this cart' }));
  await waitFor(() => expect(screen.queryByText(/you have not accepted/)).toBeNull());
});

it('says what it could not read, and offers to take over old attachments', async () => {
  const legacy = [{ did: 'obs:old', type: 'file', variableName: 'old' }];
  const metadata = { 'datalake:x': 1, 'datalake:y': { version: 7 }, rucio_attachments: legacy };
  const { user, open } = await show({ shared: notebook(metadata) });
  expect(screen.getByText(/^1 entry of this cart could not be read/)).toBeVisible();
  expect(screen.getByText(/^1 entry was written by a newer version/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Put them into the cart' }));
  await waitFor(() => expect(open.cart.items).toMatchObject([{ did: 'obs:old', type: 'FILE' }]));
});

it('shows text of a notebook as text', async () => {
  const evil = item({ did: 'obs:<img', variableName: 'x' });
  await show({ shared: notebook(entries(evil, ITEM)), accepted: ['event_1'] });
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getByText(/could not be read/)).toBeVisible();
});

describe('commands', () => {
  it('add with a proposed name, and say the name', async () => {
    const { services, open } = openCart({});
    const name: unknown = await services.commands.execute(CartCommands.add, {
      did: 'obs:event_1',
      type: 'DATASET'
    });
    expect(name).toBe('event_1');
    expect(open.cart.items).toMatchObject([{ did: 'obs:event_1', instance: 'near' }]);
    expect(Notification.manager.notifications[0].message).toContain('use it as event_1 in a cell');
  });

  it('refuse a name that cannot be used, and tell it', async () => {
    const { services, open } = openCart({ shared: both(), accepted: ALL });
    const args = { did: 'obs:event_1', instance: 'near', variableName: 'class' };
    await expect(services.commands.execute(CartCommands.rename, args)).rejects.toThrow('Python');
    expect(Notification.manager.notifications[0].message).toContain('Python’s own');
    expect(open.cart.items[0].variableName).toBe('event_1');
  });
});
