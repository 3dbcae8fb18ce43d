import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, type ICommandPalette } from '@jupyterlab/apputils';
import { copyIcon, infoIcon, refreshIcon, searchIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { AvailabilityCommands } from '../../availability/browser/tokens.js';
import { CartCommands } from '../../cart/browser/tokens.js';
import type { ILake, ISidebar } from '../../sidebar/browser/tokens.js';
import type { CatalogueModel } from './catalogue-model.js';
import { CatalogueCommands } from './commands.js';
import { readDidArgs, toJson } from './did-args.js';
import type { Selection } from './selection.js';
import type { IDidArgs } from './tokens.js';

interface ICommandParts {
  app: JupyterFrontEnd;
  lake: ILake;
  sidebar: ISidebar;
  model: CatalogueModel;
  selection: Selection;
  palette: ICommandPalette | null;
  openDetails: (did: IDidArgs) => void;
}

/** All that can be clicked in the catalogue, as commands. */
export function addCatalogueCommands(parts: ICommandParts): void {
  const { app, lake, sidebar, model, selection, palette, openDetails } = parts;
  const { commands } = app;
  const { trans } = lake;
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        did: { type: 'string', description: trans.__('scope:name; left out: the chosen row') },
        type: { type: 'string', description: trans.__('FILE, DATASET or CONTAINER') },
        instance: { type: 'string', description: trans.__('Name of a configured instance') },
        bytes: { type: 'number', description: trans.__('Size, where known') }
      }
    }
  };
  const didOf = (args: ReadonlyPartialJSONObject) => readDidArgs(args) ?? selection.current;
  const isEnabled = (args: ReadonlyPartialJSONObject) => didOf(args) !== null;

  commands.addCommand(CatalogueCommands.search, {
    label: trans.__('Search the Data Lake'),
    caption: trans.__('Find scopes, datasets, containers and files'),
    icon: searchIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          text: { type: 'string', description: trans.__('scope:pattern, a pattern or words') }
        }
      }
    },
    execute: ({ text }) => {
      sidebar.reveal('catalogue');
      if (typeof text === 'string') {
        model.run(text);
      }
      model.requestFocus();
    }
  });
  commands.addCommand(CatalogueCommands.refresh, {
    label: trans.__('Refresh the Catalogue'),
    caption: trans.__('Ask Rucio again for what is shown'),
    icon: refreshIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => model.refresh()
  });
  commands.addCommand(CatalogueCommands.openDetails, {
    label: trans.__('Open Details'),
    caption: trans.__('Metadata, content, replicas and rules of a DID'),
    icon: infoIcon,
    describedBy,
    isEnabled,
    execute: args => {
      const did = didOf(args);
      if (did !== null) {
        openDetails(did);
      }
    }
  });
  commands.addCommand(CatalogueCommands.copyDid, {
    label: trans.__('Copy DID'),
    caption: trans.__('Copy scope:name to the clipboard'),
    icon: copyIcon,
    describedBy,
    isEnabled,
    execute: args => {
      const did = didOf(args);
      if (did !== null) {
        Clipboard.copyToSystem(did.did);
      }
    }
  });
  commands.addCommand(CatalogueCommands.toggle, {
    label: trans.__('Expand or Collapse'),
    caption: trans.__('Show what is in a dataset or container, or hide it'),
    describedBy,
    isEnabled: args => {
      const did = didOf(args);
      return did !== null && did.type !== 'FILE';
    },
    execute: () => selection.toggle()
  });
  commands.addCommand(CatalogueCommands.addToCart, {
    label: trans.__('Add to the Cart'),
    caption: trans.__("Add to the active notebook's cart"),
    describedBy,
    isEnabled,
    isVisible: () => commands.hasCommand(CartCommands.add),
    execute: args => {
      const did = didOf(args);
      return did === null ? undefined : commands.execute(CartCommands.add, toJson(did));
    }
  });
  commands.addCommand(CatalogueCommands.makeAvailable, {
    label: trans.__('Make Available'),
    caption: trans.__('Bring it to the mounted RSE'),
    describedBy,
    isEnabled,
    isVisible: () => commands.hasCommand(AvailabilityCommands.makeAvailable),
    execute: args => {
      const did = didOf(args);
      return did === null
        ? undefined
        : commands.execute(AvailabilityCommands.makeAvailable, {
            dids: [did.did],
            ...(did.instance === undefined ? {} : { instance: did.instance })
          });
    }
  });
  const category = trans.__('Data Lake');
  for (const command of [
    CatalogueCommands.search,
    CatalogueCommands.refresh,
    CatalogueCommands.openDetails,
    CatalogueCommands.copyDid,
    CatalogueCommands.toggle
  ]) {
    palette?.addItem({ command, category });
  }
}
