import type {
  IDatasetReplica,
  IAccounts,
  IContents,
  IDatasetLock,
  IDidInfo,
  IFileEntry,
  IFileReplica,
  IReplicas,
  IRseFacts,
  IRses,
  IRucio,
  IRule,
  IRules
} from '../../availability/core/ports.js';
import type { RuleState } from '../../availability/contract.js';
import { parseDid, type DidType } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { LFN2PFN } from './lfn2pfn.js';

/** One DID of the lake in memory. */
export interface IStoredDid {
  did: string;
  type: DidType;
  bytes?: number;
  content?: readonly string[];
  /** Of a file: the RSEs that have it. */
  rses?: readonly string[];
}

export interface IMemoryRucioOptions {
  clock: IClock;
  dids: readonly IStoredDid[];
  /** RSEs by name with the attribute of each that expressions like `type=mount` ask for. */
  rses: Readonly<Record<string, string>>;
  account?: string;
  /** Bytes of the account's quota on every RSE; null: none is set. */
  quotaBytes?: number | null;
  /** As in Rucio's generic policy, nobody changes rules; or their own. */
  policy?: 'generic' | 'permissive';
}

/** A Rucio in memory that keeps the ports' promises, moves data when told, and counts its requests. */
export class MemoryRucio implements IRucio {
  constructor(readonly options: IMemoryRucioOptions) {
    for (const { did, rses = [] } of options.dids) {
      rses.forEach(rse => this.put(did, rse));
    }
  }

  /** What was asked, one word a request. */
  readonly requests: string[] = [];
  /** Thrown by every request while it is set. */
  failure: DataLakeError | null = null;
  /** Requests wait for this, if it is set. */
  gate: Promise<void> | null = null;

  readonly contents: IContents = {
    describe: async (dids, signal) => {
      await this._ask('describe', signal);
      return new Map(
        dids.flatMap(did => {
          const info = this._info(did);
          return info === null ? [] : [[did, info] as const];
        })
      );
    },
    datasetsOf: async (container, most, signal) => {
      await this._ask('datasetsOf', signal);
      const datasets = this._datasets(container);
      return datasets.length > most ? null : datasets.flatMap(did => this._info(did) ?? []);
    },
    parentsOf: async (did, signal) => {
      await this._ask('parentsOf', signal);
      this._mustKnow(did);
      return this.options.dids
        .filter(({ content = [] }) => content.includes(did))
        .map(parent => parent.did);
    },
    filesOf: (did, signal) => this._filesOf(did, signal)
  };

  readonly rules: IRules = {
    get: async (id, signal) => {
      await this._ask('rule', signal);
      return this._copy(this._rules.get(id));
    },
    ofDid: async (did, signal) => {
      await this._ask('rulesOfDid', signal);
      this._mustKnow(did);
      return this._all(rule => rule.did === did);
    },
    ofFile: async (did, signal) => {
      await this._ask('rulesOfFile', signal);
      return this._all(rule => this._files(rule.did).includes(did) && total(rule) > 0);
    },
    mine: (state, signal) => this._mine(state, signal),
    waiting: signal => this._waiting(signal),
    analysis: async (id, signal) => {
      await this._ask('analysis', signal);
      return this._rules.get(id)?.error ?? null;
    },
    add: async ({ did, rseExpression, lifetimeSeconds }, signal) => {
      await this._ask('add', signal);
      this._mustKnow(did);
      const { quotaBytes = null } = this.options;
      const bytes = this._info(did)?.bytes ?? 0;
      if (quotaBytes !== null && this._used() + bytes >= quotaBytes) {
        throw new DataLakeError('quota-exceeded', 'The quota does not suffice.');
      }
      const account = this._account;
      if (
        this._all(
          rule =>
            rule.did === did && rule.account === account && rule.rseExpression === rseExpression
        ).length > 0
      ) {
        throw new DataLakeError('conflict', 'There is such a rule already.');
      }
      return this.addRule({ did, rseExpression, account, lifetimeSeconds });
    },
    retry: async (id, signal) => {
      await this._change('retry', id, signal);
    },
    extend: async (id, lifetimeSeconds, signal) => {
      const rule = await this._change('extend', id, signal);
      rule.expiresAt = this.options.clock.now() + lifetimeSeconds * 1000;
    },
    cancel: async (id, signal) => {
      const rule = await this._change('cancel', id, signal);
      rule.expiresAt = this.options.clock.now() + 3_600_000;
    }
  };

  readonly replicas: IReplicas = {
    locksOf: async (collections, signal) => {
      await this._ask('locksOf', signal);
      const wanted = collections.flatMap(({ did }) => this._datasets(did));
      return [...this._rules.values()].flatMap(rule => this._locks(rule, wanted));
    },
    ofCollections: async (collections, rses, signal) => {
      await this._ask('replicasOfCollections', signal);
      return new Map(collections.map(({ did }) => [did, this._counted(did, rses)]));
    },
    ofFiles: async (dids, rses, signal) => {
      await this._ask('replicasOfFiles', signal);
      return new Map(dids.map(did => [did, this._replicasOf(did, rses)]));
    }
  };

