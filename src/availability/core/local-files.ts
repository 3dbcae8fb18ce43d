import { formatDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { Availability, LocalFile } from '../contract.js';
import type { MountedStore } from './mounted-store.js';
import type { PathCheck } from './path-check.js';
import type { IContents, IFileEntry, IReplicas } from './ports.js';
import { ALL_UP_TO } from './path-check.js';

const CONFIRM_MS = 10_000;
const CONFIRM_AT_ONCE = 500;
const FILES_MS = 300_000;
const FILES_KEPT = 200;
const BATCH = 500;

export interface ILocalFilesOptions {
  contents: IContents;
  replicas: IReplicas;
  paths: PathCheck;
  stores: readonly MountedStore[];
  clock: IClock;
  /** A file of this DID has been found to have arrived. */
  arrived: (did: string) => void;
}

/** The files of a DID with their places. Of one on its way: which have come, seen on the mount and confirmed by Rucio. */
export class LocalFiles {
  constructor(private readonly _options: ILocalFilesOptions) {}

  async *list(
    availability: Availability,
    signal: AbortSignal
  ): AsyncGenerator<LocalFile[], void, void> {
    const { stores, paths } = this._options;
    const store = stores.find(({ rse }) => rse === availability.rse);
    if (store === undefined) {
      throw new DataLakeError('internal', `${availability.rse} is not mounted.`);
    }
    const complete = availability.state === 'AVAILABLE' || availability.state === 'PATH_MISSING';
    const missing = complete ? paths.missing(availability.did, store.rse) : new Set<string>();
    const onItsWay = FILE_STATE[availability.state];
    for await (const files of this._files(availability, signal)) {
      const placed = await store.place(files, signal);
      const come = complete
        ? null
        : await this._come(
            availability,
            store,
            placed.filter(file => file !== null),
            signal
          );
      yield files.map((file, index) => {
        const path = placed[index]?.path ?? null;
        const there = come === null ? true : come.has(formatDid(file));
        return {
          ...file,
          path,
          pfn: placed[index]?.pfn ?? null,
          state:
            path !== null && missing.has(path) ? 'PATH_MISSING' : there ? 'AVAILABLE' : onItsWay
        };
      });
    }
  }

  /** Kept for those that are small: they are listed again with each file that arrives. */
  private async *_files(
    { did, files: { total }, type }: Availability,
    signal: AbortSignal
  ): AsyncGenerator<readonly IFileEntry[], void, void> {
    const { contents, clock } = this._options;
    const kept = this._kept.get(did);
    if (kept !== undefined && clock.now() - kept.at < FILES_MS && kept.files.length === total) {
      yield kept.files;
      return;
    }
    const small: IFileEntry[] = [];
    for await (const batch of inBatches(contents.filesOf(did, signal), BATCH)) {
      if (total <= ALL_UP_TO) {
        small.push(...batch);
      }
      yield batch;
    }
    if (total <= ALL_UP_TO && type !== 'FILE') {
      this._kept.delete(did);
      this._kept.set(did, { files: small, at: clock.now() });
      const [oldest] = this._kept.keys();
      if (this._kept.size > FILES_KEPT) {
        this._kept.delete(oldest);
      }
    }
  }

  /**
   * Which of these have come. The mount shows it at no cost to Rucio; that a file is whole Rucio must
   * say, and is asked for all new ones together, at most every ten seconds.
   */
  private async _come(
    { did, rse, files: { total, available } }: Availability,
    store: MountedStore,
    placed: readonly { path: string; bytes: number | null; scope: string; name: string }[],
    signal: AbortSignal
  ): Promise<ReadonlySet<string>> {
    const known = this._confirmed.get(rse) ?? new Set<string>();
    this._confirmed.set(rse, known);
    if (available === 0) {
      placed.forEach(file => known.delete(formatDid(file)));
    }
    if (available === 0 || total > ALL_UP_TO) {
      return known;
    }
    const open = placed.filter(file => !known.has(formatDid(file)));
    const seen = await store.prober.look(open.map(({ path }) => path));
    open.forEach((file, index) => {
      if (typeof seen[index] === 'number' && (file.bytes === null || seen[index] === file.bytes)) {
        this._candidates.set(`${rse} ${formatDid(file)}`, { rse, did: formatDid(file), of: did });
      }
    });
    await this._confirm(signal);
    return known;
  }

  private async _confirm(signal: AbortSignal): Promise<void> {
    const { clock, replicas, arrived } = this._options;
    const wait = this._confirmedAt + CONFIRM_MS - clock.now();
    if (this._candidates.size === 0) {
      return;
    }
    if (wait > 0) {
      this._later ??= clock.sleep(wait).then(async () => {
        this._later = null;
        const of = new Set([...this._candidates.values()].map(candidate => candidate.of));
        await this._confirm(AbortSignal.timeout(60_000)).catch(() => undefined);
        of.forEach(arrived);
      });
      return;
    }
    this._confirmedAt = clock.now();
    const some = [...this._candidates].slice(0, CONFIRM_AT_ONCE);
    some.forEach(([key]) => this._candidates.delete(key));
    const rses = [...new Set(some.map(([, { rse }]) => rse))];
    const found = await replicas.ofFiles(
      some.map(([, { did }]) => did),
      rses,
      signal
    );
    for (const [, { rse, did }] of some) {
      if (found.get(did)?.some(replica => replica.rse === rse && replica.available) === true) {
        this._confirmed.get(rse)?.add(did);
      }
    }
  }

  private readonly _kept = new Map<string, { files: readonly IFileEntry[]; at: number }>();
  private readonly _confirmed = new Map<string, Set<string>>();
  private readonly _candidates = new Map<string, { rse: string; did: string; of: string }>();
  private _confirmedAt = -Infinity;
  private _later: Promise<void> | null = null;
}

/** Rucio's lines come one by one; what is done with them is worth more at once. */
async function* inBatches<T>(
  pieces: AsyncIterable<readonly T[]>,
  size: number
): AsyncGenerator<readonly T[], void, void> {
  let batch: T[] = [];
  for await (const piece of pieces) {
    batch.push(...piece);
    if (batch.length >= size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** What a file is that has not come, by the state of what it is in. */
const FILE_STATE = {
  NOT_AVAILABLE: 'NOT_AVAILABLE',
  REPLICATING: 'REPLICATING',
  INJECT: 'REPLICATING',
  WAITING_APPROVAL: 'NOT_AVAILABLE',
  SUSPENDED: 'STUCK',
  STUCK: 'STUCK',
  PATH_MISSING: 'PATH_MISSING',
  AVAILABLE: 'AVAILABLE'
} as const;
