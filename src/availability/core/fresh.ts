import type { IClock } from '../../common/core/clock.js';

/** Answers kept for a while by key. How old one may be is said by who asks, not by who kept it. */
export class Fresh<T> {
  constructor(
    private readonly _clock: IClock,
    private readonly _capacity = 20_000
  ) {}

  get(key: string, maxAgeMs: number): T | undefined {
    const kept = this._kept.get(key);
    return kept !== undefined && this._clock.now() - kept.at <= maxAgeMs ? kept.value : undefined;
  }

  /** However old it is. */
  last(key: string): T | undefined {
    return this._kept.get(key)?.value;
  }

  set(key: string, value: T): void {
    this._kept.delete(key);
    this._kept.set(key, { value, at: this._clock.now() });
    for (const oldest of this._kept.keys()) {
      if (this._kept.size <= this._capacity) {
        break;
      }
      this._kept.delete(oldest);
    }
  }

  delete(key: string): void {
    this._kept.delete(key);
  }

  /** Those that are not fresh enough. */
  stale(keys: readonly string[], maxAgeMs: number): string[] {
    return keys.filter(key => this.get(key, maxAgeMs) === undefined);
  }

  private readonly _kept = new Map<string, { value: T; at: number }>();
}
