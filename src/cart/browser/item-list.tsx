import { useRef, type KeyboardEvent } from 'react';
import type { Known } from '../../availability/browser/tokens.js';
import { useTrans } from '../../common/browser/trans.js';
import { cartKey, type CartItem } from '../contract.js';
import type { IOpenCart } from './carts.js';
import { ItemRow } from './item-row.js';

interface IItemListProps {
  items: readonly CartItem[];
  /** In the order of the items; empty where availability is not shown. */
  known: readonly Known[];
  open: IOpenCart;
}

const MOVES: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: index => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, last) => last
};

/** The items; the arrow keys go from one to the next. */
export function ItemList({ items, known, open }: IItemListProps) {
  const trans = useTrans();
  const list = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const names = [...(list.current?.querySelectorAll<HTMLElement>('[data-item-name]') ?? [])];
    const index = names.indexOf(event.target as HTMLElement);
    if (index < 0 || !Object.hasOwn(MOVES, event.key)) {
      return;
    }
    event.preventDefault();
    names[MOVES[event.key](index, names.length - 1)].focus();
  };
  /** Where the focus goes when an item is removed. */
  const focusNear = (item: HTMLElement) => {
    const near = item.nextElementSibling ?? item.previousElementSibling;
    near?.querySelector<HTMLElement>('[data-item-name]')?.focus();
  };
  return (
    <ul
      ref={list}
      className="jp-DataLakeCart-items"
      aria-label={trans.__('Items of the cart')}
      onKeyDown={onKeyDown}
    >
      {items.map((item, index) => (
        <ItemRow
          key={cartKey(item.instance, item.did)}
          item={item}
          known={known[index] ?? null}
          open={open}
          beforeRemove={focusNear}
        />
      ))}
    </ul>
  );
}
