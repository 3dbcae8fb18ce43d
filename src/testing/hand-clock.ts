import type { IClock } from '../common/core/clock.js';

interface ISleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until it is moved. */
export class HandClock implements IClock {
  constructor(private _now = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this._now;
  }

  elapsed(): number {
    return this._now - this._jumped;
  }

  /** Somebody sets the clock, or the machine sleeps for so long. */
  jump(milliseconds: number): void {
    this._now += milliseconds;
    this._jumped += milliseconds;
    for (const sleeper of this._sleepers) {
      sleeper.at += milliseconds;
    }
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const leave = () => {
        this._sleepers = this._sleepers.filter(other => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { at: this._now + milliseconds, wake };
      this._sleepers.push(sleeper);
      signal?.addEventListener('abort', leave);
    });
  }

  /** Moves on, waking sleepers in order and letting what they do run. */
  async advance(milliseconds: number): Promise<void> {
    const end = this._now + milliseconds;
    await settle();
    for (;;) {
      const [next] = this._sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) {
        break;
      }
      this._now = Math.max(this._now, next.at);
      this._sleepers = this._sleepers.filter(other => other !== next);
      next.wake();
      await settle();
    }
    this._now = end;
  }

  get sleeping(): number {
    return this._sleepers.length;
  }

  private _jumped = 0;
  private _sleepers: ISleeper[] = [];
}

/** Lets promises that are ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}
