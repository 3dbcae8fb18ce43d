import type { DidType } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { rucioMetadata } from '../../common/core/metadata.js';
import {
  NameRefused,
  type IKnown,
  type INewReplica,
  type INewRule,
  type IRegistry,
  type ReplicaState
} from '../../upload/core/ports.js';

/** An RSE of the lake in memory. */
export interface IMemoryRse {
  /** The policy refuses this account's registrations there. */
  refuses?: boolean;
  blocked?: boolean;
  /** The policy lets this account take registrations back. */
  forgets?: boolean;
  /** false: each file is given with its place. */
  deterministic?: boolean;
  scheme?: string;
  freeBytes?: number | null;
  quotaBytes?: number;
}

export interface IMemoryRegistryOptions {
  clock: IClock;
  rses: Readonly<Record<string, IMemoryRse>>;
  /** Owners by scope. */
  scopes: Readonly<Record<string, string>>;
  account?: string;
}

/** A DID of the lake in memory. */
export interface IMemoryDid {
  type: DidType;
  bytes: number | null;
  adler32: string | null;
  md5: string | null;
  open: boolean;
  /** Milliseconds since 1970. */
  endsAt: number | null;
  metadata: Map<string, string | number>;
  content: Set<string>;
  /** Of a file: states and places by RSE. */
  replicas: Map<string, { state: ReplicaState; pfn: string | null }>;
}

interface IMemoryRule {
  id: string;
  did: string;
  rule: INewRule;
  /** The RSEs that it was given. */
  rses: readonly string[];
  error: string | null;
}

type Call = keyof IRegistry;

const NAME = /^[A-Za-z0-9/][A-Za-z0-9./_-]{0,249}$/;
const ENDING_MS = 3_600_000;

/** A catalogue in memory that keeps IRegistry's promises, and can be disturbed at each of its calls. */
export class MemoryRegistry implements IRegistry {
  constructor(readonly options: IMemoryRegistryOptions) {
    this.rseOptions = new Map(Object.entries(options.rses));
  }

  /** What was asked, one word a request. */
  readonly requests: Call[] = [];
  readonly dids = new Map<string, IMemoryDid>();
  readonly rseOptions: Map<string, IMemoryRse>;
  /** Thrown by every call while it is set. */
  failure: DataLakeError | null = null;

  get account(): string {
    return this.options.account ?? 'alice';
  }

  /**
   * Once, at the next call of this name: before it has done anything, or when it has and its answer is on the way.
   * What is done then may throw.
   */
  interrupt(call: Call, at: 'before' | 'after', what: () => void): void {
    this._interruptions.push({ call, at, what });
  }

  /** The next call of this name is done, and nobody hears of it. */
  loseAnswer(call: Call): void {
    this.interrupt(call, 'after', () => {
      throw new DataLakeError('rucio-unreachable', 'The answer of Rucio broke off: try again.');
    });
  }

