import { CommandRegistry } from '@lumino/commands';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { LakeRoot } from '../../../common/browser/lake-root.js';
import { browserLake } from '../../../testing/browser-lake.js';
import { CatalogueModel } from '../../browser/catalogue-model.js';
import { CatalogueView } from '../../browser/catalogue-view.js';
import { CatalogueCommands } from '../../browser/commands.js';
import { CatalogueContext, type ICatalogue } from '../../browser/context.js';
import { SearchHistory } from '../../browser/history.js';
import { RowExtras } from '../../browser/row-extras.js';
import { Selection } from '../../browser/selection.js';
import { CatalogueSettings } from '../../browser/settings.js';

type Answers = Parameters<typeof browserLake>[0];

/** The parts of the catalogue on a stand-in for the server. */
export function catalogueOn(answers: Answers = {}) {
  const server = browserLake({
    '/scopes': () => ({ scopes: ['obs', 'sun', 'user.alice'], own: ['user.alice'] }),
    ...answers
  });
  const executed: [string, unknown][] = [];
  const commands = new CommandRegistry();
  const register = (id: string) =>
    commands.addCommand(id, { execute: args => void executed.push([id, args]) });
  register(CatalogueCommands.openDetails);
  const settings = new CatalogueSettings();
  const history = new SearchHistory(null);
  const model = new CatalogueModel(server.lake, settings, history);
  const extras = new RowExtras();
  const selection = new Selection();
  const catalogue: ICatalogue = { lake: server.lake, commands, extras, selection, settings };
  const within = (children: ReactNode) => (
    <LakeRoot lake={server.lake}>
      <CatalogueContext.Provider value={catalogue}>{children}</CatalogueContext.Provider>
    </LakeRoot>
  );
  return {
    ...server,
    ...catalogue,
    catalogue,
    model,
    history,
    executed,
    register,
    within,
    show: () => render(within(<CatalogueView model={model} />))
  };
}
