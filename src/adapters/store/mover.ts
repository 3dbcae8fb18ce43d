import type { IChecksums, IPutOptions, ISource, IStored } from '../../upload/core/ports.js';

/** Where a file goes, in words that can be sent to another thread. */
export type Place = IFolderPlace | IWebPlace;

/** A path that must stay below the folder `bound`, after all links. */
export interface IFolderPlace {
  kind: 'folder';
  path: string;
  bound: string;
}

/** A path at a server that speaks WebDAV over TLS. */
export interface IWebPlace {
  kind: 'web';
  host: string;
  port: number;
  /** As it is on the store's disk: nothing is escaped. */
  path: string;
  /** A secret; null: none is shown. */
  token: string | null;
  /** Hosts beside `host` that it may send on to, and that see the token then. */
  trustedHosts: readonly string[];
}

/** Moves and hashes bytes, in this thread or in another one. What is promised is what IStore promises. */
export interface IMover {
  put(
    source: ISource,
    place: Place,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums>;
  look(place: Place, bytes: number, signal: AbortSignal): Promise<IStored | null>;
  remove(place: Place, signal: AbortSignal): Promise<void>;
  /** Reads a source once, for its checksums. */
  sums(source: ISource, md5: boolean, signal: AbortSignal): Promise<IChecksums>;
  dispose(): Promise<void>;
}
