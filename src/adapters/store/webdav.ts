import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IChecksums,
  IDestination,
  IPutOptions,
  ISource,
  IStore,
  IStored
} from '../../upload/core/ports.js';
import type { IMover, IWebPlace } from './mover.js';
import { parsePfn } from './pfn.js';

export interface IWebdavOptions {
  mover: IMover;
  /** The token for stores as it is now, asked for each time; null: there is none. */
  token(): Promise<string | null>;
  /** Hosts that an RSE may send on to, and that see the token then; the PFN's own host always may. */
  trustedHosts(rse: string): Promise<readonly string[]>;
}

/** Stores that speak WebDAV over TLS: schemes `davs` and `https`. */
export class WebdavStore implements IStore {
  constructor(private readonly _options: IWebdavOptions) {}

  async unusable(_scheme: string): Promise<string | null> {
    try {
      return (await this._options.token()) === null
        ? 'there is no token for stores: sign in with one, or ask your administrator for c.DataLake.token_targets.'
        : null;
    } catch (error) {
      if (error instanceof DataLakeError) {
        return error.message;
      }
      throw error;
    }
  }

  async put(
    source: ISource,
    destination: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    return this._options.mover.put(source, await this._place(destination), options, signal);
  }

  async look(
    destination: IDestination,
    bytes: number,
    signal: AbortSignal
  ): Promise<IStored | null> {
    return this._options.mover.look(await this._place(destination), bytes, signal);
  }

  async remove(destination: IDestination, signal: AbortSignal): Promise<void> {
    return this._options.mover.remove(await this._place(destination), signal);
  }

  /** The mover is its owner's. */
  async dispose(): Promise<void> {
    return Promise.resolve();
  }

  private async _place({ rse, pfn }: IDestination): Promise<IWebPlace> {
    const { host, port, path } = parsePfn(pfn);
    return {
      kind: 'web',
      host,
      port: port ?? 443,
      path,
      token: await this._options.token(),
      trustedHosts: (await this._options.trustedHosts(rse)).map(name => name.toLowerCase())
    };
  }
}
