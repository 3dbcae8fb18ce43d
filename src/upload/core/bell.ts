import type { IClock } from '../../common/core/clock.js';

/** Wakes those who look again and again, before it is time. */
export class Bell {
  /** Until it rings, or so long. Rejects with the signal's reason. */
  async wait(clock: IClock, milliseconds: number, signal: AbortSignal): Promise<void> {
    await clock
      .sleep(milliseconds, AbortSignal.any([signal, this._rung.signal]))
      .catch(() => undefined);
    signal.throwIfAborted();
  }

  ring(): void {
    this._rung.abort();
    this._rung = new AbortController();
  }

  private _rung = new AbortController();
}
