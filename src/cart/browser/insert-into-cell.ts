import type { Notebook } from '@jupyterlab/notebook';

/** Writes text where the cursor of the active cell is, in place of what is selected there. */
export function insertIntoCell(notebook: Notebook, text: string): void {
  const editor = notebook.activeCell?.editor ?? null;
  if (editor === null || notebook.model?.readOnly === true) {
    return;
  }
  editor.replaceSelection?.(text);
  notebook.mode = 'edit';
  editor.focus();
}
