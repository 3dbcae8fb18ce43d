/** Below what Chromium (33.5 million), Firefox (17.8) and Safari lay out. */
export const TALLEST = 15_000_000;

/**
 * Maps a list that is taller than any element may be on one that is not. Offsets are of the whole
 * list; tops are of the element. Below `TALLEST` both are the same.
 */
export class ScaledScroll {
  /** The height of the whole list and of the window on it. Keeps the offset. */
  resize(total: number, view: number): void {
    this._total = total;
    this._view = view;
  }

  /** How high the element of a list of this height is to be. */
  static heightOf(total: number): number {
    return Math.min(total, TALLEST);
  }

  get scaled(): boolean {
    return this._total > TALLEST;
  }

  /** The offset that this scroll position stands for; the exact one, if it was set from here. */
  offsetOf(top: number): number {
    if (!this.scaled) {
      return top;
    }
    return Math.abs(top - this._top) < 1 ? this._offset : top * this._ratio;
  }

  /** Where to scroll to, to be at this offset. */
  topOf(offset: number): number {
    const most = Math.max(0, this._total - this._view);
    this._offset = Math.max(0, Math.min(most, offset));
    this._top = this.scaled ? this._offset / this._ratio : this._offset;
    return this._top;
  }

  private get _ratio(): number {
    return (this._total - this._view) / (ScaledScroll.heightOf(this._total) - this._view);
  }

  private _total = 0;
  private _view = 0;
  private _offset = 0;
  private _top = -1;
}
