/** Lets so many run at once, the others in the order of their coming. */
export class Few {
  constructor(private _free: number) {}

  /** Rejects with the signal's reason where that is aborted before its turn. */
  async use<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this._free > 0) {
      this._free--;
    } else {
      await new Promise<void>(resolve => this._waiting.push(resolve));
    }
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this._waiting.shift();
      if (next === undefined) {
        this._free++;
      } else {
        next();
      }
    }
  }

  private readonly _waiting: (() => void)[] = [];
}
