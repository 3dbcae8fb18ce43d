import { getCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { fromProblem } from '../../common/contract/problem.js';
import type { IPutOptions } from '../../upload/core/ports.js';
import { Conversation } from './conversation.js';
import type { FromWorker, IWorkerData, Order, WorkerFailure } from './worker-words.js';

/** One thread, and what it is busy with. Holds the process while it is busy, and not longer. */
export class MoverWorker {
  constructor(program: string, givesWay: boolean, onGone: () => void) {
    const workerData: IWorkerData = { authorities: getCACertificates('default'), givesWay };
    // Neither secrets nor anything else of the environment.
    const worker = new Worker(program, { workerData, env: {}, stdin: false });
    worker.unref();
    this._worker = worker;
    this._conversation = new Conversation<WorkerFailure>(
      {
        post: word => worker.postMessage(word),
        hold: busy => (busy ? worker.ref() : worker.unref())
      },
      failure => ('problem' in failure ? fromProblem(failure.problem) : new Error(failure.bug))
    );
    const end = (cause: Error) => {
      onGone();
      this._conversation.end(cause);
    };
    worker.on('message', (word: FromWorker) => this._conversation.hear(word));
    worker.on('error', (error: Error) => end(error));
    worker.on('exit', () => end(new Error('the thread has ended')));
  }

  /** Orders that are not carried out yet. */
  get busy(): number {
    return this._conversation.busy;
  }

  /** After the signal is aborted it still waits until the thread has stopped, for some seconds. */
  ask<T>(
    order: Order,
    options: Pick<IPutOptions, 'pace' | 'onProgress'> | null,
    signal: AbortSignal
  ): Promise<T> {
    return this._conversation.ask<T>(order, options, signal);
  }

  async end(): Promise<void> {
    await this._worker.terminate();
  }

  private readonly _worker: Worker;
  private readonly _conversation: Conversation<WorkerFailure>;
}
