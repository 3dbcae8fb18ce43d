import type { IStateDB } from '@jupyterlab/statedb';
import { Signal, type ISignal } from '@lumino/signaling';
import * as z from 'zod';

const KEY = 'jupyterlab-datalake:searches';
const MOST = 20;
const Saved = z.object({ searches: z.array(z.string().max(1000)).max(MOST) });

/** The searches of late, the newest first, kept where JupyterLab keeps its own state. */
export class SearchHistory {
  constructor(private readonly _state: IStateDB | null) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get searches(): readonly string[] {
    return this._searches;
  }

  /** Reads what was kept. Something else under the key is taken for nothing. */
  async restore(): Promise<void> {
    const saved = Saved.safeParse(await this._state?.fetch(KEY));
    if (saved.success) {
      const { searches } = saved.data;
      this._searches = [...new Set([...this._searches, ...searches])].slice(0, MOST);
      this._changed.emit();
    }
  }

  add(search: string): void {
    this._set([search, ...this._searches.filter(one => one !== search)].slice(0, MOST));
  }

  clear(): void {
    this._set([]);
  }

  private _set(searches: string[]): void {
    this._searches = searches;
    this._changed.emit();
    // A state that cannot be kept costs the history of this window, nothing else.
    void this._state?.save(KEY, { searches }).catch(() => undefined);
  }

  private _searches: readonly string[] = [];
  private readonly _changed = new Signal<this, void>(this);
}
