import type { IClock } from '../../common/core/clock.js';
import type { IPace } from './ports.js';

/** So much may go out at once after a silence. */
const BURST_S = 0.25;

/** Bytes a second, shared by all who take from it: a token bucket. */
export class Bandwidth implements IPace {
  constructor(
    private readonly _bytesPerSecond: number,
    private readonly _clock: IClock
  ) {
    this._freeAt = _clock.elapsed();
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this._clock.elapsed();
    const begins = Math.max(this._freeAt, now - BURST_S * 1000);
    this._freeAt = begins + (bytes / this._bytesPerSecond) * 1000;
    if (this._freeAt > now) {
      await this._clock.sleep(this._freeAt - now, signal);
    }
  }

  /** When the last byte that was taken has gone, by the clock's elapsed time. */
  private _freeAt: number;
}
