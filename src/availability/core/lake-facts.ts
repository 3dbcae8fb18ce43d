import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { IPart, IStanding } from './derive.js';
import { Fresh } from './fresh.js';
import type {
  IDatasetLock,
  IDatasetReplica,
  IDidInfo,
  IFileReplica,
  IRucio,
  IRule
} from './ports.js';

/** How old an answer of Rucio's may be, in milliseconds, for each kind of question. */
export interface IAges {
  /** Types, sizes and what is in what. */
  content: number;
  /** Locks of collections and replicas of files: one request for many DIDs. */
  locks: number;
  /** A rule that is on its way; others may be older. */
  rules: number;
  /** Counted replicas, rules without locks, and rules of files. */
  single: number;
}

/** For somebody who asks now. */
export const ASK_NOW: IAges = { content: 60_000, locks: 1000, rules: 1000, single: 10_000 };

const SETTLED_RULE_MS = 120_000;
const WAITING_RULE_MS = 15_000;
const EXPRESSION_MS = 600_000;
const ANALYSIS_MS = 300_000;
const AT_ONCE = 4;
/** Parts beyond this number are not counted file by file. */
const COUNTED_PARTS = 2000;
/** More rules than this are read from the list of the account's rules, before the rest is asked one by one. */
const FEW_RULES = 10;
const MOST_LISTED = 5000;
const HIGHEST = 5;

/** The one key of what is kept for the whole lake. */
const ALL = '';

type Standings = Map<string, readonly IStanding[] | DataLakeError>;

/** What Rucio has answered, kept to be joined: asks in bulk, and never twice for what is fresh enough. */
export class LakeFacts {
  constructor(
    private readonly _rucio: IRucio,
    private readonly _rses: readonly string[],
    clock: IClock
  ) {
    this._infos = new Fresh<IDidInfo>(clock);
    this._datasets = new Fresh<readonly IDidInfo[]>(clock, 2000);
    this._locks = new Fresh<readonly IDatasetLock[]>(clock);
    this._files = new Fresh<readonly IFileReplica[]>(clock);
    this._rules = new Fresh<IRule | null>(clock);
    this._counted = new Fresh<readonly IDatasetReplica[]>(clock);
    this._parents = new Fresh<readonly string[]>(clock);
    this._waiting = new Fresh<readonly IRule[]>(clock, 1);
    this._ofEmpty = new Fresh<readonly IRule[]>(clock);
    this._fileRules = new Fresh<readonly IRule[]>(clock);
    this._analyses = new Fresh<string | null>(clock, 1000);
    this._matching = new Fresh<readonly string[]>(clock, 1000);
  }

