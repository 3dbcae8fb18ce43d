import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IDetailsTab, IDidDetails } from './tokens.js';

/** The tabs of a DID's details, in the order of their ranks. */
export class DetailsTabs implements IDidDetails {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get all(): readonly IDetailsTab[] {
    return this._tabs;
  }

  addTab(tab: IDetailsTab): IDisposable {
    if (this._tabs.some(({ id }) => id === tab.id)) {
      throw new Error(`There is a tab "${tab.id}" already.`);
    }
    this._tabs = [...this._tabs, tab].sort((a, b) => a.rank - b.rank);
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._tabs = this._tabs.filter(({ id }) => id !== tab.id);
      this._changed.emit();
    });
  }

  private _tabs: readonly IDetailsTab[] = [];
  private readonly _changed = new Signal<this, void>(this);
}
