import { toProblem, type Problem } from '../../common/contract/problem.js';
import type { Row } from '../contract.js';
import { RowStore } from './row-store.js';

/** Batches of rows as they arrive. Throws DataLakeError. */
export type RowLoader = (signal: AbortSignal) => AsyncGenerator<readonly Row[], unknown, void>;

/**
 * `limited`: paused at the number of rows where loading pauses by itself; `stopped`: by a person.
 * In both, as in `failed`, what has arrived stays.
 */
export type LoadState = 'idle' | 'loading' | 'complete' | 'limited' | 'stopped' | 'failed';

/** While rows come, who shows them hears of it at most this often, in milliseconds: rows come fifty times a second. */
const TELL_EVERY_MS = 200;

/** Loads one list of rows into a column store, and can stop, go on and try again. */
export class Loading {
  constructor(
    private readonly _loader: RowLoader,
    private readonly _changed: () => void
  ) {}

  get store(): RowStore {
    return this._store;
  }

  get state(): LoadState {
    return this._state;
  }

  /** Why it failed; null while it has not. */
  get problem(): Problem | null {
    return this._problem;
  }

  /** Loads from the start, up to so many rows. What is there stays until as much has come again. */
  start(limit: number): void {
    this._controller?.abort();
    const controller = new AbortController();
    this._controller = controller;
    this._problem = null;
    this._set('loading');
    void this._run(controller.signal, limit);
  }

  stop(): void {
    if (this._state === 'loading') {
      this._controller?.abort();
      this._set('stopped');
    }
  }

  private async _run(signal: AbortSignal, limit: number): Promise<void> {
    const store = new RowStore();
    const adopt = () => {
      if (this._store !== store && store.length >= this._store.length) {
        this._store = store;
      }
    };
    try {
      for await (const rows of this._loader(signal)) {
        if (signal.aborted) {
          return;
        }
        store.append(rows.slice(0, limit - store.length));
        adopt();
        if (store.length >= limit && rows.length > 0) {
          this._controller?.abort();
          this._set('limited');
          return;
        }
        this._tell();
      }
      if (!signal.aborted) {
        this._store = store;
        this._set('complete');
      }
    } catch (error) {
      if (!signal.aborted) {
        adopt();
        this._problem = toProblem(error);
        this._set('failed');
      }
    }
  }

  /** At once, or together with what comes soon after. */
  private _tell(): void {
    if (this._told !== null) {
      this._untold = true;
      return;
    }
    this._changed();
    this._told = setTimeout(() => {
      this._told = null;
      if (this._untold) {
        this._untold = false;
        this._tell();
      }
    }, TELL_EVERY_MS);
  }

  private _set(state: LoadState): void {
    this._state = state;
    if (this._told !== null) {
      clearTimeout(this._told);
    }
    this._told = null;
    this._untold = false;
    this._changed();
  }

  private _state: LoadState = 'idle';
  private _told: ReturnType<typeof setTimeout> | null = null;
  private _untold = false;
  private _problem: Problem | null = null;
  private _store = new RowStore();
  private _controller: AbortController | null = null;
}
