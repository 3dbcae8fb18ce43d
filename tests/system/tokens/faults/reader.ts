import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What a reader of a home has seen. */
export interface ISeen {
  /** Token files that were empty, or not whole. */
  torn: string[];
  /** Files of any kind that others may read. */
  wide: string[];
  /** Reads of a token file that had been there. */
  gone: number;
}

/** Looks at all files of a home in a tight loop, from a thread of its own, as nobody we know could do it faster. */
export class Reader {
  constructor(home: string) {
    this._thread = new Worker(join(import.meta.dirname, 'reader-thread.ts'), {
      workerData: { home, stop: this._stop, looks: this._looks },
      execArgv: []
    });
  }

  /** How often it has looked so far. */
  get looks(): number {
    return Atomics.load(this._looks, 0);
  }

  async stop(): Promise<ISeen> {
    Atomics.store(this._stop, 0, 1);
    const [seen] = (await once(this._thread, 'message')) as [ISeen];
    return seen;
  }

  private readonly _stop = new Int32Array(new SharedArrayBuffer(4));
  private readonly _looks = new Int32Array(new SharedArrayBuffer(4));
  private readonly _thread: Worker;
}
