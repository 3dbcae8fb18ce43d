import { act, render, screen } from '@testing-library/react';
import { CartSummary } from '../../browser/cart-section.js';
import { CartView } from '../../browser/cart-view.js';
import { CartRoot } from '../../browser/context.js';
import { CartItem } from '../../contract.js';
import { entries, item, notebook, openCart } from './open-cart.js';

const MANY = 2000;
const ITEMS = Array.from({ length: MANY }, (_, index) =>
  item({ did: `obs:event_${index}`, variableName: `event_${index}` })
);

async function show(options: Parameters<typeof openCart>[0]) {
  const parts = openCart(options);
  const { services, open } = parts;
  render(
    <CartRoot services={services}>
      <CartSummary open={open} />
      <CartView open={open} />
    </CartRoot>
  );
  await act(() => new Promise<void>(resolve => setTimeout(resolve, 10)));
  return parts;
}

const accepted = (asked: readonly { path: string }[]) =>
  asked.filter(({ path }) => path === '/cart/accepted');

/** What the panel lists. By selector: by role takes minutes for so many. */
const names = () =>
  [...document.querySelectorAll('[data-item-name]')].map(({ textContent }) => textContent);

it('of 2,000 items opens, is accepted at once, and stays what the notebook can keep', async () => {
  const { open, asked, shared } = await show({ shared: notebook(entries(...ITEMS)) });
  expect(open.cart.items).toHaveLength(MANY);
  expect(screen.getByText('2000 items · 4 MB')).toBeVisible();
  expect(names()).toHaveLength(MANY);
  // One question and no more for all of them.
  expect(accepted(asked)).toHaveLength(1);
  await act(async () => {
    screen.getByText('Use this cart').click();
    await new Promise<void>(resolve => setTimeout(resolve, 10));
  });
  expect(open.acceptance.accepted).toHaveLength(MANY);
  expect(accepted(asked)).toHaveLength(2);

  const gone = open.cart.get('near', 'obs:event_1999') ?? ITEMS[0];
  act(() => open.cart.remove(gone));
  act(() => void open.cart.add({ did: 'sun:event_0', type: 'FILE', instance: 'near' }));
  expect(names()).toHaveLength(MANY);
  expect(names()).not.toContain('event_1999');
  expect(open.cart.items).toHaveLength(MANY);
  const kept = Object.entries(shared.getMetadata()).filter(([key]) => key.startsWith('datalake:'));
  expect(kept).toHaveLength(MANY);
  expect(kept.filter(([, value]) => !CartItem.safeParse(value).success)).toEqual([]);
  expect(new Set(open.cart.items.map(({ variableName }) => variableName)).size).toBe(MANY);
}, 120_000);
