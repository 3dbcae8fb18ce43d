import type { IClock } from '../../common/core/clock.js';
import type { IChecksums, IPutOptions, ISource, IStored } from '../../upload/core/ports.js';
import type { IMover, Place } from './mover.js';
import { MoverWorker } from './mover-worker.js';
import type { Order } from './worker-words.js';

export interface IThreadsMoverOptions {
  /** worker-main.ts, bundled. */
  program: string;
  clock: IClock;
  /** They run at a lower priority than all else. */
  givesWay?: boolean;
  /** Threads for large files. */
  most?: number;
  idleMs?: number;
}

/** What is larger has a thread of its own. */
const LARGE = 8 << 20;
const MOST = 4;
const IDLE_MS = 30_000;

/**
 * Moves and hashes bytes in threads: one for all that is small, with connections that it keeps, and one for each
 * large file. They are started when they are needed and ended when nothing was for a while.
 */
export class ThreadsMover implements IMover {
  constructor(private readonly _options: IThreadsMoverOptions) {}

  put(
    source: ISource,
    place: Place,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    const { md5, pace } = options;
    const order: Order = { do: 'put', source, place, md5, paced: pace !== null };
    return this._ask(order, source.bytes > LARGE, options, signal);
  }

  look(place: Place, bytes: number, signal: AbortSignal): Promise<IStored | null> {
    // A server reads its file itself, a folder's is read here.
    const large = place.kind === 'folder' && bytes > LARGE;
    return this._ask({ do: 'look', place, bytes }, large, null, signal);
  }

  async remove(place: Place, signal: AbortSignal): Promise<void> {
    await this._ask({ do: 'remove', place }, false, null, signal);
  }

  sums(source: ISource, md5: boolean, signal: AbortSignal): Promise<IChecksums> {
    return this._ask({ do: 'sums', source, md5 }, source.bytes > LARGE, null, signal);
  }

  async dispose(): Promise<void> {
    this._disposed = true;
    this._idle?.abort();
    await Promise.all([...this._large, ...this._small].map(worker => worker.end()));
  }

  private async _ask<T>(
    order: Order,
    large: boolean,
    options: Pick<IPutOptions, 'pace' | 'onProgress'> | null,
    signal: AbortSignal
  ): Promise<T> {
    this._idle?.abort();
    try {
      return await (large ? this._forLarge() : this._forSmall()).ask<T>(order, options, signal);
    } finally {
      this._rest();
    }
  }

  private _forSmall(): MoverWorker {
    const [known] = this._small;
    return known ?? this._start(this._small);
  }

  private _forLarge(): MoverWorker {
    const { most = MOST } = this._options;
    const workers = [...this._large].toSorted((a, b) => a.busy - b.busy);
    const [first] = workers;
    return first !== undefined && (first.busy === 0 || workers.length >= most)
      ? first
      : this._start(this._large);
  }

  private _start(among: Set<MoverWorker>): MoverWorker {
    if (this._disposed) {
      throw new Error('it was disposed of');
    }
    const { program, givesWay = false } = this._options;
    const worker = new MoverWorker(program, givesWay, () => among.delete(worker));
    among.add(worker);
    return worker;
  }

  /** Ends the threads when nothing was asked of them for a while. */
  private _rest(): void {
    const workers = [...this._large, ...this._small];
    if (this._disposed || workers.some(({ busy }) => busy > 0)) {
      return;
    }
    const { clock, idleMs = IDLE_MS } = this._options;
    this._idle?.abort();
    this._idle = new AbortController();
    clock.sleep(idleMs, this._idle.signal).then(
      () => {
        [this._large, this._small].forEach(set => set.clear());
        void Promise.all(workers.map(worker => worker.end()));
      },
      () => undefined
    );
  }

  private readonly _small = new Set<MoverWorker>();
  private readonly _large = new Set<MoverWorker>();
  private _idle: AbortController | null = null;
  private _disposed = false;
}
