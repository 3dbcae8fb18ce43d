import { Worker } from 'node:worker_threads';
import type { IKeeper } from './contestants.ts';

/** What a reader in a loop has found in one keeper's files. */
export interface IWatched {
  looks: number;
  empty: number;
  /** Neither empty nor a whole token. */
  torn: number;
  missing: number;
  /** Other tokens than before, in both files. */
  changes: number;
  /** All modes seen, e.g. 0o600. */
  modes: number[];
}

/** Reads the files again and again, about ten thousand times a second, until the answer is called. */
export function watchFiles({ files }: Pick<IKeeper, 'files'>): () => Promise<IWatched> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./watcher-thread.ts', import.meta.url), {
    workerData: { files: [files.storage, files.rucio], flag }
  });
  const found = new Promise<IWatched>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return () => {
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    return found;
  };
}
