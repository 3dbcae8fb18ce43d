import { formatBytes } from '../../common/browser/bytes.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { lakeIcon } from '../../common/browser/icons.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel, useSignal } from '../../common/browser/use-signal.js';
import { CartView } from './cart-view.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';

/** The cart of the active notebook, as a section of the panel. */
export function CartSection() {
  const trans = useTrans();
  const { carts } = useCartServices();
  const open = useSignal(carts.currentChanged, () => carts.current);
  if (open === null) {
    return (
      <EmptyView icon={lakeIcon} title={trans.__('No notebook is open')}>
        {trans.__('Each notebook has a cart of its own. Open one, and its data is listed here.')}
      </EmptyView>
    );
  }
  return <CartView open={open} />;
}

/** To the right of the section's title. */
export function CartSectionHeader() {
  const { carts } = useCartServices();
  const open = useSignal(carts.currentChanged, () => carts.current);
  return open === null ? null : <CartSummary open={open} />;
}

/** The notebook's name, the number of items and their total size, as far as sizes are known. */
export function CartSummary({ open }: { open: IOpenCart }) {
  const trans = useTrans();
  const { items } = useModel(open.cart);
  const name = open.name.split('/').at(-1) ?? open.name;
  const known = items.map(({ bytes }) => bytes).filter(bytes => bytes !== undefined);
  const total = known.reduce((sum, bytes) => sum + bytes, 0);
  const size =
    known.length === items.length ? formatBytes(total) : trans.__('%1 or more', formatBytes(total));
  return (
    <span className="jp-DataLakeCart-summary">
      <span className="jp-DataLakeCart-notebook" title={open.name}>
        {name}
      </span>
      {items.length > 0 && (
        <span className="jp-DataLakeCart-count">
          {trans._n('%1 item', '%1 items', items.length, items.length)}
          {known.length > 0 && ` · ${size}`}
        </span>
      )}
    </span>
  );
}
