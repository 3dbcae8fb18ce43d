/** A thread that moves and hashes bytes, so that the one that answers people does not. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { setDefaultCACertificates } from 'node:tls';
import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type { IChecksums, IStored } from '../../upload/core/ports.js';
import { InlineMover } from './inline-mover.js';
import type { FromWorker, IWorkerData, Order, ToWorker } from './worker-words.js';

/** Progress is told so often. */
const TELL_MS = 250;

interface IRunning {
  controller: AbortController;
  granted: () => void;
}

function serve(port: MessagePort): void {
  const mover = new InlineMover();
  const running = new Map<number, IRunning>();
  const say = (word: FromWorker) => port.postMessage(word);

  function carryOut(
    id: number,
    order: Order,
    { signal }: AbortController
  ): Promise<IChecksums | IStored | null> {
    switch (order.do) {
      case 'put': {
        let told = 0;
        const onProgress = (progress: number) => {
          const now = performance.now();
          if (now - told >= TELL_MS) {
            told = now;
            say({ id, progress });
          }
        };
        const take = (takes: number) =>
          new Promise<void>((resolve, reject) => {
            const mine = running.get(id);
            if (mine === undefined || signal.aborted) {
              reject(signal.reason as Error);
              return;
            }
            mine.granted = resolve;
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
            say({ id, takes });
          });
        const { source, place, md5, paced } = order;
        return mover.put(source, place, { md5, pace: paced ? { take } : null, onProgress }, signal);
      }
      case 'look':
        return mover.look(order.place, order.bytes, signal);
      case 'remove':
        return mover.remove(order.place, signal).then(() => null);
      case 'sums':
        return mover.sums(order.source, order.md5, signal);
    }
  }

  port.on('message', (word: ToWorker) => {
    const { id } = word;
    if ('abort' in word) {
      running.get(id)?.controller.abort();
    } else if ('granted' in word) {
      running.get(id)?.granted();
    } else {
      const controller = new AbortController();
      running.set(id, { controller, granted: () => undefined });
      carryOut(id, word.order, controller)
        .then(
          done => say({ id, done }),
          (error: unknown) =>
            say(
              error instanceof DataLakeError
                ? { id, problem: toProblem(error) }
                : {
                    id,
                    bug: error instanceof Error ? (error.stack ?? error.message) : String(error)
                  }
            )
        )
        .finally(() => running.delete(id));
    }
  });
}

const { authorities, givesWay } = workerData as IWorkerData;
setDefaultCACertificates([...authorities]);
// On Linux it is of this thread alone; elsewhere it would be the whole server's.
if (givesWay && process.platform === 'linux') {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
if (parentPort !== null) {
  serve(parentPort);
}
