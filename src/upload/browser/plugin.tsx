import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ICart } from '../../cart/browser/tokens.js';
import { ILake, ISidebar } from '../../sidebar/browser/tokens.js';
import { Drafts } from './drafts.js';
import { acceptFiles } from './drop.js';
import { LastChoices } from './last-used.js';
import { originOf } from './origin.js';
import { Preferences } from './preferences.js';
import type { IUploadServices } from './services.js';
import { mayTell } from './told-once.js';
import { UploadCommands } from './tokens.js';
import { addUploadCommands } from './upload-commands.js';
import { UploadNews } from './upload-news.js';
import { UploadReader } from './upload-reader.js';
import { UploadRoot } from './upload-root.js';
import { UploadsHeader, UploadsSection } from './uploads-section.js';
import { addWishCommands } from './wish-commands.js';

const PLUGIN_ID = 'jupyterlab-datalake:upload';
const SECTION = 'uploads';

export const uploadPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Uploads files to the data lake, and shows how far they are.',
  autoStart: true,
  requires: [ILake],
  optional: [
    ISidebar,
    IFileBrowserFactory,
    INotebookTracker,
    ICart,
    ICommandPalette,
    ISettingRegistry,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    lake: ILake,
    sidebar: ISidebar | null,
    files: IFileBrowserFactory | null,
    tracker: INotebookTracker | null,
    cart: ICart | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null
  ) => {
    const { commands, serviceManager } = app;
    const { contents } = serviceManager;
    const services: IUploadServices = {
      lake,
      commands,
      reader: new UploadReader(lake),
      last: new LastChoices(state),
      drafts: new Drafts()
    };
    const preferences = new Preferences();
    const news = new UploadNews(services, preferences, state, mayTell);
    addUploadCommands({
      services,
      contents,
      files,
      originOf: instance => originOf(instance, tracker, cart, contents),
      reveal: () => sidebar?.reveal(SECTION),
      onStarted: job => news.expect(job)
    });
    addWishCommands(services);
    for (const command of Object.values(UploadCommands)) {
      palette?.addItem({ command, category: lake.trans.__('Data Lake') });
    }
    if (sidebar !== null) {
      addSection(services, sidebar);
      acceptFiles({
        panel: sidebar.node,
        isTab: element => element.closest(`[data-id="${sidebar.node.id}"]`) !== null,
        open: () => sidebar.reveal(SECTION),
        take: paths => void commands.execute(UploadCommands.upload, { paths })
      });
    }
    // Neither is waited for: uploads work without both.
    void settings?.load(PLUGIN_ID).then(
      loaded => preferences.follow(loaded),
      () => undefined
    );
    void app.restored.then(() => news.restore()).catch(() => undefined);
  }
};

function addSection(services: IUploadServices, sidebar: ISidebar): void {
  sidebar.addSection({
    id: SECTION,
    title: services.lake.trans.__('Uploads'),
    rank: 800,
    folded: true,
    Body: () => (
      <UploadRoot services={services}>
        <UploadsSection />
      </UploadRoot>
    ),
    Header: () => (
      <UploadRoot services={services}>
        <UploadsHeader />
      </UploadRoot>
    )
  });
}
