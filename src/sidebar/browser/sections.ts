import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { ISection } from './tokens.js';

/** The sections that features have added, in the order of their ranks, and which are folded. */
export class Sections {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get all(): readonly ISection[] {
    return this._sections;
  }

  add(section: ISection): IDisposable {
    if (this._sections.some(({ id }) => id === section.id)) {
      throw new Error(`There is a section "${section.id}" already.`);
    }
    if (section.folded === true) {
      this._folded.add(section.id);
    }
    this._sections = [...this._sections, section].sort((a, b) => a.rank - b.rank);
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._sections = this._sections.filter(({ id }) => id !== section.id);
      this._changed.emit();
    });
  }

  isFolded(id: string): boolean {
    return this._folded.has(id);
  }

  fold(id: string, folded: boolean): void {
    if (folded === this._folded.has(id)) {
      return;
    }
    if (folded) {
      this._folded.add(id);
    } else {
      this._folded.delete(id);
    }
    this._changed.emit();
  }

  private _sections: readonly ISection[] = [];
  private readonly _folded = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}
