import type { DidType } from '../../common/contract/did.js';
import { DataLakeError, type Problem } from '../../common/contract/problem.js';
import type { FileState, Job, JobState, LogLine, UploadPlan, Way, Wish } from '../contract.js';

/* ---- the catalogue ---- */

/** The lake's schema refuses one of the names that were asked about: code `name-refused`. */
export class NameRefused extends DataLakeError {
  constructor(
    readonly did: string,
    detail?: string
  ) {
    super(
      'name-refused',
      'This lake does not take such a name: rename the file, take another prefix, or leave the file out.',
      { detail }
    );
  }
}

/** What Rucio says of a DID that exists. Checksums are eight, or 32, lower-case digits; null: it has none. */
export interface IKnown {
  type: DidType;
  bytes: number | null;
  adler32: string | null;
  md5: string | null;
  /** A collection that takes members; true for files. */
  open: boolean;
  /** It is about to be erased, with whatever is done to it now. */
  ending: boolean;
}

/** A replica at an RSE: AVAILABLE is whole; COPYING was begun by somebody; other states are Rucio's. */
export type ReplicaState = string;

export interface INewReplica {
  did: string;
  bytes: number;
  adler32: string;
  md5: string | null;
  /** null: Rucio knows it by the DID (deterministic RSEs). */
  pfn: string | null;
}

export interface INewRule {
  rseExpression: string;
  copies: number;
  /** null: it has no end. */
  lifetimeSeconds: number | null;
  activity: string | null;
  /** Copies are made from this RSE only; null: from wherever there is one. */
  source: string | null;
  /** What the rule leaves is removed at once when it ends. */
  purge: boolean;
}

/**
 * What uploads ask of one instance of Rucio. Each call takes up to 1,000 DIDs and is all or nothing, unless said
 * otherwise. Throws DataLakeError; those of its codes that pass by themselves are `rucio-*`.
 */
