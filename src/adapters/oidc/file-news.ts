import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { IClock } from '../../common/core/clock.js';

/** Who writes a file in pieces has the time for it. */
const CALM_MS = 100;
/** File systems that tell nothing, such as those of a network, and files behind links are looked at this often. */
const LOOK_MS = 10_000;

/**
 * Calls back when the text of a file becomes another one, also by a file put in its place, until the signal
 * is aborted. Its folder need not be there yet. A file that is gone, or empty, is no news. Resolves when it has
 * looked for the first time: what is written from then on is news.
 */
export function watchText(
  path: string,
  clock: IClock,
  listener: () => void,
  signal: AbortSignal
): Promise<void> {
  let known: string | null = null;
  let watcher: FSWatcher | null = null;
  let isWaiting = false;

  const look = async () => {
    const text = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (signal.aborted || text === '' || text === known) {
      return;
    }
    const isNews = known !== null;
    known = text;
    if (isNews) {
      listener();
    }
  };
  const stir = () => {
    if (!isWaiting) {
      isWaiting = true;
      const ready = clock.sleep(CALM_MS, signal).then(() => (isWaiting = false));
      ready.then(look, () => {});
    }
  };
  /** Anew each time: the folder may be another one by now. */
  const arm = () => {
    watcher?.close();
    try {
      watcher = watch(dirname(path), { persistent: false }, stir);
      watcher.on('error', () => {});
    } catch {
      watcher = null;
    }
  };
  const keepLooking = async (looked: () => void) => {
    while (!signal.aborted) {
      arm();
      await look();
      known ??= '';
      looked();
      await clock.sleep(LOOK_MS, signal).catch(() => {});
    }
    watcher?.close();
    looked();
  };
  return new Promise(resolve => void keepLooking(resolve));
}
