import { addIcon, downloadIcon, ellipsesIcon, type LabIcon } from '@jupyterlab/ui-components';
import { AvailabilityCommands } from '../../availability/browser/tokens.js';
import { CartCommands } from '../../cart/browser/tokens.js';
import { useTrans } from '../../common/browser/trans.js';
import { useSignal } from '../../common/browser/use-signal.js';
import { useCatalogue } from './context.js';
import { toJson } from './did-args.js';
import { openContextMenu } from './open-context-menu.js';
import type { IDidArgs } from './tokens.js';

interface IActionProps {
  icon: LabIcon;
  label: string;
  /** Only the chosen row's buttons are stops of the Tab key. */
  tabStop: boolean;
  onPress: (button: HTMLElement) => void;
}

function Action({ icon: Icon, label, tabStop, onPress }: IActionProps) {
  return (
    <button
      type="button"
      className="jp-DataLakeRow-action"
      title={label}
      aria-label={label}
      tabIndex={tabStop ? 0 : -1}
      onPointerDown={event => event.stopPropagation()}
      onDoubleClick={event => event.stopPropagation()}
      onClick={event => {
        event.stopPropagation();
        onPress(event.currentTarget);
      }}
    >
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
    </button>
  );
}

/** Which of other slices' commands there are: they may be registered after the first row is shown. */
export interface IOthersCommands {
  cart: boolean;
  availability: boolean;
}

export function useOthersCommands(): IOthersCommands {
  const { commands } = useCatalogue();
  const { commandChanged } = commands;
  const has = (command: string) => () => commands.hasCommand(command);
  return {
    cart: useSignal(commandChanged, has(CartCommands.add)),
    availability: useSignal(commandChanged, has(AvailabilityCommands.makeAvailable))
  };
}

interface IRowActionsProps {
  did: IDidArgs;
  others: IOthersCommands;
  tabStop: boolean;
}

/** Buttons at the end of a row. One whose command nobody has registered is absent. */
export function RowActions({ did, others, tabStop }: IRowActionsProps) {
  const { commands } = useCatalogue();
  const trans = useTrans();
  const run = (command: string, args: Parameters<typeof commands.execute>[1]) => {
    void commands.execute(command, args);
  };
  const { instance } = did;
  return (
    <span className="jp-DataLakeRow-actions" role="gridcell">
      {others.cart && (
        <Action
          icon={addIcon}
          label={trans.__('Add to the cart')}
          tabStop={tabStop}
          onPress={() => run(CartCommands.add, toJson(did))}
        />
      )}
      {others.availability && (
        <Action
          icon={downloadIcon}
          label={trans.__('Make available')}
          tabStop={tabStop}
          onPress={() =>
            run(AvailabilityCommands.makeAvailable, {
              dids: [did.did],
              ...(instance === undefined ? {} : { instance })
            })
          }
        />
      )}
      <Action
        icon={ellipsesIcon}
        label={trans.__('More actions')}
        tabStop={tabStop}
        onPress={openContextMenu}
      />
    </span>
  );
}
