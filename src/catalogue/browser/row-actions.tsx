import { addIcon, downloadIcon, ellipsesIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
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

/** Whether the cart's command is there: it may be registered after the first row is shown. */
export function useOffersCart(): boolean {
  const { commands } = useCatalogue();
  return useSignal(commands.commandChanged, () => commands.hasCommand(CartCommands.add));
}

/** What the command that makes a DID available is run with. */
export function makeAvailableArgs({ did, instance }: IDidArgs): ReadonlyPartialJSONObject {
  return { dids: [did], ...(instance === undefined ? {} : { instance }) };
}

/** Whether to offer it: not where all of it is there already. */
export function useOffersMakeAvailable(did: IDidArgs): boolean {
  const { commands } = useCatalogue();
  const command = AvailabilityCommands.makeAvailable;
  return useSignal(
    commands.commandChanged,
    () => commands.hasCommand(command) && commands.isEnabled(command, makeAvailableArgs(did))
  );
}

interface IRowActionsProps {
  did: IDidArgs;
  tabStop: boolean;
}

/** Buttons at the end of a row. One whose command nobody has registered is absent. */
export function RowActions({ did, tabStop }: IRowActionsProps) {
  const { commands } = useCatalogue();
  const trans = useTrans();
  const run = (command: string, args: Parameters<typeof commands.execute>[1]) => {
    void commands.execute(command, args);
  };
  const offersCart = useOffersCart();
  const offersMakeAvailable = useOffersMakeAvailable(did);
  return (
    <span className="jp-DataLakeRow-actions" role="gridcell">
      {offersCart && (
        <Action
          icon={addIcon}
          label={trans.__('Add to the cart')}
          tabStop={tabStop}
          onPress={() => run(CartCommands.add, toJson(did))}
        />
      )}
      {offersMakeAvailable && (
        <Action
          icon={downloadIcon}
          label={trans.__('Make available')}
          tabStop={tabStop}
          onPress={() => run(AvailabilityCommands.makeAvailable, makeAvailableArgs(did))}
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
