import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IChecksums,
  IDestination,
  IPutOptions,
  ISource,
  IStore,
  IStored
} from '../../upload/core/ports.js';
import type { IFolderPlace, IMover } from './mover.js';
import { below, parsePfn } from './pfn.js';

/** PFNs that begin with `prefix` are found in the folder `path`. */
export interface IStoreFolder {
  prefix: string;
  path: string;
}

/** Stores that are folders of this machine: RSEs with `file://` PFNs, and those that are mounted. */
export class PosixStore implements IStore {
  constructor(
    private readonly _mover: IMover,
    /** The RSE's folders. Nothing outside of them is ever written. */
    private readonly _folders: (rse: string) => Promise<readonly IStoreFolder[]>
  ) {}

  async unusable(_scheme: string): Promise<string | null> {
    return Promise.resolve(null);
  }

  async put(
    source: ISource,
    destination: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    return this._mover.put(source, await this._place(destination), options, signal);
  }

  async look(
    destination: IDestination,
    bytes: number,
    signal: AbortSignal
  ): Promise<IStored | null> {
    return this._mover.look(await this._place(destination), bytes, signal);
  }

  async remove(destination: IDestination, signal: AbortSignal): Promise<void> {
    return this._mover.remove(await this._place(destination), signal);
  }

  /** The mover is its owner's. */
  async dispose(): Promise<void> {
    return Promise.resolve();
  }

  private async _place({ rse, pfn }: IDestination): Promise<IFolderPlace> {
    const { scheme, host, port, path } = parsePfn(pfn);
    for (const folder of await this._folders(rse)) {
      const prefix = parsePfn(folder.prefix.replace(/\/+$/, ''));
      const inFolder = below(path, prefix.path);
      const same = scheme === 'file' || (host === prefix.host && port === prefix.port);
      if (scheme === prefix.scheme && same && inFolder !== null) {
        const bound = folder.path.replace(/(?<=.)\/+$/, '');
        return { kind: 'folder', path: `${bound}/${inFolder}`, bound };
      }
    }
    throw new DataLakeError(
      'store-refused',
      `The PFN is in none of the folders of ${rse}: nothing is written there.`,
      { detail: pfn }
    );
  }
}

/** Folders of an RSE whose protocols are `file://`: the paths that Rucio names. */
export function foldersOf(prefixes: readonly string[]): IStoreFolder[] {
  return prefixes
    .filter(prefix => prefix.startsWith('file:'))
    .map(prefix => ({ prefix, path: parsePfn(prefix.replace(/\/+$/, '')).path }));
}
