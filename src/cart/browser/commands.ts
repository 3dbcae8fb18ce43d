import { Clipboard } from '@jupyterlab/apputils';
import { addIcon, copyIcon, editIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';
import * as z from 'zod';
import { DID_TYPES } from '../../common/contract/did.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { CartItem } from '../contract.js';
import type { CartActions } from './actions.js';
import { askForDid, askForName, pick } from './ask.js';
import type { IOpenCart, OpenCarts } from './carts.js';
import { insertIntoCell } from './insert-into-cell.js';
import { tellAdded, tellFailure, tellRemoved } from './told.js';
import { CartCommands } from './tokens.js';

const OfItem = z.object({
  did: z.string().optional(),
  instance: z.string().optional(),
  variableName: z.string().optional()
});
const OfDid = OfItem.extend({
  type: z.enum(DID_TYPES).optional(),
  bytes: z.number().nonnegative().optional()
});

interface ICommandsOptions {
  commands: CommandRegistry;
  lake: ILake;
  carts: OpenCarts;
  actions: CartActions;
  /** Opens the cart in the panel; null where there is no panel. */
  reveal: (() => void) | null;
}

/** What the palette offers: without arguments they ask. */
export const PALETTE_COMMANDS = Object.values(CartCommands);

/** Adds the cart's commands. A failure is told as a notification and thrown. */
export function addCartCommands(options: ICommandsOptions): void {
  const { commands, lake, carts, actions, reveal } = options;
  const { trans } = lake;
  const hasItems = () => actions.items.length > 0;
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      tellFailure(error, trans);
      throw error;
    }
  };
  /** A command about one item of the active notebook's cart. */
  const ofItem =
    (work: (open: IOpenCart, item: CartItem, args: z.infer<typeof OfItem>) => unknown) =>
    (args: ReadonlyPartialJSONObject) =>
      told(async () => {
        const parsed = OfItem.parse(args);
        const open = actions.active();
        const item = await pick(actions, parsed, trans);
        return item === null ? undefined : ((await work(open, item, parsed)) as undefined);
      });
  const itemArgs: ReadonlyJSONObject = {
    type: 'object',
    properties: {
      did: { type: 'string', description: trans.__('The DID, as scope:name') },
      instance: { type: 'string', description: trans.__('The instance of Rucio') }
    }
  };
  const nameArgs: ReadonlyJSONObject = {
    type: 'object',
    properties: {
      ...(itemArgs.properties as ReadonlyJSONObject),
      variableName: { type: 'string', description: trans.__('The name of the variable') }
    }
  };
  const didArgs: ReadonlyJSONObject = {
    type: 'object',
    properties: {
      ...(nameArgs.properties as ReadonlyJSONObject),
      type: { type: 'string', description: trans.__('FILE, DATASET or CONTAINER') },
      bytes: { type: 'number', description: trans.__('Its size') }
    }
  };

  commands.addCommand(CartCommands.add, {
    label: args => (args.did === undefined ? trans.__('Add to Cart …') : trans.__('Add to Cart')),
    caption: trans.__('Add this DID to the cart of the active notebook'),
    icon: addIcon,
    describedBy: { args: didArgs },
    execute: args =>
      told(async () => {
        const open = actions.active();
        const { did, type, instance, bytes, variableName } = OfDid.parse(args);
        const given = did !== undefined && type !== undefined;
        const asked = given ? { did, type } : await askForDid(lake, did, instance);
        if (asked === null) {
          return undefined;
        }
        const known = actions.has(asked.did, instance);
        const item = await actions.addTo(
          open,
          {
            ...asked,
            ...(instance === undefined ? {} : { instance }),
            ...(bytes === undefined ? {} : { bytes })
          },
          variableName
        );
        tellAdded(commands, item, known, trans);
        return item.variableName;
      })
  });
  commands.addCommand(CartCommands.remove, {
    label: trans.__('Remove from Cart'),
    caption: trans.__('Take this DID out of the notebook’s cart; its data stay where they are'),
    describedBy: { args: itemArgs },
    isEnabled: hasItems,
    execute: ofItem((open, item) => {
      actions.remove(open, item);
      tellRemoved(item, () => actions.restore(open, item), trans);
    })
  });
  commands.addCommand(CartCommands.rename, {
    label: trans.__('Rename Variable …'),
    caption: trans.__('Give the variable of this DID another name'),
    icon: editIcon,
    describedBy: { args: nameArgs },
    isEnabled: hasItems,
    execute: ofItem(async (open, item, { variableName }) => {
      const name = variableName ?? (await askForName(item, trans));
      if (name !== null) {
        await actions.rename(open, item, name);
      }
    })
  });
  commands.addCommand(CartCommands.accept, {
    label: trans.__('Use This Cart'),
    caption: trans.__('Set the variables that others have put into this notebook’s cart'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => (carts.current?.acceptance.waiting.length ?? 0) > 0,
    execute: () => told(() => actions.accept(actions.active()))
  });
  commands.addCommand(CartCommands.insert, {
    label: trans.__('Insert Variable into Cell'),
    caption: trans.__('Write the name of the variable into the active cell'),
    describedBy: { args: itemArgs },
    isEnabled: hasItems,
    execute: ofItem((_, { variableName }) => {
      const panel = carts.currentPanel;
      if (panel !== null) {
        insertIntoCell(panel.content, variableName);
      }
    })
  });
  commands.addCommand(CartCommands.copyName, {
    label: trans.__('Copy Variable Name'),
    icon: copyIcon,
    describedBy: { args: itemArgs },
    isEnabled: hasItems,
    execute: ofItem((_, { variableName }) => Clipboard.copyToSystem(variableName))
  });
  commands.addCommand(CartCommands.setAgain, {
    label: trans.__('Set the Variables Again'),
    caption: trans.__('Set the variables of this notebook’s cart in its kernel, e.g. after %reset'),
    icon: refreshIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: hasItems,
    execute: () => told(() => actions.active().variables.setAgain())
  });
  commands.addCommand(CartCommands.upgrade, {
    label: trans.__('Take Over Attachments of rucio-jupyterlab'),
    caption: trans.__('Put what rucio-jupyterlab has attached to this notebook into its cart'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => (carts.current?.cart.content.legacy.length ?? 0) > 0,
    execute: () => told(() => actions.upgrade(actions.active()))
  });
  commands.addCommand(CartCommands.show, {
    label: trans.__('Show the Cart'),
    caption: trans.__('Show the data of the active notebook'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => reveal !== null,
    execute: () => reveal?.()
  });
  carts.currentChanged.connect(() => {
    PALETTE_COMMANDS.forEach(command => commands.notifyCommandChanged(command));
  }, options);
}
