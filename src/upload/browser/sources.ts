import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ISource } from './form.js';

/** The drive of real-time collaboration shows the same files as the default one. */
const SAME_FILES: ReadonlySet<string> = new Set(['', 'RTC']);

type Manager = Pick<Contents.IManager, 'driveName' | 'localPath' | 'get'>;

/** What is chosen in the file browser that was used last, as paths of JupyterLab's contents. */
export function chosenPaths(factory: IFileBrowserFactory | null): string[] {
  const browser = factory?.tracker.currentWidget ?? null;
  return browser === null ? [] : [...browser.selectedItems()].map(({ path }) => path);
}

/**
 * Paths of JupyterLab's contents as the server knows them, below its root folder. Throws `bad-request` for
 * what does not lie on the server's disk, and what the contents say of one that is not there.
 */
export async function sourcesOf(
  paths: readonly string[],
  contents: Manager,
  trans: TranslationBundle
): Promise<ISource[]> {
  const foreign = paths.find(path => !SAME_FILES.has(contents.driveName(path)));
  if (foreign !== undefined) {
    throw new DataLakeError(
      'bad-request',
      trans.__('%1 is not on this server’s disk: copy it there first.', foreign)
    );
  }
  return Promise.all(
    paths.map(async path => {
      const { type } = await contents.get(path, { content: false });
      return { path: contents.localPath(path), isFolder: type === 'directory' };
    })
  );
}
