import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { Known } from '../../availability/browser/tokens.js';
import { exactBytes } from '../../common/browser/bytes.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CartItem } from '../contract.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';
import { arrivalText, sizeText } from './arrival-text.js';
import { ItemActions } from './item-actions.js';
import { itemFault } from './item-fault.js';
import { NameEditor } from './name-editor.js';
import { CartCommands } from './tokens.js';

interface IItemRowProps {
  item: CartItem;
  known: Known | null;
  open: IOpenCart;
  beforeRemove: (row: HTMLElement) => void;
}

/** One item: the variable first, as it is what people type; then where it stands and what it is. */
export function ItemRow({ item, known, open, beforeRemove }: IItemRowProps) {
  const trans = useTrans();
  const { commands, availability } = useCartServices();
  const { state } = useModel(open.variables);
  const { readOnly } = useModel(open.cart);
  const [unfolded, setUnfolded] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const name = useRef<HTMLButtonElement>(null);
  const detailsId = useId();
  const { did, instance, variableName, type } = item;
  const there = known?.status === 'known' ? known.availability : null;
  const bytes = item.bytes ?? there?.bytes.total ?? null;
  const fault = itemFault(item, open, state, trans);
  const args = { did, instance };

  const remove = () => {
    if (row.current !== null) {
      beforeRemove(row.current);
    }
    void commands.execute(CartCommands.remove, args);
  };
  const endRenaming = () => {
    setRenaming(false);
    // The name's button is there again after this render.
    requestAnimationFrame(() => name.current?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'F2' && !readOnly) {
      setRenaming(true);
    } else if (event.key === 'Delete' && !readOnly) {
      remove();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <li className="jp-DataLakeCartItem" ref={row} data-did={did}>
      <div className="jp-DataLakeCartItem-line">
        {renaming ? (
          <NameEditor item={item} open={open} onEnd={endRenaming} />
        ) : (
          <button
            ref={name}
            type="button"
            data-item-name=""
            className="jp-DataLakeCartItem-name"
            aria-expanded={unfolded}
            aria-controls={detailsId}
            title={trans.__('%1: Enter shows more, F2 renames, Delete removes', variableName)}
            onClick={() => setUnfolded(!unfolded)}
            onKeyDown={onKeyDown}
          >
            {variableName}
          </button>
        )}
        {availability !== null && <availability.State did={did} type={type} instance={instance} />}
        <span className="jp-DataLakeCartItem-arrival">{arrivalText(known, trans)}</span>
      </div>
      <div className="jp-DataLakeCartItem-line">
        <span className="jp-DataLakeCartItem-did" title={did}>
          {did}
        </span>
        <span className="jp-DataLakeCartItem-size" title={exactBytes(bytes)}>
          {sizeText(item, known, trans)}
        </span>
        <ItemActions
          item={item}
          readOnly={readOnly}
          onRename={() => setRenaming(true)}
          onRemove={remove}
        />
      </div>
      {fault !== null && (
        <p className="jp-DataLakeCartItem-fault" role="alert">
          {fault}
        </p>
      )}
      <div id={detailsId} className="jp-DataLakeCartItem-details" hidden={!unfolded}>
        {unfolded && availability !== null && (
          <availability.Progress did={did} type={type} instance={instance} />
        )}
      </div>
    </li>
  );
}
