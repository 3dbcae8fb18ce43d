import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { formatDid } from '../../common/contract/did.js';
import { pfnToPath, pfnToPathFrom } from './pfn-to-path.js';
import type { IFileEntry, IMountProber, IReplicas, IRseFacts, IRses } from './ports.js';

/** One mounted RSE as it is configured. */
export interface IMountSettings {
  rse: string;
  path: string;
  /** '': as the RSE's protocols say. */
  pfnPrefix: string;
  /** The reference's way of saying it: so many segments of the PFN's path are left out. */
  pathBeginsAt?: number | undefined;
}

/** A file with its place on this mount. */
export interface IPlaced extends IFileEntry {
  path: string;
  pfn: string;
}

const FACTS_MS = 600_000;
const BULK = 500;

/** A mounted RSE: where its files are on this machine, without asking Rucio where that can be computed. */
export class MountedStore {
  constructor(
    readonly settings: IMountSettings,
    readonly prober: IMountProber,
    private readonly _rses: IRses,
    private readonly _replicas: IReplicas,
    private readonly _clock: IClock
  ) {}

  get rse(): string {
    return this.settings.rse;
  }

  /**
   * The places of these files, in order. A file that Rucio alone can place and that is not on the RSE
   * yet has none (null). Throws `not-configured` when the RSE's PFNs are not below the mount's prefix.
   */
  async place(
    files: readonly IFileEntry[],
    signal: AbortSignal
  ): Promise<readonly (IPlaced | null)[]> {
    const { prefixes, suffixOf } = await this._factsOf(signal);
    if (suffixOf !== null) {
      return files.map(file => {
        const suffix = suffixOf(file.scope, file.name);
        return this._placed(
          file,
          prefixes.map(prefix => prefix + suffix)
        );
      });
    }
    const placed: (IPlaced | null)[] = [];
    for (let start = 0; start < files.length; start += BULK) {
      const some = files.slice(start, start + BULK);
      const replicas = await this._replicas.ofFiles(some.map(formatDid), [this.rse], signal);
      for (const file of some) {
        const pfns = replicas.get(formatDid(file))?.flatMap(replica => replica.pfns) ?? [];
        placed.push(pfns.length === 0 ? null : this._placed(file, pfns));
      }
    }
    return placed;
  }

  private _placed(file: IFileEntry, pfns: readonly string[]): IPlaced {
    for (const pfn of pfns) {
      const path = this._pathOf(pfn);
      if (path !== null) {
        return { ...file, path, pfn: pfns[0] };
      }
    }
    throw new DataLakeError(
      'not-configured',
      `The PFNs of ${this.rse} do not begin with what is mounted at ${this.settings.path}: set pfnPrefix of this mount in c.DataLake.mounts.`,
      { detail: pfns[0] }
    );
  }

  private _pathOf(pfn: string): string | null {
    const { path, pfnPrefix, pathBeginsAt } = this.settings;
    return pathBeginsAt === undefined
      ? pfnToPath(pfn, {
          path,
          prefixes: pfnPrefix === '' ? (this._facts?.prefixes ?? []) : [pfnPrefix]
        })
      : pfnToPathFrom(pfn, path, pathBeginsAt);
  }

  /** One asks for all who want to know; where that one leaves before the answer, the next asks. */
  private async _factsOf(signal: AbortSignal): Promise<IRseFacts> {
    while (this._facts === null || this._clock.now() - this._askedAt > FACTS_MS) {
      if (this._asking !== null) {
        await this._asking.catch(() => undefined);
        continue;
      }
      this._asking = this._rses.facts(this.rse, signal);
      try {
        this._facts = await this._asking;
        this._askedAt = this._clock.now();
      } finally {
        this._asking = null;
      }
    }
    return this._facts;
  }

  private _facts: IRseFacts | null = null;
  private _asking: Promise<IRseFacts> | null = null;
  private _askedAt = 0;
}
