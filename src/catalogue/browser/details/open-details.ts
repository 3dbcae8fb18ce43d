import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { CatalogueCommands } from '../commands.js';
import type { ICatalogue } from '../context.js';
import type { DetailsTabs } from '../details-tabs.js';
import { toJson } from '../did-args.js';
import type { IDidArgs } from '../tokens.js';
import { detailsId, DetailsWidget } from './details-widget.js';

/** Answers what opens the details of a DID in a tab of the main area, or shows the tab that it has. */
export function detailsOpener(
  app: JupyterFrontEnd,
  tabs: DetailsTabs,
  catalogue: ICatalogue,
  restorer: ILayoutRestorer | null
): (did: IDidArgs) => void {
  const tracker = new WidgetTracker<MainAreaWidget<DetailsWidget>>({
    namespace: 'jupyterlab-datalake-details'
  });
  void restorer?.restore(tracker, {
    command: CatalogueCommands.openDetails,
    args: ({ content }) => toJson(content.did),
    name: ({ content }) => detailsId(content.did)
  });
  return did => {
    const id = detailsId(did);
    const open = tracker.find(widget => widget.id === id);
    if (open === undefined) {
      const content = new DetailsWidget(did, tabs, catalogue);
      const widget = new MainAreaWidget({ content });
      widget.id = id;
      void tracker.add(widget);
      app.shell.add(widget, 'main', { type: 'Data Lake' });
    }
    app.shell.activateById(id);
  };
}
