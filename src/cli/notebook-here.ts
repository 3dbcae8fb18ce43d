import { readFileSync } from 'node:fs';
import { shownPath } from '../upload/core/planning.js';

/** The notebook in whose kernel this runs, which Jupyter tells its kernels; its path below Jupyter's root folder. */
export function notebookHere(
  { JPY_SESSION_NAME: path }: NodeJS.ProcessEnv,
  rootDir: string
): { path: string; text: string } | null {
  if (path === undefined || !path.endsWith('.ipynb')) {
    return null;
  }
  const shown = shownPath(path, rootDir === '' ? null : rootDir);
  try {
    return { path: shown, text: readFileSync(path, 'utf8') };
  } catch {
    // It was moved meanwhile, or is on another machine than its kernel.
    return { path: shown, text: '' };
  }
}
