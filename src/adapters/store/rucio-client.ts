import { open, realpath } from 'node:fs/promises';
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
import { FittingPython } from './fitting-python.js';
import { parsePfn } from './pfn.js';

export interface IRucioClientOptions {
  /** rucio_driver.py. */
  program: string;
  /** What the client needs of the environment, its configuration among it (RUCIO_CONFIG); no secret. */
  env: Readonly<Record<string, string>>;
}

/**
 * Whatever Rucio's installed client can write to: its own classes for protocols, in processes of their own. Slow to
 * begin, says no progress, and is broken off by ending the process.
 */
export class RucioClientStore implements IStore {
  constructor({ program, env }: IRucioClientOptions) {
    const module = 'rucio.client, rucio.rse.rsemanager';
    this._python = new FittingPython(() => pythonsOfRucio(env.PATH ?? ''), module, env);
    this._pool = new ClientPool<IDestination>(async () => {
      const python = await this._python.find();
      if (python === null) {
        throw new DataLakeError('no-way-to-store', "Rucio's client is not installed.");
      }
      return { python, program, env };
    });
  }

  async unusable(_scheme: string): Promise<string | null> {
    return (await this._python.find()) === null
      ? "Rucio's client, which may know this scheme, is not installed."
      : null;
  }

  async put(
    source: ISource,
    destination: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    const paced = options.pace !== null;
    const order = { do: 'put', source, md5: options.md5, paced, ...known(destination) } as const;
    const sums = await this._pool.ask<IChecksums>(order, options, signal);
    options.onProgress(source.bytes);
    return sums;
  }

  async look(
    destination: IDestination,
    bytes: number,
    signal: AbortSignal
  ): Promise<IStored | null> {
    return this._pool.ask({ do: 'look', bytes, ...known(destination) }, null, signal);
  }

  async remove(destination: IDestination, signal: AbortSignal): Promise<void> {
    await this._pool.ask({ do: 'remove', ...known(destination) }, null, signal);
  }

  async dispose(): Promise<void> {
    this._pool.dispose();
    return Promise.resolve();
  }

  private readonly _python: FittingPython;
  private readonly _pool: ClientPool<IDestination>;
}

/** Throws `name-refused`. */
function known(destination: IDestination): IDestination {
  parsePfn(destination.pfn);
  return destination;
}

/** Those that run the `rucio` commands on PATH: the first line of a program says it. */
async function pythonsOfRucio(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of path.split(delimiter).filter(each => each !== '')) {
    const file = await realpath(join(folder, 'rucio')).catch(() => null);
    const line = file === null ? null : await firstLine(file);
    const match = /^#!\s*(\/\S*python\S*)\s*$/.exec(line ?? '');
    if (match !== null) {
      found.push(match[1]);
    }
  }
  return found;
}

async function firstLine(file: string): Promise<string | null> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
      return buffer.toString('utf8', 0, bytesRead).split('\n')[0];
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
