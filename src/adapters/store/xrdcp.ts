import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IChecksums,
  IDestination,
  IPutOptions,
  ISource,
  IStore,
  IStored
} from '../../upload/core/ports.js';
import { ClientPool } from './client-pool.js';
import type { IXrootdOptions } from './xrootd.js';
import { urlOf } from './xrootd-url.js';

/** Stores that speak XRootD's own protocol, by xrdcp and xrdfs where its client for Python is missing. */
export class XrdcpStore implements IStore {
  constructor(private readonly _options: IXrootdOptions) {
    this._pool = new ClientPool<{ url: string }>(async () => {
      const { pythons, program, env, tokenFile } = _options;
      const file = await tokenFile();
      const token: Record<string, string> = file === null ? {} : { BEARER_TOKEN_FILE: file };
      return { python: pythons[0], program, env: { ...env, ...token } };
    });
  }

  async unusable(_scheme: string): Promise<string | null> {
    const { pythons, env } = this._options;
    const folders = (env.PATH ?? '').split(delimiter).filter(each => each !== '');
    for (const program of ['xrdcp', 'xrdfs']) {
      const found = await Promise.all(
        folders.map(folder =>
          access(join(folder, program), constants.X_OK).then(
            () => true,
            () => false
          )
        )
      );
      if (!found.includes(true) || pythons.length === 0) {
        return `${program} is missing.`;
      }
    }
    return null;
  }

  async put(
    source: ISource,
    { pfn }: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    const paced = options.pace !== null;
    const order = { do: 'put', source, md5: options.md5, paced, url: urlOf(pfn) } as const;
    const sums = await this._pool.ask<IChecksums>(order, options, signal);
    options.onProgress(source.bytes);
    return sums;
  }

  async look({ pfn }: IDestination, bytes: number, signal: AbortSignal): Promise<IStored | null> {
    const order = { do: 'look', bytes, url: urlOf(pfn) } as const;
    const found = await this._pool.ask<IStored | { folder: true } | null>(order, null, signal);
    if (found !== null && 'folder' in found) {
      throw new DataLakeError('conflict', 'At the store there is a folder of this name.');
    }
    return found;
  }

  async remove({ pfn }: IDestination, signal: AbortSignal): Promise<void> {
    await this._pool.ask({ do: 'remove', url: urlOf(pfn) }, null, signal);
  }

  async dispose(): Promise<void> {
    this._pool.dispose();
    return Promise.resolve();
  }

  private readonly _pool: ClientPool<{ url: string }>;
}
