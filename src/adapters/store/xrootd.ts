import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IChecksums,
  IDestination,
  IPutOptions,
  ISource,
  IStore,
  IStored
} from '../../upload/core/ports.js';
import { PythonDriver, type DriverOrder } from './python-driver.js';
import { FittingPython } from './fitting-python.js';
import { urlOf } from './xrootd-url.js';

export interface IXrootdOptions {
  /** Pythons that may have XRootD, the best first. */
  pythons: readonly string[];
  /** xrootd_driver.py. */
  program: string;
  /** What the client needs of the environment (childEnvironment); no secret. */
  env: Readonly<Record<string, string>>;
  /** The file with the token for stores; null: there is none, and other ways to sign in are tried. */
  tokenFile(): Promise<string | null>;
}

/** Stores that speak XRootD's own protocol, by its client for Python, in a process of its own. */
export class XrootdStore implements IStore {
  constructor(private readonly _options: IXrootdOptions) {
    const { pythons, env } = _options;
    this._python = new FittingPython(async () => Promise.resolve(pythons), 'XRootD.client', env);
  }

  async unusable(_scheme: string): Promise<string | null> {
    return (await this._python.find()) === null
      ? 'XRootD\'s client for Python is missing: install it with "pip install jupyterlab-datalake[xrootd]".'
      : null;
  }

  prepare(): void {
    this._running().catch(() => undefined);
  }

  async put(
    source: ISource,
    { pfn }: IDestination,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    const { md5, pace } = options;
    const order = { do: 'put', source, url: urlOf(pfn), md5, paced: pace !== null } as const;
    return this._ask(order, options, signal);
  }

  async look({ pfn }: IDestination, bytes: number, signal: AbortSignal): Promise<IStored | null> {
    const order = { do: 'look', url: urlOf(pfn), bytes } as const;
    const found = await this._ask<IStored | { folder: true } | null>(order, null, signal);
    if (found !== null && 'folder' in found) {
      throw new DataLakeError('conflict', 'At the store there is a folder of this name.');
    }
    return found;
  }

  async remove({ pfn }: IDestination, signal: AbortSignal): Promise<void> {
    await this._ask({ do: 'remove', url: urlOf(pfn) }, null, signal);
  }

  async dispose(): Promise<void> {
    this._drivers.forEach(driver => driver.end());
    return Promise.resolve();
  }

  private async _ask<T>(
    order: DriverOrder<{ url: string }>,
    options: Pick<IPutOptions, 'pace' | 'onProgress'> | null,
    signal: AbortSignal
  ): Promise<T> {
    const driver = await this._running();
    try {
      return await driver.ask<T>(order, options, signal);
    } finally {
      if (driver !== this._driver && driver.busy === 0) {
        driver.end();
      }
    }
  }

  /** A process that has signed in with the token that there is now: it keeps its connections. */
  private async _running(): Promise<PythonDriver> {
    const python = await this._python.find();
    if (python === null) {
      throw new DataLakeError('no-way-to-store', (await this.unusable('root')) ?? '');
    }
    const tokenFile = await this._options.tokenFile();
    const written = tokenFile === null ? null : await stat(tokenFile).catch(() => null);
    const sign = `${python} ${tokenFile} ${written?.mtimeMs}`;
    if (this._driver === null || this._sign !== sign) {
      if (this._driver?.busy === 0) {
        this._driver.end();
      }
      const { program, env } = this._options;
      const token: Record<string, string> =
        tokenFile === null ? {} : { BEARER_TOKEN_FILE: tokenFile };
      const driver = new PythonDriver({ python, program, env: { ...env, ...token } }, () => {
        this._drivers.delete(driver);
        if (this._driver === driver) {
          this._driver = null;
        }
      });
      this._drivers.add(driver);
      this._driver = driver;
      this._sign = sign;
    }
    return this._driver;
  }

  private readonly _drivers = new Set<PythonDriver>();
  private _driver: PythonDriver | null = null;
  private _sign = '';
  private readonly _python: FittingPython;
}

const KEPT =
  /^(?:PATH|HOME|LANG|KRB5CCNAME|X509_\w+|XrdSec\w+|XRD_\w+|RUCIO_(?:HOME|CONFIG|ACCOUNT)|REQUESTS_CA_BUNDLE)$/;

/** What XRootD's clients are given of an environment: no secret, and patience in measure. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  caCert: string
): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) =>
    KEPT.test(name) && value !== undefined ? [[name, value] as const] : []
  );
  const patience = {
    XRD_CONNECTIONWINDOW: '15',
    XRD_CONNECTIONRETRY: '2',
    XRD_REQUESTTIMEOUT: '300',
    XRD_STREAMTIMEOUT: '60'
  };
  const isFolder = statSync(caCert, { throwIfNoEntry: false })?.isDirectory() === true;
  const trusts: Record<string, string> =
    caCert === '' ? {} : { [isFolder ? 'X509_CERT_DIR' : 'X509_CERT_FILE']: caCert };
  return { ...patience, ...trusts, ...Object.fromEntries(kept) };
}