  /**
   * How each DID stands on each of the mounted RSEs. A DID that Rucio does not know, or about which it
   * could not be asked, has an error instead; a failure of a question about all is thrown.
   */
  async standings(dids: readonly string[], ages: IAges, signal: AbortSignal): Promise<Standings> {
    const found: Standings = new Map();
    const infos = await this._describe(dids, ages, signal);
    const partsOf = new Map<string, readonly IDidInfo[]>();
    for (const did of dids) {
      const info = infos.get(did);
      if (info === undefined) {
        found.set(did, new DataLakeError('not-found', `Rucio knows no DID ${did}.`));
      } else {
        partsOf.set(
          did,
          info.type === 'CONTAINER' ? await this._below(info, ages, signal) : [info]
        );
      }
    }
    await this._askLocks([...partsOf.values()].flat(), ages, signal);
    await this._askRules([...partsOf.values()].flat(), ages, signal);
    await this._askCounts(infos, partsOf, ages, signal);
    await this._askWaiting([...partsOf.values()], ages, signal);
    await inTurns([...partsOf], AT_ONCE, async ([did, parts]) => {
      const info = infos.get(did) as IDidInfo;
      try {
        found.set(did, await this._standing(info, parts, ages, signal));
      } catch (error) {
        if (!(error instanceof DataLakeError)) {
          throw error;
        }
        found.set(did, error);
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

  /** What Rucio says of a stuck rule's transfers; null: nothing. */
  async analysis(id: string, signal: AbortSignal): Promise<string | null> {
    let analysis = this._analyses.get(id, ANALYSIS_MS);
    if (analysis === undefined) {
      analysis = await this._rucio.rules.analysis(id, signal);
      this._analyses.set(id, analysis);
    }
    return analysis;
  }

  /** A rule that was read elsewhere; null: gone. */
  learn(id: string, rule: IRule | null): void {
    this._rules.set(id, rule);
  }

  rule(id: string): IRule | null | undefined {
    return this._rules.last(id);
  }

  /** The next look at this rule asks Rucio. */
  doubt(id: string): void {
    this._rules.delete(id);
  }

  /** The next look at this DID asks Rucio for all but its content. */
  forget(did: string): void {
    const datasets = this._datasets.last(did)?.map(dataset => dataset.did) ?? [];
    this._waiting.delete(ALL);
    for (const each of [did, ...datasets]) {
      this._locks.delete(each);
      this._files.delete(each);
      this._counted.delete(each);
      this._fileRules.delete(each);
      this._ofEmpty.delete(each);
    }
  }

  /** Whether an expression can choose this RSE. */
  async aimsAt(expression: string, rse: string, signal: AbortSignal): Promise<boolean> {
    if (expression === rse) {
      return true;
    }
    let names = this._matching.get(expression, EXPRESSION_MS);
    if (names === undefined) {
      names = await this._rucio.rses.matching(expression, signal);
      this._matching.set(expression, names);
    }
    return names.includes(rse);
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

  private async _below(info: IDidInfo, { content }: IAges, signal: AbortSignal) {
    let datasets = this._datasets.get(info.did, content);
    if (datasets === undefined) {
      datasets = await this._rucio.contents.datasetsOf(info.did, signal);
      this._datasets.set(info.did, datasets);
    }
    return datasets;
  }

  private async _askLocks(parts: readonly IDidInfo[], { locks }: IAges, signal: AbortSignal) {
    const stale = (cache: Fresh<unknown>, file: boolean) => [
      ...new Set(
        cache.stale(
          parts.filter(({ type }) => (type === 'FILE') === file).map(({ did }) => did),
          locks
        )
      )
    ];
    const datasets = stale(this._locks, false);
    if (datasets.length > 0) {
      const found = await this._rucio.replicas.locksOf(
        datasets.map(did => ({ did, type: 'DATASET' })),
        signal
      );
      const byDataset = new Map<string, IDatasetLock[]>(datasets.map(did => [did, []]));
      found.forEach(lock => byDataset.get(lock.dataset)?.push(lock));
      byDataset.forEach((locks, did) => this._locks.set(did, locks));
    }
    const files = stale(this._files, true);
    if (files.length > 0 && this._rses.length > 0) {
      const found = await this._rucio.replicas.ofFiles(files, this._rses, signal);
      found.forEach((replicas, did) => this._files.set(did, replicas));
    }
  }

  /** Each rule that locks something on a mounted RSE, if it is not fresh enough for its state. */
  private async _askRules(parts: readonly IDidInfo[], { rules }: IAges, signal: AbortSignal) {
    const ids = new Set(
      parts.flatMap(({ did }) =>
        (this._locks.last(did) ?? [])
          .filter(({ rse }) => this._rses.includes(rse))
          .map(({ ruleId }) => ruleId)
      )
    );
    const stale = [...ids].filter(id => this._rules.get(id, this._age(id, rules)) === undefined);
    await inTurns(await this._notListed(stale, signal), AT_ONCE, async id =>
      this._rules.set(id, await this._rucio.rules.get(id, signal))
    );
  }

  /** Those that the account's own rules do not tell of; these are read in one request if there are many. */
  private async _notListed(
    ids: readonly string[],
    signal: AbortSignal
  ): Promise<readonly string[]> {
    if (ids.length <= FEW_RULES) {
      return ids;
    }
    const missing = new Set(ids);
    let listed = 0;
    for await (const rules of this._rucio.rules.mine(null, signal)) {
      rules.filter(({ id }) => missing.delete(id)).forEach(rule => this._rules.set(rule.id, rule));
      listed += rules.length;
      if (missing.size === 0 || listed > MOST_LISTED) {
        break;
      }
    }
    return [...missing];
  }

  /** How much of each dataset is there that the rules do not tell of: together, for all DIDs. */
  private async _askCounts(
    infos: ReadonlyMap<string, IDidInfo>,
    partsOf: ReadonlyMap<string, readonly IDidInfo[]>,
    { single }: IAges,
    signal: AbortSignal
  ): Promise<void> {
    const wanted = [...partsOf].flatMap(([did, parts]) =>
      infos.get(did)?.type === 'FILE'
        ? []
        : this._rses.flatMap(rse => {
            const bare = parts.map(part => this._part(part, rse));
            return isTold(bare, did) ? [] : bare.filter(isUncovered).slice(0, COUNTED_PARTS);
          })
    );
    const stale = new Set(
      this._counted.stale(
        wanted.map(({ did }) => did),
        single
      )
    );
    if (stale.size > 0) {
      const counted = await this._rucio.replicas.ofDatasets([...stale], this._rses, signal);
      counted.forEach((replicas, did) => this._counted.set(did, replicas));
    }
  }

  private _age(id: string, moving: number): number {
    const rule = this._rules.last(id);
    if (rule?.state === 'OK') {
      return Math.max(moving, SETTLED_RULE_MS);
    }
    return rule === undefined || rule === null || rule.state === 'REPLICATING'
      ? moving
      : Math.min(Math.max(moving, WAITING_RULE_MS), SETTLED_RULE_MS);
  }

  private async _standing(
    info: IDidInfo,
    parts: readonly IDidInfo[],
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IStanding[]> {
    const standings: IStanding[] = [];
    for (const rse of this._rses) {
      const bare = parts.map(part => this._part(part, rse));
      const full = isTold(bare, info.did)
        ? bare
        : await this._countParts(bare, info, rse, ages, signal);
      const unlocked = full.some(
        part =>
          part.rules.length === 0 && (part.replicas === null || part.replicas.files < part.files)
      );
      const pending =
        unlocked || full.length === 0 ? await this._unlocked(info, rse, ages, signal) : [];
      standings.push({ info, rse, parts: full, pending });
    }
    return standings;
  }

  private _part({ did, files, bytes }: IDidInfo, rse: string): IPart {
    const rules = (this._locks.last(did) ?? [])
      .filter(lock => lock.rse === rse)
      .flatMap(({ ruleId }) => this._rules.last(ruleId) ?? []);
    return { did, files, bytes, rules, replicas: null };
  }

  private async _countParts(
    parts: readonly IPart[],
    info: IDidInfo,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IPart[]> {
    if (info.type === 'FILE') {
      return [await this._file(parts[0], rse, ages, signal)];
    }
    return parts.map(part => {
      const counted = isUncovered(part) ? this._counted.last(part.did) : undefined;
      if (counted === undefined) {
        return part;
      }
      const here = counted.find(replica => replica.rse === rse);
      const replicas = { files: here?.availableFiles ?? 0, bytes: here?.availableBytes ?? 0 };
      return { ...part, replicas };
    });
  }

  private async _file(part: IPart, rse: string, ages: IAges, signal: AbortSignal): Promise<IPart> {
    const replica = this._files.last(part.did)?.find(each => each.rse === rse);
    if (replica === undefined) {
      return { ...part, replicas: { files: 0, bytes: 0 } };
    }
    let rules = this._fileRules.get(part.did, Math.max(ages.single, ages.rules));
    if (rules === undefined) {
      rules = await this._rucio.rules.ofFile(part.did, signal);
      this._fileRules.set(part.did, rules);
      rules.forEach(rule => this._rules.set(rule.id, rule));
    }
    const aimed: IRule[] = [];
    for (const { id } of rules) {
      const rule = this._rules.last(id);
      // An expression of several RSEs may have brought it to another one: the replica is the proof.
      const proven = replica.available || rule?.state !== 'OK';
      if (rule && proven && (await this.aimsAt(rule.rseExpression, rse, signal))) {
        aimed.push(rule);
      }
    }
    return {
      ...part,
      rules: aimed,
      replicas: replica.available ? { files: 1, bytes: part.bytes } : { files: 0, bytes: 0 }
    };
  }

  /** Rules on it, and on what holds it, that aim at this RSE and have no locks yet. */
  private async _unlocked(
    info: IDidInfo,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IRule[]> {
    const waiting = await this._aimed(this._waiting.last(ALL) ?? [], rse, signal);
    // A rule on what holds no files yet is OK, and has no locks.
    const isEmpty = info.files === 0;
    if (waiting.length === 0 && !isEmpty) {
      return [];
    }
    const found: IRule[] = [];
    for (const did of await this._upwards(info.did, ages, signal)) {
      found.push(...waiting.filter(rule => rule.did === did));
      if (isEmpty) {
        const known = new Set(found.map(({ id }) => id));
        const others = await this._aimed(await this._rulesOn(did, ages, signal), rse, signal);
        found.push(...others.filter(({ id }) => !known.has(id)));
      }
    }
    return found;
  }

  /** Once for all DIDs, if there is one that no rule has locked. */
  private async _askWaiting(
    parts: readonly (readonly IDidInfo[])[],
    { single }: IAges,
    signal: AbortSignal
  ): Promise<void> {
    const isBare = (part: IDidInfo) =>
      this._rses.some(rse => this._part(part, rse).rules.length === 0);
    if (
      this._waiting.get(ALL, single) === undefined &&
      parts.some(each => each.length === 0 || each.some(isBare))
    ) {
      const rules: IRule[] = [];
      for await (const batch of this._rucio.rules.waiting(signal)) {
        rules.push(...batch);
      }
      rules.forEach(rule => this._rules.set(rule.id, rule));
      this._waiting.set(ALL, rules);
    }
  }

  private async _rulesOn(did: string, { single }: IAges, signal: AbortSignal) {
    let rules = this._ofEmpty.get(did, single);
    if (rules === undefined) {
      rules = await this._rucio.rules.ofDid(did, signal);
      rules.forEach(rule => this._rules.set(rule.id, rule));
      this._ofEmpty.set(did, rules);
    }
    return rules;
  }

  /** Those that have no locks and can choose this RSE, as they are now. */
  private async _aimed(rules: readonly IRule[], rse: string, signal: AbortSignal) {
    const aimed: IRule[] = [];
    for (const { id } of rules) {
      const rule = this._rules.last(id);
      const { ok, replicating, stuck } = rule?.locks ?? { ok: 0, replicating: 0, stuck: 0 };
      const bare = ok + replicating + stuck === 0;
      if (rule && bare && (await this.aimsAt(rule.rseExpression, rse, signal))) {
        aimed.push(rule);
      }
    }
    return aimed;
  }

  /** The DID itself, and all that holds it. */
  private async _upwards(
    did: string,
    { content }: IAges,
    signal: AbortSignal
  ): Promise<Set<string>> {
    const all = new Set([did]);
    let level = [did];
    for (let height = 0; level.length > 0 && height < HIGHEST; height++) {
      const above: string[] = [];
      for (const each of level) {
        let parents = this._parents.get(each, content);
        if (parents === undefined) {
          parents = await this._rucio.contents.parentsOf(each, signal);
          this._parents.set(each, parents);
        }
        above.push(...parents.filter(parent => !all.has(parent)));
      }
      above.forEach(each => all.add(each));
      level = [...new Set(above)];
    }
    return all;
  }

  private readonly _infos: Fresh<IDidInfo>;
  private readonly _datasets: Fresh<readonly IDidInfo[]>;
  private readonly _locks: Fresh<readonly IDatasetLock[]>;
  private readonly _files: Fresh<readonly IFileReplica[]>;
  private readonly _rules: Fresh<IRule | null>;
  private readonly _counted: Fresh<readonly IDatasetReplica[]>;
  private readonly _parents: Fresh<readonly string[]>;
  private readonly _waiting: Fresh<readonly IRule[]>;
  private readonly _ofEmpty: Fresh<readonly IRule[]>;
  private readonly _fileRules: Fresh<readonly IRule[]>;
  private readonly _analyses: Fresh<string | null>;
  private readonly _matching: Fresh<readonly string[]>;
}

/** No rule says that all of it is there. */
const isUncovered = ({ rules }: IPart) => !rules.some(({ state }) => state === 'OK');

/** A rule on the DID itself counts its files; parents' rules, and no rules, need counting. */
const isTold = (parts: readonly IPart[], did: string) =>
  parts
    .filter(isUncovered)
    .every(({ rules }) => rules.some(rule => rule.did === did && rule.state === 'REPLICATING'));

/** Works on all, so many at a time. */
export async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of queue) {
        await work(item);
      }
    })
  );
}