  readonly rses: IRses = {
    facts: async (rse, signal) => {
      await this._ask('rse', signal);
      if (!Object.hasOwn(this.options.rses, rse)) {
        throw new DataLakeError('not-found', 'Rucio knows no such RSE.');
      }
      return this._facts(rse);
    },
    matching: async (expression, signal) => {
      await this._ask('matching', signal);
      return this._matching(expression);
    }
  };

  readonly accounts: IAccounts = {
    name: async () => this._account,
    quota: async (_rse, signal) => {
      await this._ask('quota', signal);
      return { limitBytes: this.options.quotaBytes ?? null, usedBytes: this._used() };
    }
  };

  /** A rule by anybody; its files come when `deliver` says. `INJECT` and the like have no locks yet. */
  addRule(rule: {
    did: string;
    rseExpression: string;
    account?: string;
    lifetimeSeconds?: number | null;
    state?: RuleState;
  }): string {
    const { did, rseExpression, account = 'somebody', lifetimeSeconds = null, state } = rule;
    const id = (++this._count).toString(16).padStart(32, '0');
    const now = this.options.clock.now();
    this._rules.set(id, {
      id,
      did,
      account,
      state: state ?? 'REPLICATING',
      rseExpression,
      copies: 1,
      createdAt: now,
      updatedAt: now,
      expiresAt: lifetimeSeconds === null ? null : now + lifetimeSeconds * 1000,
      locks: { ok: 0, replicating: 0, stuck: 0 },
      bytes: this._info(did)?.bytes ?? 0,
      error: null,
      activity: 'User Subscriptions',
      comment: null
    });
    if (state === undefined) {
      this._recount(id);
    }
    return id;
  }

  /** So many more files of this rule arrive; it is OK with the last of them. */
  deliver(id: string, count = Infinity): void {
    const rule = this._rule(id);
    const rse = this._target(rule);
    let left = count;
    for (const file of this._files(rule.did)) {
      if (left > 0 && this._where.get(file)?.has(rse) !== true) {
        this.put(file, rse);
        left--;
      }
    }
    rule.state = 'REPLICATING';
    rule.error = null;
    this._recount(id);
  }

  /** The files that have not come are stuck. */
  stick(id: string, error: string, state: 'STUCK' | 'SUSPENDED' = 'STUCK'): void {
    const rule = this._rule(id);
    rule.locks = { ...rule.locks, replicating: 0, stuck: rule.locks.replicating };
    rule.state = state;
    rule.error = error;
  }

  /** Rucio has removed it. */
  removeRule(id: string): void {
    this._rules.delete(id);
  }

  put(file: string, rse: string): void {
    this._where.set(file, (this._where.get(file) ?? new Set()).add(rse));
  }

  private async _ask(what: string, signal: AbortSignal): Promise<void> {
    this.requests.push(what);
    if (signal.aborted) {
      throw new DataLakeError('cancelled', 'Cancelled.');
    }
    await this.gate;
    if (this.failure !== null) {
      throw this.failure;
    }
  }

  private async *_filesOf(
    did: string,
    signal: AbortSignal
  ): AsyncGenerator<readonly IFileEntry[], void, void> {
    await this._ask('filesOf', signal);
    this._mustKnow(did);
    for (const file of this._files(did)) {
      const { bytes = null } = this._stored(file) ?? {};
      yield [{ ...parseDid(file), bytes, adler32: '00000001' }];
    }
  }

  private async *_mine(state: RuleState | null, signal: AbortSignal) {
    await this._ask('myRules', signal);
    const rules = this._all(
      rule => rule.account === this._account && (state === null || rule.state === state)
    );
    if (rules.length > 0) {
      yield rules;
    }
  }

  private async *_waiting(signal: AbortSignal) {
    await this._ask('waitingRules', signal);
    yield this._all(
      ({ state, account }) =>
        state === 'INJECT' ||
        state === 'WAITING_APPROVAL' ||
        (account === this._account && (state === 'STUCK' || state === 'SUSPENDED'))
    );
  }

  private async _change(what: string, id: string, signal: AbortSignal): Promise<IRule> {
    await this._ask(what, signal);
    const rule = this._rules.get(id);
    if (rule === undefined) {
      throw new DataLakeError('not-found', 'This rule is gone.');
    }
    if (this.options.policy !== 'permissive' || rule.account !== this._account) {
      throw new DataLakeError(
        'forbidden',
        "Rucio's policy does not allow this account to do that."
      );
    }
    return rule;
  }

