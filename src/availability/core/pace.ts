import type { AvailabilityState } from '../contract.js';
import type { IClock } from '../../common/core/clock.js';

interface ITrip {
  startedAt: number;
  startBytes: number;
  bytes: number;
  at: number;
}

const REMEMBERED_MS = 3_600_000;
const REMEMBERED = 50;

/** How fast data comes: of a DID on its way, and of what came lately. */
export class Pace {
  constructor(private readonly _clock: IClock) {}

  /** Takes note of how far it is, and answers how many seconds it may still take; null: no idea yet. */
  eta(
    did: string,
    state: AvailabilityState,
    bytes: { total: number; available: number }
  ): number | null {
    const now = this._clock.now();
    const trip = this._trips.get(did);
    if (state !== 'REPLICATING') {
      if (trip !== undefined && state === 'AVAILABLE') {
        this._arrived.push({
          bytes: bytes.total - trip.startBytes,
          ms: now - trip.startedAt,
          at: now
        });
        this._arrived = this._arrived.slice(-REMEMBERED);
      }
      this._trips.delete(did);
      return null;
    }
    if (trip === undefined) {
      const { available } = bytes;
      this._trips.set(did, { startedAt: now, startBytes: available, bytes: available, at: now });
      return null;
    }
    if (bytes.available !== trip.bytes) {
      trip.bytes = bytes.available;
      trip.at = now;
    }
    const come = trip.bytes - trip.startBytes;
    const took = trip.at - trip.startedAt;
    return come <= 0 || took <= 0
      ? null
      : Math.max(1, Math.round(((bytes.total - trip.bytes) * took) / come / 1000));
  }

  /** Bytes a second of what came in the last hour; null: nothing did. */
  get bytesPerSecond(): number | null {
    const since = this._clock.now() - REMEMBERED_MS;
    const recent = this._arrived.filter(({ at, bytes, ms }) => at >= since && bytes > 0 && ms > 0);
    const ms = recent.reduce((sum, trip) => sum + trip.ms, 0);
    return ms === 0 ? null : (recent.reduce((sum, trip) => sum + trip.bytes, 0) / ms) * 1000;
  }

  private readonly _trips = new Map<string, ITrip>();
  private _arrived: { bytes: number; ms: number; at: number }[] = [];
}
