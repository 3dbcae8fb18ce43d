import { EmptyView } from '../../common/browser/empty-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CartItem } from '../contract.js';
import { CartBanners } from './cart-banners.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';
import { InstanceItems } from './instance-items.js';
import { VariablesNotice } from './variables-notice.js';

interface ICartViewProps {
  open: IOpenCart;
}

/** The cart of one notebook: in the panel, and in the popup of the notebook's toolbar. */
export function CartView({ open }: ICartViewProps) {
  const trans = useTrans();
  const { lake } = useCartServices();
  const { items, content } = useModel(open.cart);
  const groups = byInstance(items);
  const empty = items.length + content.legacy.length + content.unreadable + content.newer === 0;
  return (
    <div
      className="jp-DataLakeCart"
      role="region"
      aria-label={lake.trans.__('Cart of %1', open.name)}
    >
      <CartBanners open={open} />
      {empty && (
        <EmptyView title={trans.__('Nothing in this notebook’s cart yet')}>
          {trans.__(
            'Press + on a row of the catalogue, or drag the row onto the notebook. Its paths are then in a variable.'
          )}
        </EmptyView>
      )}
      {groups.map(([instance, group]) => (
        <InstanceItems
          key={instance}
          instance={instance}
          items={group}
          open={open}
          titled={groups.length > 1}
        />
      ))}
      <VariablesNotice open={open} />
    </div>
  );
}

function byInstance(items: readonly CartItem[]): [string, CartItem[]][] {
  const groups = new Map<string, CartItem[]>();
  for (const item of items) {
    groups.set(item.instance, [...(groups.get(item.instance) ?? []), item]);
  }
  return [...groups];
}