  private _locks(rule: IRule, datasets: readonly string[]): IDatasetLock[] {
    if (total(rule) === 0 || this._stored(rule.did)?.type === 'FILE') {
      return [];
    }
    const below = new Set(this._datasets(rule.did));
    return [...new Set(datasets)]
      .filter(dataset => below.has(dataset))
      .map(dataset => ({
        dataset,
        rse: this._target(rule),
        ruleId: rule.id,
        account: rule.account,
        state: rule.state === 'OK' ? 'OK' : rule.state === 'REPLICATING' ? 'REPLICATING' : 'STUCK'
      }));
  }

  private _counted(did: string, rses: readonly string[]): IDatasetReplica[] {
    const files = [...new Set(this._files(did))];
    return rses.flatMap(rse => {
      const here = files.filter(file => this._where.get(file)?.has(rse));
      const availableBytes = here.reduce((sum, file) => sum + (this._stored(file)?.bytes ?? 0), 0);
      return here.length === 0 ? [] : [{ rse, availableFiles: here.length, availableBytes }];
    });
  }

  private _replicasOf(did: string, rses: readonly string[]): IFileReplica[] {
    const { scope, name } = parseDid(did);
    return rses.flatMap((rse): IFileReplica[] => {
      const { prefixes, suffixOf } = this._facts(rse);
      const pfns = prefixes.map(prefix => prefix + (suffixOf?.(scope, name) ?? ''));
      const copying = [...this._rules.values()].some(
        rule => total(rule) > 0 && this._target(rule) === rse && this._files(rule.did).includes(did)
      );
      return this._where.get(did)?.has(rse) === true
        ? [{ rse, available: true, pfns }]
        : copying
          ? [{ rse, available: false, pfns }]
          : [];
    });
  }

  private _facts(rse: string): IRseFacts {
    return { rse, prefixes: [`root://lake:1094//${rse}/`], suffixOf: LFN2PFN.hash };
  }

  private _matching(expression: string): string[] {
    const found = Object.entries(this.options.rses)
      .filter(([rse, attribute]) => rse === expression || attribute === expression)
      .map(([rse]) => rse);
    if (found.length === 0) {
      throw new DataLakeError('bad-request', 'Rucio cannot read this RSE expression: correct it.');
    }
    return found;
  }

  private _recount(id: string): void {
    const rule = this._rule(id);
    const files = this._files(rule.did);
    const there = files.filter(file => this._where.get(file)?.has(this._target(rule)) === true);
    rule.locks = { ok: there.length, replicating: files.length - there.length, stuck: 0 };
    rule.state = rule.locks.replicating === 0 ? 'OK' : 'REPLICATING';
    rule.updatedAt = this.options.clock.now();
  }

  private _target({ rseExpression }: IRule): string {
    return this._matching(rseExpression)[0];
  }

  private _used(): number {
    return this._all(rule => rule.account === this._account).reduce(
      (sum, { bytes }) => sum + (bytes ?? 0),
      0
    );
  }

  private _rule(id: string): IRule {
    const rule = this._rules.get(id);
    if (rule === undefined) {
      throw new Error(`no rule ${id}`);
    }
    return rule;
  }

  private _all(wanted: (rule: IRule) => boolean): IRule[] {
    return [...this._rules.values()].filter(wanted).flatMap(rule => this._copy(rule) ?? []);
  }

  private _copy(rule: IRule | undefined): IRule | null {
    return rule === undefined ? null : { ...rule, locks: { ...rule.locks } };
  }

  private _stored(did: string): IStoredDid | undefined {
    return this.options.dids.find(stored => stored.did === did);
  }

  private _mustKnow(did: string): void {
    if (this._stored(did) === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such DID.');
    }
  }

  private _info(did: string): IDidInfo | null {
    const stored = this._stored(did);
    const files = this._files(did);
    const bytes = files.reduce((sum, file) => sum + (this._stored(file)?.bytes ?? 0), 0);
    return stored === undefined ? null : { did, type: stored.type, bytes, files: files.length };
  }

  private _datasets(did: string): string[] {
    const { type, content = [] } = this._stored(did) ?? {};
    return type === 'DATASET'
      ? [did]
      : type === 'CONTAINER'
        ? [...new Set(content.flatMap(inside => this._datasets(inside)))]
        : [];
  }

  private _files(did: string): string[] {
    const { type, content = [] } = this._stored(did) ?? {};
    return type === 'FILE' ? [did] : content.flatMap(inside => this._files(inside));
  }

  private get _account(): string {
    return this.options.account ?? 'alice';
  }

  private readonly _where = new Map<string, Set<string>>();
  private readonly _rules = new Map<string, IRule>();
  private _count = 0;
}

function total({ locks: { ok, replicating, stuck } }: IRule): number {
  return ok + replicating + stuck;
}
