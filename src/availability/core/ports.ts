import type { DidType } from '../../common/contract/did.js';
import type { RuleState } from '../contract.js';

/** What Rucio says of a DID itself. */
export interface IDidInfo {
  did: string;
  type: DidType;
  bytes: number;
  /** Number of files, at any depth. */
  files: number;
}

/** A file as the catalogue has it. */
export interface IFileEntry {
  scope: string;
  name: string;
  bytes: number | null;
  adler32: string | null;
}

/** What is in a DID, and in what it is. All of it only reads and may be repeated. */
export interface IContents {
  /** Those that Rucio knows; one that it does not know is left out. In bulk. */
  describe(dids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, IDidInfo>>;
  /** Datasets at any depth below a container, each once; null: they are more than `most`. */
  datasetsOf(
    container: string,
    most: number,
    signal: AbortSignal
  ): Promise<readonly IDidInfo[] | null>;
  /** Collections directly above. */
  parentsOf(did: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Files at any depth, in batches; a file that is in it twice may come twice. */
  filesOf(did: string, signal: AbortSignal): AsyncGenerator<readonly IFileEntry[], void, void>;
}

/** A rule as Rucio keeps it. Times are milliseconds since 1970. */
export interface IRule {
  id: string;
  did: string;
  account: string;
  state: RuleState;
  rseExpression: string;
  copies: number;
  createdAt: number | null;
  updatedAt: number | null;
  expiresAt: number | null;
  locks: { ok: number; replicating: number; stuck: number };
  bytes: number | null;
  /** Rucio's words, scrubbed. */
  error: string | null;
  activity: string | null;
  comment: string | null;
}

export interface INewRule {
  did: string;
  rseExpression: string;
  lifetimeSeconds: number;
}

/** Replication rules. The four that change something are never repeated by the adapter. */
export interface IRules {
  /** null: gone. */
  get(id: string, signal: AbortSignal): Promise<IRule | null>;
  /** Rules on this very DID, whoever made them. */
  ofDid(did: string, signal: AbortSignal): Promise<readonly IRule[]>;
  /** Rules that lock this file, on it or on any collection that it is in. */
  ofFile(did: string, signal: AbortSignal): Promise<readonly IRule[]>;
  /** Rules of the account that is signed in, in batches; of one state, or all. */
  mine(state: RuleState | null, signal: AbortSignal): AsyncGenerator<readonly IRule[], void, void>;
  /**
   * Rules that may have no lock yet: by anybody, those that wait to be approved or prepared; of this account, also
   * those that failed at that. In batches.
   */
  waiting(signal: AbortSignal): AsyncGenerator<readonly IRule[], void, void>;
  /** What Rucio says of the failed transfers of a STUCK rule; null: nothing. */
  analysis(id: string, signal: AbortSignal): Promise<string | null>;
  /** One copy, grouping DATASET. Throws `quota-exceeded`, `conflict` (there is such a rule), `forbidden`. */
  add(rule: INewRule, signal: AbortSignal): Promise<string>;
  /** Its stuck locks are due for repair now. Throws `forbidden` where the policy refuses. */
  retry(id: string, signal: AbortSignal): Promise<void>;
  /** It ends so many seconds from now. */
  extend(id: string, lifetimeSeconds: number, signal: AbortSignal): Promise<void>;
  /** It ends within the hour. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

export type LockState = 'OK' | 'REPLICATING' | 'STUCK';

/** A rule holds, or brings, a dataset to an RSE. Lies behind the rule: the rule's own state counts. */
export interface IDatasetLock {
  dataset: string;
  rse: string;
  ruleId: string;
  account: string;
  state: LockState;
}

/** How much of a dataset is on an RSE, by whatever rule or none. */
export interface IDatasetReplica {
  rse: string;
  availableFiles: number;
  availableBytes: number;
}

export interface IFileReplica {
  rse: string;
  /** Rucio says that it is there (and not still being copied). */
  available: boolean;
  pfns: readonly string[];
}

/** What is where. All of it only reads. */
export interface IReplicas {
  /** Locks on these collections by anybody's rules; those of the datasets below a container. In bulk. */
  locksOf(
    collections: readonly { did: string; type: DidType }[],
    signal: AbortSignal
  ): Promise<readonly IDatasetLock[]>;
  /**
   * How much of each dataset or container is on these RSEs, counted file by file, whatever brought it there. In
   * bulk where there is nothing; one of which nothing is there has an empty list.
   */
  ofCollections(
    collections: readonly { did: string; type: DidType }[],
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, readonly IDatasetReplica[]>>;
  /** Where each of these files is among these RSEs. In bulk; one that is nowhere has an empty list. */
  ofFiles(
    dids: readonly string[],
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, readonly IFileReplica[]>>;
}

export interface IRseFacts {
  rse: string;
  /** PFNs of this RSE begin with one of these; the first is the one that is read from. */
  prefixes: readonly string[];
  /** What follows the prefix in the PFN of a file; null: only Rucio knows. */
  suffixOf: ((scope: string, name: string) => string) | null;
}

export interface IRses {
  facts(rse: string, signal: AbortSignal): Promise<IRseFacts>;
  /** Names of the RSEs that an expression stands for. Throws `bad-request` for one that Rucio cannot read. */
  matching(expression: string, signal: AbortSignal): Promise<readonly string[]>;
}

export interface IQuota {
  /** null: no limit. */
  limitBytes: number | null;
  usedBytes: number;
}

/** The account that is signed in. */
export interface IAccounts {
  name(signal: AbortSignal): Promise<string>;
  quota(rse: string, signal: AbortSignal): Promise<IQuota>;
}

/** Everything that is asked of one instance of Rucio. */
export interface IRucio {
  contents: IContents;
  rules: IRules;
  replicas: IReplicas;
  rses: IRses;
  accounts: IAccounts;
}

/** What a look at a path came to: its size, or that it is not there, or that we may not look. */
export type Seen = number | 'missing' | 'denied';

/** How the mount's folder itself looked. */
export type MountLook = 'there' | 'missing' | 'empty-and-not-mounted';

/** Looks at one mount from a process of its own, so that a mount that hangs hangs nothing else. */
export interface IMountProber {
  /** In the order asked. Throws `mount-not-answering` after its deadline. */
  look(paths: readonly string[]): Promise<readonly Seen[]>;
  /** Throws `mount-not-answering` after its deadline. */
  lookAtMount(): Promise<MountLook>;
}
