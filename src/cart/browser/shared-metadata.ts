import type { YNotebook } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';

/** The shared document behind a notebook, which merges what several people do. */
export type SharedNotebook = INotebookModel['sharedModel'];

/**
 * Deletes one key of a notebook's metadata. `deleteMetadata` of @jupyter/ydoc 4 clears the whole map
 * and writes all other keys again, which undoes what somebody else has changed meanwhile.
 */
export function deleteKey(notebook: SharedNotebook, key: string): void {
  const map: unknown = (notebook as Partial<YNotebook>).ymeta?.get('metadata');
  if (isMap(map)) {
    notebook.transact(() => map.delete(key));
  } else {
    notebook.deleteMetadata(key);
  }
}

function isMap(value: unknown): value is { delete(key: string): void } {
  return typeof value === 'object' && value !== null && 'delete' in value;
}
