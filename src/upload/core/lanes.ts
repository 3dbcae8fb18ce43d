/** Lets so many run at once, the others in the order of their coming. */
export class Lanes {
  constructor(private _free: number) {}

  /** Rejects with the signal's reason where that is aborted before its turn. */
  async use<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this._free > 0) {
      this._free--;
    } else {
      await this._turn(signal);
    }
    try {
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

  private _turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this._waiting = this._waiting.filter(other => other !== go);
        reject(signal.reason as Error);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this._waiting.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  private _waiting: (() => void)[] = [];
}
