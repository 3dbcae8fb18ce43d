import { Worker } from 'node:worker_threads';
import type { IServerUnderTest } from './server-under-test.ts';

/**
 * Asks GET /api/status at a steady pace, whether or not the last answer has come: who waits is counted, too. In a thread
 * of its own, which nothing else of the benchmark holds up. Until the answer is called: milliseconds of each.
 */
export function probe({ url, headers }: IServerUnderTest): () => Promise<number[]> {
  const worker = new Worker(new URL('./prober-thread.ts', import.meta.url), {
    workerData: { url, headers }
  });
  const found = new Promise<number[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return () => {
    worker.postMessage('enough');
    return found;
  };
}