  known(dids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, IKnown>> {
    return this._call('known', signal, () => {
      const refused = dids.find(did => !isAllowed(did));
      if (refused !== undefined) {
        throw new NameRefused(refused);
      }
      return new Map(
        dids.flatMap(did => {
          const found = this.dids.get(did);
          return found === undefined ? [] : [[did, this._describe(found)] as const];
        })
      );
    });
  }

  replicas(
    dids: readonly string[],
    rse: string,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, ReplicaState>> {
    return this._call(
      'replicas',
      signal,
      () =>
        new Map(
          dids.flatMap(did => {
            const state = this.dids.get(did)?.replicas.get(rse)?.state;
            return state === undefined ? [] : [[did, state] as const];
          })
        )
    );
  }

  register(rse: string, replicas: readonly INewReplica[], signal: AbortSignal): Promise<void> {
    return this._call('register', signal, () => {
      const options = this._rse(rse);
      const refused = replicas.find(({ did }) => !isAllowed(did));
      if (refused !== undefined) {
        throw new NameRefused(refused.did);
      }
      if (options.refuses === true) {
        throw forbidden();
      }
      if (options.blocked === true) {
        throw new DataLakeError('rse-not-writable', 'The RSE is blocked for writing.');
      }
      for (const { did, pfn } of replicas) {
        const found = this.dids.get(did);
        if (found === undefined) {
          this.mustOwn(did);
        } else if (found.type !== 'FILE') {
          throw new DataLakeError('conflict', `${did} is a dataset or a container already.`);
        }
        if (options.deterministic === false && pfn === null) {
          throw new DataLakeError('rse-not-writable', 'Nobody can register files like these.');
        }
      }
      for (const { did, bytes, adler32, md5, pfn } of replicas) {
        const file = this.dids.get(did) ?? this.make(did, 'FILE', { bytes, adler32, md5 });
        if (!file.replicas.has(rse)) {
          file.replicas.set(rse, { state: 'AVAILABLE', pfn });
        }
      }
    });
  }

  attach(collection: string, files: readonly INewReplica[], signal: AbortSignal): Promise<void> {
    return this._call('attach', signal, () => {
      const into = this.mustKnow(collection);
      for (const { did, bytes, adler32 } of files) {
        const file = this.mustKnow(did);
        if (file.bytes !== bytes || file.adler32 !== adler32) {
          throw new DataLakeError('exists-differs', `${did} exists with other content.`);
        }
        this.mustFit(into, file);
      }
      files.forEach(({ did }) => into.content.add(did));
    });
  }

  createDataset(did: string, signal: AbortSignal): Promise<void> {
    return this._call('createDataset', signal, () => {
      const found = this.dids.get(did);
      if (found === undefined) {
        this.mustOwn(did);
        this.make(did, 'DATASET');
      } else if (found.type !== 'DATASET') {
        throw new DataLakeError('conflict', `${did} is no dataset: choose another name.`);
      }
    });
  }

  keep(
    dids: readonly string[],
    rule: INewRule,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, string>> {
    return this._call('keep', signal, () => {
      dids.forEach(did => this.mustKnow(did));
      const made = dids.map(
        did => this._rules.find(there => isSame(there, did, rule)) ?? this._newRule(did, rule)
      );
      const fresh = made.filter(each => !this._rules.includes(each));
      for (const rse of new Set(fresh.flatMap(({ rses }) => rses))) {
        const wanted = fresh.filter(({ rses }) => rses.includes(rse)).map(({ did }) => did);
        if (this._bytes(wanted, rse) >= this._left(rse)) {
          throw new DataLakeError('quota-exceeded', "The account's quota does not suffice.");
        }
      }
      this._rules.push(...fresh);
      return new Map(made.map(({ did, id }) => [did, id] as const));
    });
  }

  rules(
    ids: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, { done: boolean; error: string | null }>> {
    return this._call(
      'rules',
      signal,
      () =>
        new Map(
          this._rules
            .filter(({ id }) => ids.includes(id))
            .map(
              ({ id, did, rses, error }) => [id, { done: this._isOn(did, rses), error }] as const
            )
        )
    );
  }

  isKept(did: string, rse: string, signal: AbortSignal): Promise<boolean> {
    return this._call('isKept', signal, () =>
      this._rules.some(rule => rule.did === did && rule.rses.includes(rse))
    );
  }

  unkept(dids: readonly string[], rse: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    return this._call('unkept', signal, () => {
      const kept = (did: string) =>
        this._rules.some(
          rule =>
            rule.rses.includes(rse) &&
            (rule.did === did || this.dids.get(rule.did)?.content.has(did) === true)
        );
      return new Set(dids.filter(did => !kept(did)));
    });
  }

  annotate(
    dids: readonly string[],
    metadata: Readonly<Record<string, string>>,
    signal: AbortSignal
  ): Promise<void> {
    return this._call('annotate', signal, () => {
      const values = Object.entries(rucioMetadata(metadata));
      for (const did of dids) {
        this.mustOwn(did);
        const { metadata } = this.mustKnow(did);
        values.forEach(([key, value]) => metadata.set(key, value));
      }
    });
  }

  forget(dids: readonly string[], rse: string, signal: AbortSignal): Promise<void> {
    return this._call('forget', signal, () => {
      if (this._rse(rse).forgets !== true) {
        throw forbidden();
      }
      for (const did of dids) {
        const found = this.dids.get(did);
        if (found?.replicas.delete(rse) === true && found.replicas.size === 0) {
          this.dids.delete(did);
          this._rules = this._rules.filter(rule => rule.did !== did);
        }
      }
    });
  }

  erase(dids: readonly string[], signal: AbortSignal): Promise<void> {
    return this._call('erase', signal, () => {
      for (const did of dids) {
        this.mustOwn(did);
        const found = this.dids.get(did);
        if (found !== undefined) {
          found.endsAt = this.options.clock.now();
        }
      }
    });
  }

  /** RSEs of an expression: a name, several with `|` between them, or `*`. Throws `bad-request`. */
  matching(expression: string): string[] {
    const names = expression === '*' ? [...this.rseOptions.keys()] : expression.split('|');
    if (!names.every(name => this.rseOptions.has(name))) {
      throw new DataLakeError('bad-request', 'Rucio cannot read this RSE expression: correct it.');
    }
    return names;
  }

  /** Bytes that the account's rules keep there. */
  usedBytes(rse: string): number {
    return this._bytes(
      this._rules.filter(({ rses }) => rses.includes(rse)).map(({ did }) => did),
      rse,
      false
    );
  }

  /** What the lake would bring comes: the files of every rule are on its RSEs. */
  deliver(): void {
    for (const { did, rses } of this._rules) {
      for (const file of this._files(did)) {
        rses.forEach(rse => file.replicas.set(rse, { state: 'AVAILABLE', pfn: null }));
      }
    }
  }

  /** Rucio's daemons have come by: what has ended is gone. */
  sweep(): void {
    const now = this.options.clock.now();
    const gone = [...this.dids].filter(([, { endsAt }]) => endsAt !== null && endsAt <= now);
    for (const [did, { content }] of gone) {
      content.forEach(inside => this.dids.delete(inside));
      this.dids.delete(did);
    }
    this._rules = this._rules.filter(({ did }) => this.dids.has(did));
  }

  /** Somebody makes a DID. */
  make(
    did: string,
    type: DidType,
    sums: Pick<IMemoryDid, 'bytes' | 'adler32' | 'md5'> = { bytes: null, adler32: null, md5: null }
  ): IMemoryDid {
    const made: IMemoryDid = {
      ...sums,
      type,
      open: true,
      endsAt: null,
      metadata: new Map(),
      content: new Set(),
      replicas: new Map()
    };
    this.dids.set(did, made);
    return made;
  }

  mustKnow(did: string): IMemoryDid {
    const found = this.dids.get(did);
    if (found === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such DID.');
    }
    return found;
  }

  mustOwn(did: string): void {
    const [scope] = did.split(':');
    if (this.options.scopes[scope] !== this.account) {
      throw forbidden();
    }
  }

  /** Throws `conflict` for what this collection does not take. */
  mustFit(into: IMemoryDid, member: IMemoryDid): void {
    const takesFiles = into.type === 'DATASET';
    if (into.type === 'FILE' || !into.open || takesFiles !== (member.type === 'FILE')) {
      throw new DataLakeError('conflict', 'Rucio cannot do that with this DID or rule.');
    }
  }

  private async _call<T>(call: Call, signal: AbortSignal, work: () => T): Promise<T> {
    this.requests.push(call);
    if (signal.aborted) {
      throw new DataLakeError('cancelled', 'Cancelled.');
    }
    await Promise.resolve();
    if (this.failure !== null) {
      throw this.failure;
    }
    this._interrupted(call, 'before');
    const answer = work();
    this._interrupted(call, 'after');
    return answer;
  }

  private _interrupted(call: Call, at: 'before' | 'after'): void {
    const found = this._interruptions.findIndex(each => each.call === call && each.at === at);
    if (found >= 0) {
      const [{ what }] = this._interruptions.splice(found, 1);
      what();
    }
  }

  private _describe({ type, bytes, adler32, md5, open, endsAt }: IMemoryDid): IKnown {
    const ending = endsAt !== null && endsAt < this.options.clock.now() + ENDING_MS;
    return { type, bytes, adler32, md5, open, ending };
  }

  private _rse(rse: string): IMemoryRse {
    const options = this.rseOptions.get(rse);
    if (options === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such RSE.');
    }
    return options;
  }

  /** Prefers RSEs that have the data, as Rucio does. */
  private _newRule(did: string, rule: INewRule): IMemoryRule {
    const rses = this.matching(rule.rseExpression)
      .toSorted((a, b) => Number(this._isOn(did, [b])) - Number(this._isOn(did, [a])))
      .slice(0, rule.copies);
    if (rses.some(rse => this._rse(rse).blocked === true)) {
      throw new DataLakeError('rse-not-writable', 'The RSE is blocked for writing.');
    }
    return { id: (++this._count).toString(16).padStart(32, '0'), did, rule, rses, error: null };
  }

  private _isOn(did: string, rses: readonly string[]): boolean {
    return this._files(did).every(({ replicas }) =>
      rses.every(rse => replicas.get(rse)?.state === 'AVAILABLE')
    );
  }

  private _files(did: string): IMemoryDid[] {
    const found = this.mustKnow(did);
    return found.type === 'FILE'
      ? [found]
      : [...found.content].flatMap(inside => this._files(inside));
  }

  /** Of all these files together, those that no rule keeps there, or all. */
  private _bytes(dids: readonly string[], rse: string, onlyNew = true): number {
    const counted = new Set(
      onlyNew
        ? this._rules
            .filter(({ rses }) => rses.includes(rse))
            .flatMap(({ did }) => this._files(did))
        : []
    );
    let bytes = 0;
    for (const file of dids.flatMap(did => this._files(did))) {
      bytes += counted.has(file) ? 0 : (file.bytes ?? 0);
      counted.add(file);
    }
    return bytes;
  }

  private _left(rse: string): number {
    return (this._rse(rse).quotaBytes ?? Infinity) - this.usedBytes(rse);
  }

  private _rules: IMemoryRule[] = [];
  private readonly _interruptions: { call: Call; at: 'before' | 'after'; what: () => void }[] = [];
  private _count = 0;
}

function isAllowed(did: string): boolean {
  return NAME.test(did.slice(did.indexOf(':') + 1));
}

/** What makes two rules the same to Rucio. */
function isSame(there: IMemoryRule, did: string, { rseExpression, copies }: INewRule): boolean {
  return (
    there.did === did && there.rule.rseExpression === rseExpression && there.rule.copies === copies
  );
}

function forbidden(): DataLakeError {
  return new DataLakeError('forbidden', "Rucio's policy does not allow this account to do that.");
}
