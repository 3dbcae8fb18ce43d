import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IAvailabilityView } from '../../availability/browser/tokens.js';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { ILake, ISidebar } from '../../sidebar/browser/tokens.js';
import { CartActions } from './actions.js';
import { CartSection, CartSectionHeader } from './cart-section.js';
import { OpenCarts } from './carts.js';
import { addCartCommands, PALETTE_COMMANDS } from './commands.js';
import { CartRoot, type ICartServices } from './context.js';
import { acceptDrops } from './drop.js';
import { CartPillWidget } from './pill-widget.js';
import { tellAdded, tellFailure } from './told.js';
import { ICart } from './tokens.js';

const SECTION = 'cart';
/** As in schema/cart.json. */
const TOOLBAR_ITEM = 'datalake-cart';

export const cartPlugin: JupyterFrontEndPlugin<ICart> = {
  id: 'jupyterlab-datalake:cart',
  description: 'DIDs in the metadata of notebooks, and their variables in kernels.',
  autoStart: true,
  provides: ICart,
  requires: [ILake, INotebookTracker],
  optional: [ISidebar, IAvailabilityView, IToolbarWidgetRegistry, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    lake: ILake,
    tracker: INotebookTracker,
    sidebar: ISidebar | null,
    availability: IAvailabilityView | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null
  ): ICart => {
    const { commands } = app;
    const { trans } = lake;
    const carts = new OpenCarts(lake, tracker);
    const actions = new CartActions(lake, carts);
    const services: ICartServices = { lake, carts, actions, commands, availability };
    const reveal = sidebar === null ? null : () => sidebar.reveal(SECTION);
    addCartCommands({ commands, lake, carts, actions, reveal });
    for (const command of PALETTE_COMMANDS) {
      palette?.addItem({ command, category: trans.__('Data Lake') });
    }
    sidebar?.addSection({
      id: SECTION,
      title: trans.__('Cart'),
      rank: 200,
      Body: () => (
        <CartRoot services={services}>
          <CartSection />
        </CartRoot>
      ),
      Header: () => (
        <CartRoot services={services}>
          <CartSectionHeader />
        </CartRoot>
      )
    });
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      TOOLBAR_ITEM,
      panel => new CartPillWidget(services, carts.of(panel))
    );
    const addDropped = async (panel: NotebookPanel, did: IDidArgs) => {
      try {
        const open = carts.of(panel);
        const known = open.cart.items.some(item => item.did === did.did);
        const item = await actions.addTo(open, did);
        tellAdded(commands, item, known, trans);
        return item.variableName;
      } catch (error) {
        tellFailure(error, trans);
        return null;
      }
    };
    tracker.forEach(panel => acceptDrops(panel, addDropped));
    tracker.widgetAdded.connect((_, panel) => acceptDrops(panel, addDropped), services);
    return actions;
  }
};
