import {
  addIcon,
  copyIcon,
  deleteIcon,
  editIcon,
  infoIcon,
  type LabIcon
} from '@jupyterlab/ui-components';
import { useTrans } from '../../common/browser/trans.js';
import type { CartItem } from '../contract.js';
import { useCartServices } from './context.js';
import { CartCommands } from './tokens.js';

/** Of the catalogue: opens the details of a DID. */
const OPEN_DETAILS = 'datalake:open-did-details';

interface IActionProps {
  icon: LabIcon;
  label: string;
  onPress: () => void;
}

function Action({ icon: Icon, label, onPress }: IActionProps) {
  return (
    <button
      type="button"
      className="jp-DataLakeCartItem-action"
      title={label}
      aria-label={label}
      onClick={onPress}
    >
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
    </button>
  );
}

interface IItemActionsProps {
  item: CartItem;
  readOnly: boolean;
  onRename: () => void;
  onRemove: () => void;
}

/** What can be done with an item. In their place always, so that nothing moves when they show. */
export function ItemActions({ item, readOnly, onRename, onRemove }: IItemActionsProps) {
  const trans = useTrans();
  const { commands } = useCartServices();
  const { did, instance, variableName, type } = item;
  const run = (command: string) => () => void commands.execute(command, { did, instance, type });
  return (
    <span className="jp-DataLakeCartItem-actions">
      <Action
        icon={addIcon}
        label={trans.__('Insert %1 into the cell', variableName)}
        onPress={run(CartCommands.insert)}
      />
      <Action
        icon={copyIcon}
        label={trans.__('Copy the name %1', variableName)}
        onPress={run(CartCommands.copyName)}
      />
      {commands.hasCommand(OPEN_DETAILS) && (
        <Action
          icon={infoIcon}
          label={trans.__('Details of %1', did)}
          onPress={run(OPEN_DETAILS)}
        />
      )}
      {!readOnly && (
        <>
          <Action icon={editIcon} label={trans.__('Rename %1', variableName)} onPress={onRename} />
          <Action
            icon={deleteIcon}
            label={trans.__('Remove %1 from the cart', variableName)}
            onPress={onRemove}
          />
        </>
      )}
    </span>
  );
}
