import { Signal, type ISignal } from '@lumino/signaling';
import type { ComponentType } from 'react';
import type { IDidArgs, IRowExtras } from './tokens.js';

/** What other slices show in the rows. */
export class RowExtras implements IRowExtras {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get State(): ComponentType<IDidArgs> | null {
    return this._state;
  }

  setState(State: ComponentType<IDidArgs>): void {
    this._state = State;
    this._changed.emit();
  }

  private _state: ComponentType<IDidArgs> | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
