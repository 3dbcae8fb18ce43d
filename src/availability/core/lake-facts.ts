import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { ASK_NOW, type IAges } from './ages.js';
import type { IPart, IStanding } from './derive.js';
import { Fresh } from './fresh.js';
import { inTurns } from './in-turns.js';
import type {
  IDatasetLock,
  IDatasetReplica,
  IDidInfo,
  IFileReplica,
  IRucio,
  IRule
} from './ports.js';
import { RuleFacts } from './rule-facts.js';

const AT_ONCE = 4;
/** A container of more datasets is looked at as a whole: Rucio takes a millisecond for the locks of each. */
export const MOST_PARTS = 2000;

type Standings = Map<string, readonly IStanding[] | DataLakeError>;

/** What Rucio has answered, kept to be joined: asks in bulk, and never twice for what is fresh enough. */
export class LakeFacts {
  constructor(
    private readonly _rucio: IRucio,
    private readonly _rses: readonly string[],
    clock: IClock
  ) {
    this.rules = new RuleFacts(_rucio, clock);
    this._infos = new Fresh<IDidInfo>(clock);
    this._datasets = new Fresh<readonly IDidInfo[] | 'many'>(clock, 2000);
    this._locks = new Fresh<readonly IDatasetLock[]>(clock);
    this._files = new Fresh<readonly IFileReplica[]>(clock);
    this._counted = new Fresh<readonly IDatasetReplica[]>(clock);
  }

  readonly rules: RuleFacts;

  /**
   * How each DID stands on each of the mounted RSEs. A DID that Rucio does not know, or about which it
   * could not be asked, has an error instead; a failure of a question about all is thrown.
   */
  async standings(dids: readonly string[], ages: IAges, signal: AbortSignal): Promise<Standings> {
    const found: Standings = new Map();
    const infos = await this._describe(dids, ages, signal);
    const partsOf = new Map<IDidInfo, readonly IDidInfo[]>();
    for (const did of dids) {
      const info = infos.get(did);
      if (info === undefined) {
        found.set(did, new DataLakeError('not-found', `Rucio knows no DID ${did}.`));
      } else {
        partsOf.set(info, await this._parts(info, ages, signal));
      }
    }
    const parts = [...partsOf.values()].flat();
    await this._askLocks(parts, ages, signal);
    await this._askCounts(partsOf, ages, signal);
    if (parts.some(part => this._rses.some(rse => this._isBare(part, rse)))) {
      await this.rules.askWaiting(ages, signal);
    }
    await inTurns([...partsOf], AT_ONCE, async ([info, its]) => {
      try {
        found.set(info.did, await this._standing(info, its, ages, signal));
      } catch (error) {
        if (!(error instanceof DataLakeError)) {
          throw error;
        }
        found.set(info.did, error);
      }
    });
    return found;
  }

  /** What is known of a DID itself, asked if need be. */
  async info(did: string, signal: AbortSignal): Promise<IDidInfo> {
    const info = (await this._describe([did], ASK_NOW, signal)).get(did);
    if (info === undefined) {
      throw new DataLakeError('not-found', `Rucio knows no DID ${did}.`);
    }
    return info;
  }

  /** The next look at this DID asks Rucio for all but its content. */
  forget(did: string): void {
    const datasets = this._datasets.last(did) ?? [];
    const below = datasets === 'many' ? [] : datasets.map(dataset => dataset.did);
    for (const each of [did, ...below]) {
      this._locks.delete(each);
      this._files.delete(each);
      this._counted.delete(each);
      this.rules.forget(each);
    }
  }

  private async _describe(dids: readonly string[], { content }: IAges, signal: AbortSignal) {
    const stale = this._infos.stale(dids, content);
    if (stale.length > 0) {
      const infos = await this._rucio.contents.describe(stale, signal);
      stale.forEach(did => this._infos.delete(did));
      infos.forEach(info => this._infos.set(info.did, info));
    }
    return new Map(dids.flatMap(did => [this._infos.last(did) ?? []].flat().map(i => [did, i])));
  }

  /** What is looked at for itself: the datasets of a container, or the DID. */
  private async _parts(info: IDidInfo, { content }: IAges, signal: AbortSignal) {
    if (info.type !== 'CONTAINER') {
      return [info];
    }
    let datasets = this._datasets.get(info.did, content);
    if (datasets === undefined) {
      datasets = (await this._rucio.contents.datasetsOf(info.did, MOST_PARTS, signal)) ?? 'many';
      this._datasets.set(info.did, datasets);
    }
    return datasets === 'many' ? [info] : datasets;
  }

  /** Of datasets, and the replicas of files; with them the rules that lock something on a mounted RSE. */
  private async _askLocks(parts: readonly IDidInfo[], ages: IAges, signal: AbortSignal) {
    const stale = (cache: Fresh<unknown>, type: IDidInfo['type']) => {
      const these = parts.filter(part => part.type === type).map(({ did }) => did);
      return [...new Set(cache.stale(these, ages.locks))];
    };
    const datasets = stale(this._locks, 'DATASET');
    if (datasets.length > 0) {
      const found = await this._rucio.replicas.locksOf(
        datasets.map(did => ({ did, type: 'DATASET' })),
        signal
      );
      const byDataset = new Map<string, IDatasetLock[]>(datasets.map(did => [did, []]));
      found.forEach(lock => byDataset.get(lock.dataset)?.push(lock));
      byDataset.forEach((locks, did) => this._locks.set(did, locks));
    }
    const files = stale(this._files, 'FILE');
    if (files.length > 0 && this._rses.length > 0) {
      const found = await this._rucio.replicas.ofFiles(files, this._rses, signal);
      found.forEach((replicas, did) => this._files.set(did, replicas));
    }
    const locks = parts.flatMap(({ did }) => this._locks.last(did) ?? []);
    const here = locks.filter(({ rse }) => this._rses.includes(rse));
    await this.rules.ask(new Set(here.map(({ ruleId }) => ruleId)), ages, signal);
  }

