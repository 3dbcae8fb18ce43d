import type { CollectionType } from '../contract.js';

/** What Rucio takes as metadata: checked, and numbers where it holds numbers. */
export type RucioMetadata = Readonly<Record<string, string | number>>;

/**
 * Changes of DIDs. Each call is all or nothing. Throws DataLakeError: `forbidden` for what is not the account's,
 * `not-found`, `conflict`, `name-refused`.
 */
export interface ICollections {
  /** With nothing in it. Throws `conflict` where the DID exists. */
  create(
    did: string,
    type: CollectionType,
    metadata: RucioMetadata,
    signal: AbortSignal
  ): Promise<void>;
  /** Up to 1,000. What is in it already stays so. Throws `conflict` for a collection that does not take them. */
  attach(did: string, members: readonly string[], signal: AbortSignal): Promise<void>;
  /** Up to 1,000. Throws `not-found` where one of them is not in it. */
  detach(did: string, members: readonly string[], signal: AbortSignal): Promise<void>;
  /** May be repeated. Throws `conflict` for a file. */
  setOpen(did: string, open: boolean, signal: AbortSignal): Promise<void>;
  /** May be repeated. */
  setMetadata(did: string, metadata: RucioMetadata, signal: AbortSignal): Promise<void>;
  /** May be repeated: a key that is not there is fine. */
  removeMetadata(did: string, key: string, signal: AbortSignal): Promise<void>;
  /** From now; null: for ever. May be repeated. */
  setLifetime(did: string, lifetimeSeconds: number | null, signal: AbortSignal): Promise<void>;
}
