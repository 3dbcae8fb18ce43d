import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import {
  availabilityKey,
  EVERYTHING,
  parseAvailabilityKey,
  SESSION_KEY,
  type LakeEvent
} from '../../common/contract/events.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { Availability } from '../contract.js';
import { AvailabilityBatch } from './batch.js';

/** What the keys of availability in the query cache begin with. */
export const AVAILABILITY = 'availability';

/** Where the availability of a DID stands in the query cache. */
export function availabilityQueryKey(instance: string, did: string) {
  return [AVAILABILITY, instance, did] as const;
}

/**
 * Keeps availabilities in the query cache as new as the server's news: an event has only its own DID
 * read again, `*` has everything that is shown read again. What nobody watches is asked anew when it
 * is next shown. An answer never takes the place of a newer one.
 */
export class AvailabilityReader implements IDisposable {
  constructor(private readonly _lake: ILake) {
    this._batch = new AvailabilityBatch(_lake.settings);
    _lake.events.received.connect(this._onEvent, this);
  }

  /** The query of one DID. Watch it as well, or it grows old. */
  query(instance: string, did: string) {
    return {
      queryKey: availabilityQueryKey(instance, did),
      queryFn: ({ signal }: { signal: AbortSignal }) => this._read(instance, did, signal),
      // It is as new as the news while it is watched, and marked stale when that ends.
      staleTime: Infinity,
      retry: false
    };
  }

  /** Has the server tell of changes. The end takes effect a tick later: whoever watches more now loses nothing. */
  watch(instance: string, dids: readonly string[]): IDisposable {
    const keys = dids.map(did => availabilityKey(instance, did));
    for (const key of keys) {
      this._watching.set(key, (this._watching.get(key) ?? 0) + 1);
    }
    const told = this._lake.events.watch(keys);
    return new DisposableDelegate(() => {
      setTimeout(() => {
        told.dispose();
        for (const key of keys) {
          this._release(key);
        }
      });
    });
  }

  /** Reads again what is shown of these DIDs, e.g. after something was asked for. */
  refresh(instance: string, dids: readonly string[]): void {
    for (const did of dids) {
      this._again(instance, did);
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _read(instance: string, did: string, signal: AbortSignal): Promise<Availability> {
    const key = availabilityKey(instance, did);
    for (;;) {
      const sent = () => this._outdated.delete(key);
      let answer: Availability;
      try {
        answer = this._newest(key, await this._batch.ask(instance, did, signal, sent));
      } catch (error) {
        if (this._outdated.has(key) && !signal.aborted) {
          continue;
        }
        throw error;
      }
      const wanted = this._outdated.get(key);
      if (wanted === undefined || answer.version >= wanted) {
        return answer;
      }
      // News came while this answer was on its way: show it, and ask once more.
      this._lake.queries.setQueryData(availabilityQueryKey(instance, did), answer);
    }
  }

  private _newest(key: string, answer: Availability): Availability {
    const known = this._newestKnown.get(key);
    if (known !== undefined && known.version > answer.version) {
      return known;
    }
    this._newestKnown.set(key, answer);
    return answer;
  }

  private _onEvent(_: unknown, { key, version }: LakeEvent): void {
    if (key === EVERYTHING || key === SESSION_KEY) {
      // Versions are of the server's life: after a restart they begin anew.
      this._newestKnown.clear();
      for (const query of this._lake.queries.getQueryCache().findAll({
        queryKey: [AVAILABILITY]
      })) {
        const [, instance, did] = query.queryKey as readonly string[];
        this._again(instance, did);
      }
      return;
    }
    const of = parseAvailabilityKey(key);
    const known = this._newestKnown.get(key)?.version ?? -1;
    if (of !== null && (version === undefined || version > known)) {
      this._again(of.instance, of.did, version);
    }
  }

  private _again(instance: string, did: string, version = Infinity): void {
    const { queries } = this._lake;
    const queryKey = availabilityQueryKey(instance, did);
    if (queries.getQueryState(queryKey)?.fetchStatus === 'fetching') {
      const key = availabilityKey(instance, did);
      this._outdated.set(key, Math.max(version, this._outdated.get(key) ?? 0));
    } else {
      void queries.invalidateQueries({ queryKey, exact: true });
    }
  }

  private _release(key: string): void {
    const left = (this._watching.get(key) ?? 1) - 1;
    if (left > 0) {
      this._watching.set(key, left);
      return;
    }
    this._watching.delete(key);
    this._newestKnown.delete(key);
    const of = parseAvailabilityKey(key);
    if (of !== null) {
      void this._lake.queries.invalidateQueries({
        queryKey: availabilityQueryKey(of.instance, of.did),
        exact: true,
        refetchType: 'none'
      });
    }
  }

  private _isDisposed = false;
  private readonly _batch: AvailabilityBatch;
  private readonly _watching = new Map<string, number>();
  private readonly _newestKnown = new Map<string, Availability>();
  /** Reads under way that are old already, with the version that is wanted. */
  private readonly _outdated = new Map<string, number>();
}
