import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IDidDetails, IRowExtras } from '../../catalogue/browser/tokens.js';
import { ILake, ISidebar } from '../../sidebar/browser/tokens.js';
import { AvailabilityActions } from './actions.js';
import { tellArrivals } from './arrivals.js';
import { AvailabilityRoot } from './availability-root.js';
import { AwaitedDids } from './awaited.js';
import { addAvailabilityCommands, paletteCommands } from './commands.js';
import { Preferences } from './preferences.js';
import { AvailabilityReader } from './reader.js';
import { RulesTab } from './rules-tab.js';
import type { IAvailabilityServices } from './services.js';
import { IAvailabilityView } from './tokens.js';
import { Transfers, TransfersHeader } from './transfers.js';
import { makeAvailabilityView } from './view.js';

const PLUGIN_ID = 'jupyterlab-datalake:availability';
const TRANSFERS = 'transfers';

export const availabilityPlugin: JupyterFrontEndPlugin<IAvailabilityView> = {
  id: PLUGIN_ID,
  description: 'Makes DIDs available on the mounted RSE, and shows how far they are.',
  autoStart: true,
  provides: IAvailabilityView,
  requires: [ILake],
  optional: [ISidebar, IRowExtras, IDidDetails, ICommandPalette, ISettingRegistry, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    lake: ILake,
    sidebar: ISidebar | null,
    rowExtras: IRowExtras | null,
    details: IDidDetails | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ): IAvailabilityView => {
    const { trans } = lake;
    const reader = new AvailabilityReader(lake);
    const awaited = new AwaitedDids(lake, reader, state);
    const preferences = new Preferences();
    const services = { lake, reader, awaited, preferences, commands: app.commands };
    addAvailabilityCommands(services, new AvailabilityActions(lake, reader, awaited));
    for (const command of paletteCommands()) {
      palette?.addItem({ command, category: trans.__('Data Lake') });
    }
    tellArrivals(awaited, preferences, trans, () => sidebar?.reveal(TRANSFERS));
    const view = makeAvailabilityView(services);
    const { State } = view;
    rowExtras?.setState(props => <State {...props} />);
    addParts(services, sidebar, details);
    // Neither is waited for: the panel works without both.
    void settings?.load(PLUGIN_ID).then(
      loaded => preferences.follow(loaded),
      () => undefined
    );
    void app.restored.then(() => awaited.restore()).catch(() => undefined);
    return view;
  }
};

function addParts(
  services: IAvailabilityServices,
  sidebar: ISidebar | null,
  details: IDidDetails | null
): void {
  const { trans } = services.lake;
  sidebar?.addSection({
    id: TRANSFERS,
    title: trans.__('Transfers'),
    rank: 900,
    needsLake: true,
    Body: () => (
      <AvailabilityRoot services={services}>
        <Transfers />
      </AvailabilityRoot>
    ),
    Header: () => (
      <AvailabilityRoot services={services}>
        <TransfersHeader />
      </AvailabilityRoot>
    )
  });
  details?.addTab({
    id: 'rules',
    title: trans.__('Rules'),
    rank: 400,
    Body: ({ did, instance }) => (
      <AvailabilityRoot services={services}>
        <RulesTab did={did} instance={instance} />
      </AvailabilityRoot>
    )
  });
}
