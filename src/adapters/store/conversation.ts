import { DataLakeError } from '../../common/contract/problem.js';
import type { IPutOptions } from '../../upload/core/ports.js';

/** How a helper is spoken to. */
export interface ILink {
  post(word: object): void;
  /** Whether the process has to stay for it. */
  hold(busy: boolean): void;
}

/** What every helper says, whatever else: `takes`: it waits until so many bytes are granted. */
export type Said =
  { id: number; progress: number } | { id: number; takes: number } | { id: number; done: unknown };

interface IWaiting {
  resolve: (done: unknown) => void;
  reject: (error: Error) => void;
  options: Pick<IPutOptions, 'pace' | 'onProgress'> | null;
  signal: AbortSignal;
}

const PATIENCE_MS = 5000;

/** Orders to one helper, a thread or a process, and what comes back. */
export class Conversation<Failure extends { id: number }> {
  constructor(
    private readonly _link: ILink,
    private readonly _translate: (failure: Failure) => Error
  ) {}

  /** Orders that are not carried out yet. */
  get busy(): number {
    return this._waiting.size;
  }

  /** After the signal is aborted it still waits until the helper has stopped, for some seconds. */
  ask<T>(order: object, options: IWaiting['options'], signal: AbortSignal): Promise<T> {
    if (signal.aborted) {
      return Promise.reject(cancelled(signal));
    }
    const id = ++this._id;
    return new Promise<unknown>((resolve, reject) => {
      let patience: NodeJS.Timeout | undefined;
      const stop = () => {
        this._link.post({ id, abort: true });
        // A folder that does not answer may hold the helper for ever.
        patience = setTimeout(() => this._waiting.get(id)?.reject(cancelled(signal)), PATIENCE_MS);
      };
      const leave =
        <A>(settle: (value: A) => void) =>
        (value: A) => {
          signal.removeEventListener('abort', stop);
          clearTimeout(patience);
          this._waiting.delete(id);
          this._link.hold(this._waiting.size > 0);
          settle(value);
        };
      signal.addEventListener('abort', stop);
      this._link.hold(true);
      this._waiting.set(id, { resolve: leave(resolve), reject: leave(reject), options, signal });
      this._link.post({ id, order });
    }) as Promise<T>;
  }

  hear(word: Said | Failure): void {
    const waiting = this._waiting.get(word.id);
    if (waiting === undefined) {
      return;
    }
    const { resolve, reject, options, signal } = waiting;
    if ('progress' in word) {
      options?.onProgress(word.progress);
    } else if ('takes' in word) {
      const granted = () => this._link.post({ id: word.id, granted: true });
      // What it rejects with when the signal is aborted, the helper hears by itself.
      options?.pace?.take(word.takes, signal).then(granted, () => undefined);
    } else if (signal.aborted) {
      reject(cancelled(signal));
    } else if ('done' in word) {
      resolve(word.done);
    } else {
      reject(this._translate(word));
    }
  }

  /** The helper is gone. */
  end(cause: Error): void {
    [...this._waiting.values()].forEach(({ reject, signal }) =>
      reject(
        signal.aborted
          ? cancelled(signal)
          : new DataLakeError('store-failed', 'The transfer was broken off.', { cause })
      )
    );
  }

  private readonly _waiting = new Map<number, IWaiting>();
  private _id = 0;
}

const cancelled = ({ reason }: AbortSignal) =>
  new DataLakeError('cancelled', 'Cancelled.', { cause: reason });