  /** How much of each dataset is there that the rules do not tell of: together, for all DIDs. */
  private async _askCounts(
    partsOf: ReadonlyMap<IDidInfo, readonly IDidInfo[]>,
    ages: IAges,
    signal: AbortSignal
  ): Promise<void> {
    const wanted = new Map<string, IDidInfo>();
    for (const [{ did }, parts] of partsOf) {
      const datasets = parts.filter(({ type }) => type === 'DATASET');
      for (const rse of this._rses) {
        const bare = datasets.map(part => this._part(part, rse));
        if (!isTold(bare, did)) {
          datasets
            .filter((_, at) => isUncovered(bare[at]))
            .forEach(part => wanted.set(part.did, part));
        }
      }
    }
    await this._askCountsOf([...wanted.values()], ages, signal);
  }

  private async _askCountsOf(
    collections: readonly IDidInfo[],
    { single }: IAges,
    signal: AbortSignal
  ): Promise<void> {
    const stale = collections.filter(({ did }) => this._counted.get(did, single) === undefined);
    if (stale.length > 0) {
      const found = await this._rucio.replicas.ofCollections(stale, this._rses, signal);
      found.forEach((replicas, did) => this._counted.set(did, replicas));
    }
  }

  private async _standing(
    info: IDidInfo,
    parts: readonly IDidInfo[],
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IStanding[]> {
    const standings: IStanding[] = [];
    for (const rse of this._rses) {
      const full: IPart[] = [];
      for (const part of parts) {
        full.push(await this._locked(part, rse, ages, signal));
      }
      const isKnown = isTold(full, info.did);
      if (!isKnown && parts.includes(info) && info.type === 'CONTAINER') {
        await this._askCountsOf([info], ages, signal);
      }
      const counted = isKnown ? full : full.map(part => this._count(part, rse));
      const unlocked = counted.some(
        part =>
          part.rules.length === 0 && (part.replicas === null || part.replicas.files < part.files)
      );
      const pending =
        unlocked || counted.length === 0
          ? await this.rules.waitingFor(info, rse, ages, signal)
          : [];
      standings.push({ info, rse, parts: counted, pending });
    }
    return standings;
  }

  /** A part with the rules that keep or bring it there. */
  private async _locked(
    part: IDidInfo,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<IPart> {
    switch (part.type) {
      case 'FILE':
        return this._file(part, rse, ages, signal);
      case 'CONTAINER':
        return {
          ...this._part(part, rse),
          rules: await this.rules.above(part.did, rse, ages, signal)
        };
      default:
        return this._part(part, rse);
    }
  }

  private _part({ did, files, bytes }: IDidInfo, rse: string): IPart {
    const rules = (this._locks.last(did) ?? [])
      .filter(lock => lock.rse === rse)
      .flatMap(({ ruleId }) => this.rules.last(ruleId) ?? []);
    return { did, files, bytes, rules, replicas: null };
  }

  /** Nothing has locked it there. */
  private _isBare(part: IDidInfo, rse: string): boolean {
    return part.type === 'FILE'
      ? this._files.last(part.did)?.some(replica => replica.rse === rse) !== true
      : this._part(part, rse).rules.length === 0;
  }

  private _count(part: IPart, rse: string): IPart {
    const counted = isUncovered(part) ? this._counted.last(part.did) : undefined;
    if (counted === undefined) {
      return part;
    }
    const here = counted.find(replica => replica.rse === rse);
    const replicas = { files: here?.availableFiles ?? 0, bytes: here?.availableBytes ?? 0 };
    return { ...part, replicas };
  }

  private async _file(
    info: IDidInfo,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<IPart> {
    const part = this._part(info, rse);
    const replica = this._files.last(part.did)?.find(each => each.rse === rse);
    if (replica === undefined) {
      return { ...part, replicas: { files: 0, bytes: 0 } };
    }
    const rules = await this.rules.ofFile(part.did, rse, ages, signal);
    // An expression of several RSEs may have brought it to another one: the replica is the proof.
    const proven = ({ state }: IRule) => replica.available || state !== 'OK';
    return {
      ...part,
      rules: rules.filter(proven),
      replicas: replica.available ? { files: 1, bytes: part.bytes } : { files: 0, bytes: 0 }
    };
  }

  private readonly _infos: Fresh<IDidInfo>;
  private readonly _datasets: Fresh<readonly IDidInfo[] | 'many'>;
  private readonly _locks: Fresh<readonly IDatasetLock[]>;
  private readonly _files: Fresh<readonly IFileReplica[]>;
  private readonly _counted: Fresh<readonly IDatasetReplica[]>;
}

/** No rule says that all of it is there. */
const isUncovered = ({ rules }: IPart) => !rules.some(({ state }) => state === 'OK');

/** A rule on the DID itself counts its files; parents' rules, and no rules, need counting. */
const isTold = (parts: readonly IPart[], did: string) =>
  parts
    .filter(isUncovered)
    .every(({ rules }) => rules.some(rule => rule.did === did && rule.state === 'REPLICATING'));
