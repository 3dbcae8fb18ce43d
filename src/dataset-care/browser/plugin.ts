import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ICart } from '../../cart/browser/tokens.js';
import { ILake } from '../../sidebar/browser/tokens.js';
import { addCareCommands } from './care-commands.js';
import { CareCommands } from './tokens.js';

/** The menus are in schema/dataset-care.json. */
export const datasetCarePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-datalake:dataset-care',
  description:
    'Creates datasets and containers, and changes what is in them and what is said of them.',
  autoStart: true,
  requires: [ILake],
  optional: [ICart, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    lake: ILake,
    cart: ICart | null,
    palette: ICommandPalette | null
  ) => {
    addCareCommands({
      commands: app.commands,
      lake,
      cart,
      chosenRow: () =>
        app.contextMenuHitTest(
          node => node.dataset['did'] !== undefined || node.dataset['scope'] !== undefined
        )?.dataset ?? null
    });
    palette?.addItem({ command: CareCommands.create, category: lake.trans.__('Data Lake') });
  }
};
