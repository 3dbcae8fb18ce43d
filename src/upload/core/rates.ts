/** The last so many milliseconds count. */
const WINDOW_MS = 15_000;

/** How fast a number grows, from what was seen of it lately. */
export class Rate {
  /** `at` in milliseconds. */
  seen(at: number, value: number): void {
    this._seen.push([at, value]);
    while (this._seen.length > 2 && this._seen[1][0] < at - WINDOW_MS) {
      this._seen.shift();
    }
  }

  /** null: it does not move, or too little was seen. */
  perSecond(at: number): number | null {
    const first = this._seen.at(0);
    const last = this._seen.at(-1);
    if (first === undefined || last === undefined || last[0] < at - WINDOW_MS) {
      return null;
    }
    const rate = ((last[1] - first[1]) / (at - first[0])) * 1000;
    return rate > 0 && Number.isFinite(rate) ? rate : null;
  }

  private readonly _seen: [number, number][] = [];
}
