import { formatDid } from '../../common/contract/did.js';
import type { IClock } from '../../common/core/clock.js';
import type { IPlaced, MountedStore } from './mounted-store.js';
import type { IContents, IDidInfo, IFileEntry } from './ports.js';

/** What looking at a DID's paths has come to. */
export interface IPathReport {
  total: number;
  checked: number;
  missing: number;
  /** In words, with the path. */
  firstMissing: { path: string; why: string } | null;
}

interface IKept {
  report: IPathReport;
  at: number;
  missing: Map<string, IPlaced>;
  /** Some that were there, to look at again. */
  some: readonly IPlaced[];
}

/** Up to so many files, every path is looked at. */
export const ALL_UP_TO = 1000;
const SAMPLE = 200;
const AGAIN_MS = 60_000;
const MISSING_AGAIN_MS = 1500;
const AGAIN = 20;
const KEEP_MISSING = 1000;
const BATCH = 100;
/** Between two batches of a check in the background: 250 paths a second. */
const PAUSE_MS = 400;

/**
 * Looks whether the paths of a complete DID are there, as long as catalogued. Of a large one 200 at
 * random at once, and the others in the background, one DID at a time.
 */
export class PathCheck {
  constructor(
    private readonly _contents: IContents,
    private readonly _clock: IClock,
    /** The background has news of this DID. */
    private readonly _news: (did: string) => void,
    private readonly _random: () => number = Math.random
  ) {}

  /** Throws `mount-not-answering` when it cannot be looked at. */
  async report(info: IDidInfo, store: MountedStore, signal: AbortSignal): Promise<IPathReport> {
    const key = `${store.rse} ${info.did}`;
    const kept = this._kept.get(key);
    if (kept === undefined || kept.report.total !== info.files) {
      return this._first(key, info, store, signal);
    }
    const age = this._clock.now() - kept.at;
    if (kept.missing.size > 0 ? age >= MISSING_AGAIN_MS : age >= AGAIN_MS) {
      const missing = [...kept.missing.values()];
      await this._look(kept, store, missing.length > 0 ? missing : this._pick(kept.some, AGAIN));
    }
    return kept.report;
  }

  /** Paths of this DID that were missing when they were last looked at. */
  missing(did: string, rse: string): ReadonlySet<string> {
    return new Set(this._kept.get(`${rse} ${did}`)?.missing.keys());
  }

  /** It is not complete any more: what was seen says nothing about the next time. */
  forget(did: string, rse: string): void {
    this._kept.delete(`${rse} ${did}`);
  }

  private async _first(
    key: string,
    info: IDidInfo,
    store: MountedStore,
    signal: AbortSignal
  ): Promise<IPathReport> {
    const large = info.files > ALL_UP_TO;
    const files: IFileEntry[] = [];
    const rest: IFileEntry[] = [];
    let count = 0;
    for await (const batch of this._contents.filesOf(info.did, signal)) {
      for (const file of batch) {
        count++;
        // Reservoir sampling: each file is as likely to be in the sample as any other.
        const place = large ? Math.floor(this._random() * count) : files.length;
        if (!large || files.length < SAMPLE) {
          files.push(file);
        } else if (place < SAMPLE) {
          rest.push(files[place]);
          files[place] = file;
        } else {
          rest.push(file);
        }
      }
    }
    const kept: IKept = {
      report: { total: info.files, checked: 0, missing: 0, firstMissing: null },
      at: 0,
      missing: new Map(),
      some: []
    };
    const placed = await store.place(distinct(files), signal);
    const there = placed.filter(file => file !== null);
    for (let start = 0; start < there.length; start += BATCH) {
      await this._look(kept, store, there.slice(start, start + BATCH), true);
    }
    kept.some = this._pick(there, SAMPLE);
    this._kept.set(key, kept);
    if (rest.length > 0) {
      this._background = this._background.then(() => this._others(key, kept, info, store, rest));
    }
    return kept.report;
  }

  private async _others(
    key: string,
    kept: IKept,
    { did }: IDidInfo,
    store: MountedStore,
    files: readonly IFileEntry[]
  ): Promise<void> {
    try {
      for (let start = 0; start < files.length; start += BATCH) {
        await this._clock.sleep(PAUSE_MS);
        if (this._kept.get(key) !== kept) {
          return;
        }
        const signal = AbortSignal.timeout(60_000);
        const placed = await store.place(files.slice(start, start + BATCH), signal);
        await this._look(
          kept,
          store,
          placed.filter(file => file !== null),
          true
        );
        this._news(did);
      }
    } catch {
      // Rucio or the mount failed meanwhile: the next report starts over and says so.
      this._kept.delete(key);
    }
  }

  private async _look(
    kept: IKept,
    store: MountedStore,
    files: readonly IPlaced[],
    first = false
  ): Promise<void> {
    const seen = await store.prober.look(files.map(({ path }) => path));
    files.forEach((file, index) => {
      const why = trouble(seen[index], file);
      if (why === null) {
        kept.missing.delete(file.path);
      } else if (kept.missing.size < KEEP_MISSING) {
        kept.missing.set(file.path, file);
      }
      if (why !== null && !this._why.has(file.path)) {
        this._why.set(file.path, why);
      } else if (why === null) {
        this._why.delete(file.path);
      }
    });
    const [path] = kept.missing.keys();
    kept.report = {
      total: kept.report.total,
      checked: kept.report.checked + (first ? files.length : 0),
      missing: kept.missing.size,
      firstMissing: path === undefined ? null : { path, why: this._why.get(path) ?? 'is not there' }
    };
    kept.at = this._clock.now();
  }

  private _pick<T>(items: readonly T[], count: number): readonly T[] {
    return items.length <= count
      ? items
      : Array.from({ length: count }, () => items[Math.floor(this._random() * items.length)]);
  }

  private readonly _kept = new Map<string, IKept>();
  private readonly _why = new Map<string, string>();
  private _background: Promise<void> = Promise.resolve();
}

/** Why a path does not hold its file, in words; null: it does. */
function trouble(seen: number | 'missing' | 'denied', { bytes }: IFileEntry): string | null {
  if (seen === 'missing') {
    return 'is not there';
  }
  if (seen === 'denied') {
    return 'may not be read by you';
  }
  return bytes !== null && seen !== bytes
    ? `has ${seen} bytes and not the ${bytes} that are catalogued`
    : null;
}

function distinct(files: readonly IFileEntry[]): IFileEntry[] {
  return [...new Map(files.map(file => [formatDid(file), file])).values()];
}
