import type { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { ICart } from '../../cart/browser/tokens.js';
import type { IOrigin } from './form.js';

/** As the server knows it: at most so many are said (contract). */
const MOST_INPUTS = 2000;

/** The notebook that is active, its kernel, and what of this instance is in its cart. */
export function originOf(
  instance: string,
  tracker: INotebookTracker | null,
  cart: ICart | null,
  contents: Pick<Contents.IManager, 'localPath'>
): IOrigin {
  const panel = tracker?.currentWidget ?? null;
  if (panel === null) {
    return { notebook: null, kernel: null, inputs: [] };
  }
  const { path, sessionContext } = panel.context;
  const inputs = (cart?.items ?? [])
    .filter(item => item.instance === instance)
    .map(({ did }) => did);
  return {
    notebook: contents.localPath(path),
    kernel: sessionContext.session?.kernel?.name ?? null,
    inputs: [...new Set(inputs)].slice(0, MOST_INPUTS)
  };
}