export interface IRegistry {
  /**
   * Those of these DIDs that exist. Only reads. A name that the lake's schema does not allow throws
   * NameRefused, which says which one.
   */
  known(dids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, IKnown>>;
  /** The state of each file's replica at this RSE; one that has none there is left out. Only reads. */
  replicas(
    dids: readonly string[],
    rse: string,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, ReplicaState>>;
  /**
   * Says that these files are at the RSE, whole. May be repeated: what is there stays as it is, **also with
   * another checksum**, so look before and after. Throws `forbidden`, `rse-not-writable`, `conflict` (a DID is a
   * collection).
   */
  register(rse: string, replicas: readonly INewReplica[], signal: AbortSignal): Promise<void>;
  /** May be repeated. Throws `conflict` (closed, or of another kind), `exists-differs`. */
  attach(collection: string, files: readonly INewReplica[], signal: AbortSignal): Promise<void>;
  /** An empty dataset. One that is there already is no error. */
  createDataset(did: string, signal: AbortSignal): Promise<void>;
  /**
   * A rule for each of these DIDs, by the account that is signed in. May be repeated: a DID that has this very
   * rule already is left as it is. Throws `quota-exceeded`, `rse-not-writable`, `forbidden`.
   * Answers the rules' ids by DID.
   */
  keep(
    dids: readonly string[],
    rule: INewRule,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, string>>;
  /** Of each rule: whether all its locks are OK, or what Rucio says is wrong. One that is gone is left out. Only reads. */
  rules(
    ids: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, { done: boolean; error: string | null }>>;
  /**
   * Those of these files that no rule locks at the RSE, on them or on a dataset, by whomever: Rucio may remove them there, or
   * keeps them by accident. Each is asked about. Only reads.
   */
  unkept(dids: readonly string[], rse: string, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Whether this account has a rule on this very DID that keeps it at the RSE. Only reads. */
  isKept(did: string, rse: string, signal: AbortSignal): Promise<boolean>;
  /** May be repeated. Throws `bad-request` for a key that Rucio keeps for itself. */
  annotate(
    dids: readonly string[],
    metadata: Readonly<Record<string, string>>,
    signal: AbortSignal
  ): Promise<void>;
  /**
   * The catalogue has these files no more at the RSE; their bytes stay where they lie, and a file that was nowhere else is no DID
   * any more. May be repeated. Throws `forbidden` where the policy leaves that to administrators, as Rucio's generic one does.
   */
  forget(dids: readonly string[], rse: string, signal: AbortSignal): Promise<void>;
  /** Rucio removes the DIDs, all rules on them and their bytes. For DIDs that nobody else has made. May be repeated. */
  erase(dids: readonly string[], signal: AbortSignal): Promise<void>;
}

/** One protocol of an RSE that may be written by. */
export interface IProtocol {
  /** As Rucio has it: `davs`, `root`, `file`, ... */
  scheme: string;
  /** scheme://host:port/prefix/, with which PFNs begin. */
  prefix: string;
}

export interface IWritableRse {
  rse: string;
  /** Of the RSE itself, not of the account. */
  writable: boolean;
  deterministic: boolean;
  /** By Rucio's order, the best first. */
  protocols: readonly IProtocol[];
  /** Attribute `verify_checksum` is not false. */
  verifies: boolean;
}

/** Where an account may write. All of it only reads. */
export interface IRsesToWrite {
  /** Names of the RSEs that an expression stands for; null: all. Throws `bad-request` for one that Rucio cannot read. */
  matching(expression: string | null, signal: AbortSignal): Promise<readonly string[]>;
  facts(rse: string, signal: AbortSignal): Promise<IWritableRse>;
  /** PFNs of these DIDs by this protocol, in their order, for a deterministic RSE. */
  pfns(
    rse: string,
    protocol: IProtocol,
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<readonly string[]>;
  /** Whether Rucio's policy lets this account register replicas there; null: it does not say before it is tried. */
  mayWrite(rse: string, signal: AbortSignal): Promise<boolean | null>;
  /** null: the site does not publish it. */
  freeBytes(rse: string, signal: AbortSignal): Promise<number | null>;
  quota(
    rse: string,
    signal: AbortSignal
  ): Promise<{ limitBytes: number | null; usedBytes: number }>;
  /** All scopes, and those of the account. */
  scopes(signal: AbortSignal): Promise<{ scopes: readonly string[]; own: readonly string[] }>;
}

/* ---- stores ---- */

/** A file of this machine as it was when it was put on the list; one that is another by now is not sent. */
export interface ISource {
  path: string;
  bytes: number;
  /** Nanoseconds since 1970, as text: a number does not hold them. */
  modifiedNs: string;
  inode: string;
}

/** Where a replica's bytes go: an RSE's own protocol, and the PFN by it. */
export interface IDestination {
  rse: string;
  scheme: string;
  pfn: string;
}

/** Lower-case digits. */
export interface IChecksums {
  adler32: string;
  /** null: not wanted. */
  md5: string | null;
}

/** What a store says is there; null: it does not say. */
export interface IStored {
  bytes: number;
  adler32: string | null;
}

/** Shares a rate among transfers. */
export interface IPace {
  /** Ends when so many bytes may be sent. */
  take(bytes: number, signal: AbortSignal): Promise<void>;
}

export interface IPutOptions {
  md5: boolean;
  /** null: as fast as it goes. */
  pace: IPace | null;
  /** Bytes that are on their way or there, of this file; a few times a second. */
  onProgress(bytes: number): void;
}

/**
 * Puts single files on stores; knows nothing of the catalogue. One for each product that it speaks to. Every
 * rejection is a DataLakeError, with the store's words, scrubbed, as `detail`.
 */
export interface IStore {
  /** null: it can be used here for this scheme; else a sentence that says what is missing (a program, a mount, a token). */
  unusable(scheme: string): Promise<string | null>;
  /** Something is to be sent soon: begins what takes a while. */
  prepare?(): void;
  /**
   * Sends the file, hashing what it sends. Overwrites what is at the PFN: look first. Makes parents, goes on after
   * what an earlier put of ours has left where the store can. Resolves once the store has said that it has all of
   * it; what it has is for `look` to say. After a rejection part of it may be at the PFN.
   * Throws `source-changed`, `source-unreadable`, `store-full`, `store-refused`, `store-busy`, `store-unreachable`,
   * `store-failed`, `conflict` (a folder is there), `cancelled`.
   */
  put(
    source: ISource,
    destination: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums>;
  /** What is at the PFN; null: nothing. May take as long as the store needs to read `bytes`. Only reads. */
  look(destination: IDestination, bytes: number, signal: AbortSignal): Promise<IStored | null>;
  /** It is gone; that nothing was there is fine. Empty parents stay. Throws as `put` does. */
  remove(destination: IDestination, signal: AbortSignal): Promise<void>;
  /** Ends its workers, children and connections. */
  dispose(): Promise<void>;
}

/** The store for a scheme. */
export interface IStores {
  /** Throws `no-way-to-store` with a sentence that says what is missing for each of the schemes. */
  choose(rse: string, schemes: readonly string[]): Promise<{ scheme: string; store: IStore }>;
  /** Of a scheme that was chosen, perhaps by an earlier process. Throws `no-way-to-store`. */
  of(rse: string, scheme: string): Promise<IStore>;
  dispose(): Promise<void>;
}

/* ---- this machine ---- */

/** What is found below a source. */
export type Found =
  | {
      kind: 'file';
      source: ISource;
      /** Below the folder that was named; a file's own name. */ relative: string;
    }
  | {
      kind: 'refused';
      path: string;
      problem: Problem;
      /** Hidden, and found below a folder that was named: left out with a word, no failure. */
      hidden: boolean;
    };

export interface ISourceFiles {
  /**
   * Every file below a path, folders in the order of their names; follows no link out of `root` and no hidden
   * name. Refusals are found like files. `root` null: the source itself is the bound.
   */
  walk(
    path: string,
    root: string | null,
    takes: (relative: string) => boolean,
    signal: AbortSignal
  ): AsyncGenerator<Found, void, void>;
  /** The file as it is now; null: it is gone. */
  look(path: string): Promise<ISource | null>;
  /** Reads it once. Throws `source-changed`, `source-unreadable`. */
  sums(source: ISource, md5: boolean, signal: AbortSignal): Promise<IChecksums>;
}

/** What lies in a scratch folder. */
export interface IScratchEntry {
  /** A link is a `file`, wherever it leads. `unreadable`: a folder that cannot be looked into. */
  kind: 'file' | 'folder' | 'unreadable';
  path: string;
  bytes: number;
  /** Nanoseconds since 1970; of a folder, before anything of its content was removed. */
  modifiedNs: bigint;
  inode: string;
}

/** What can be done to what lies in scratch folders. */
export interface IScratchFiles {
  /** All that is below, hidden or not, each folder after its content. Throws `not-found`, `source-unreadable` for the folder itself. */
  entries(folder: string): AsyncGenerator<IScratchEntry, void, void>;
  /** Whether it was removed: what is another one by now stays, and a folder that is not empty. Throws `source-unreadable`. */
  remove(entry: IScratchEntry): Promise<boolean>;
}

/* ---- what survives ---- */

export interface IJobRecord {
  id: string;
  instance: string;
  /** Which Rucio it was begun for, and as whom (IUploadLake). */
  lake: string;
  /** Who uploads, as an absolute bound of what may be read; null: the sources themselves. */
  root: string | null;
  plan: UploadPlan;
  title: string;
  state: JobState;
  way: Way;
  rse: string | null;
  scheme: string | null;
  /** Its files are found, and what can be wrong with them is known. */
  planned: boolean;
  /** This job has made its dataset. */
  datasetMade: boolean;
  /** The rule on the dataset; null: none yet, or each file has its own. */
  ruleId: string | null;
  problem: Problem | null;
  createdAt: number;
  endedAt: number | null;
}

export interface IFileRecord extends IChecksumsSoFar {
  job: string;
  nr: number;
  source: ISource;
  did: string;
  state: FileState;
  sent: number;
  pfn: string | null;
  /** Nobody had made the DID when this job first looked: only then may it be erased. */
  isNew: boolean;
  ruleId: string | null;
  problem: Problem | null;
  tries: number;
  /** Milliseconds since 1970; not tried again before. */
  notBefore: number;
  /** Something of it may be at the store, or in the catalogue, that has to be removed if it does not get done. */
  left: boolean;
}

interface IChecksumsSoFar {
  adler32: string | null;
  md5: string | null;
}

export type NewFile = Pick<IFileRecord, 'source' | 'did'> & Partial<IFileRecord>;

export interface ITally {
  files: Job['files'];
  bytes: Job['bytes'];
}

/**
 * The list of uploads. Every method has its effect on disk when it returns, or throws `upload-list`. Anybody may read,
 * add a job and wish; the rest is for the owner.
 */
export interface IUploadStore {
  jobs(): IJobRecord[];
  job(id: string): IJobRecord | null;
  add(job: IJobRecord): void;
  change(id: string, fields: Partial<Omit<IJobRecord, 'id'>>): void;
  /** Takes a job off the list, with its files and its log. */
  remove(id: string): void;
  addFiles(job: string, files: readonly NewFile[]): void;
  /** As if none had been added. */
  forgetFiles(job: string): void;
  /** By number, after this one. */
  files(
    job: string,
    options?: { states?: readonly FileState[]; after?: number; limit?: number; dueAt?: number }
  ): IFileRecord[];
  /** All of them at once. */
  changeFiles(
    job: string,
    changes: readonly { nr: number; fields: Partial<Omit<IFileRecord, 'job' | 'nr'>> }[]
  ): void;
  tally(job: string): ITally;
  count(job: string, states: readonly FileState[]): number;
  /** When the next of these files may be tried; null: there is none. */
  nextDue(job: string, states: readonly FileState[]): number | null;
  log(job: string, level: LogLine['level'], text: string): void;
  lines(job: string): LogLine[];
  wish(job: string, want: Wish): void;
  /** Wishes since the last time, oldest first. */
  takeWishes(): { job: string; want: Wish }[];
  /** Rises with each change, by whatever process. */
  version(): number;
  /**
   * Whether an unfinished job needs this file, or the lake counts on it: in scratch space it is a replica until the
   * delay of its deletion is over. By its path, or by its inode where it is reached by a link.
   */
  needs(file: { path: string; inode: string }, now: number): boolean;
  /** Those of these DIDs that another job of this instance is about to make. */
  claimed(instance: string, dids: readonly string[], besides: string): ReadonlySet<string>;
}
