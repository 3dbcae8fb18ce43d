import { Signal, type ISignal } from '@lumino/signaling';
import type { IDidArgs } from './tokens.js';

/** The DID that a person has chosen last, in whichever list: what commands without arguments are about. */
export class Selection {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get current(): IDidArgs | null {
    return this._current;
  }

  /** `toggle` unfolds it where it was chosen, or folds it. */
  choose(did: IDidArgs | null, toggle: () => void = () => undefined): void {
    this._toggle = toggle;
    if (did?.did !== this._current?.did || did?.instance !== this._current?.instance) {
      this._current = did;
      this._changed.emit();
    }
  }

  /** Unfolds or folds the chosen row. */
  toggle(): void {
    this._toggle();
  }

  private _toggle: () => void = () => undefined;
  private _current: IDidArgs | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
