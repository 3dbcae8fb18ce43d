import type { AvailabilityAnswer, LocalFile } from '../../availability/contract.js';

/** A DID on one instance of Rucio. */
export interface IHandle {
  readonly instance: string;
  readonly did: string;
}

/** What the cart needs to know of the availability of DIDs. */
export interface ICartAvailability {
  /** In the order asked; one that cannot be told is a problem in its place. Rejects if none can. */
  query(instance: string, dids: readonly string[]): Promise<readonly AvailabilityAnswer[]>;
  /** All files of a DID, with their places on the mount, in batches. */
  files(instance: string, did: string): AsyncIterable<readonly LocalFile[]>;
  /** Keeps these fresh though no window shows them. Replaces those of the call before; instances that are not configured are passed over. */
  watch(handles: readonly IHandle[]): void;
  /** Tells of each change, of any DID. */
  onChange(listener: (handle: IHandle) => void): void;
  /** Tells the windows that there is more to read of this DID, though Rucio says nothing new. */
  announce(handle: IHandle): void;
}

/** Which items a person has accepted, as digests; survives restarts. Several servers may share it. */
export interface IAcceptances {
  /** In the order asked. */
  known(digests: readonly string[]): boolean[];
  /** Adding what is there already is no error. */
  add(digests: readonly string[]): void;
}

/** Small private files that kernels read. Each write replaces the file at once: no reader sees a half. */
export interface IStateFiles {
  /** The absolute path of the state with this digest, whether or not it is there. */
  pathOf(digest: string): string;
  /** null when it is not there or damaged. */
  read(digest: string): Promise<unknown>;
  write(digest: string, state: object): Promise<void>;
  /** The list that belongs to a state; the stamp tells equal lists from others. */
  writeList(digest: string, lines: AsyncIterable<string>): Promise<{ path: string; stamp: string }>;
  /** Forgets files that nobody has written or kept for so long. */
  prune(olderThanMilliseconds: number): Promise<void>;
}

/** The text that runs in kernels of one language. */
export interface IKernelSource {
  read(): Promise<{
    digest: string;
    start: string;
    modules: readonly (readonly [string, string])[];
  }>;
}
