import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { IMover } from '../adapters/store/mover.js';
import { hostOf } from '../adapters/store/pfn.js';
import { foldersOf, PosixStore } from '../adapters/store/posix.js';
import { RucioClientStore } from '../adapters/store/rucio-client.js';
import { Stores } from '../adapters/store/stores.js';
import { tokenIn, usualTokenFiles } from '../adapters/store/token-file.js';
import { WebdavStore } from '../adapters/store/webdav.js';
import { XrdcpStore } from '../adapters/store/xrdcp.js';
import { childEnvironment, XrootdStore } from '../adapters/store/xrootd.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import type { IRsesToWrite } from '../upload/core/ports.js';
import type { Config, InstanceConfig } from './config.js';
import { rsePrefixes } from './rse-prefixes.js';

export interface IStoresParts {
  instance: InstanceConfig;
  config: Pick<Config, 'python' | 'kernelDir'>;
  rses: IRsesToWrite;
  mover: IMover;
  /** Programs that move bytes run at a lower priority. */
  givesWay: boolean;
}

/** Where Debian's and grids' own packages put XRootD's client. */
const SYSTEM_PYTHON = '/usr/bin/python3';
const XROOTD = ['root', 'roots', 'xroot', 'xroots'];

/** The stores of an instance's RSEs, each by what is installed here. */
export function makeStores({ instance, config, rses, mover, givesWay }: IStoresParts): Stores {
  const prefixes = rsePrefixes(rses, SYSTEM_CLOCK);
  const found = async (): Promise<{ file: string; token: string } | null> => {
    for (const file of tokenFilesOf(instance)) {
      const token = await tokenIn(file);
      if (token !== null) {
        return { file, token };
      }
    }
    return null;
  };
  const drivers = join(dirname(config.kernelDir), 'drivers');
  const env = {
    ...childEnvironment(process.env, instance.caCert),
    ...(givesWay ? { DATALAKE_GIVES_WAY: '1' } : {})
  };
  const posix = new PosixStore(mover, async rse => foldersOf(await prefixes(rse)));
  const webdav = new WebdavStore({
    mover,
    token: async () => (await found())?.token ?? null,
    trustedHosts: async rse => [
      ...instance.uploads.storageHosts,
      ...(await prefixes(rse)).flatMap(prefix => hostOf(prefix) ?? [])
    ]
  });
  const xrootdParts = {
    pythons: [config.python, SYSTEM_PYTHON].filter(python => python !== ''),
    env,
    tokenFile: async () => (await found())?.file ?? null
  };
  const xrootd = new XrootdStore({ ...xrootdParts, program: join(drivers, 'xrootd_driver.py') });
  const xrdcp = new XrdcpStore({ ...xrootdParts, program: join(drivers, 'xrdcp_driver.py') });
  const rucio = new RucioClientStore({
    program: join(drivers, 'rucio_driver.py'),
    env: instance.rucioCfg === '' ? env : { ...env, RUCIO_CONFIG: instance.rucioCfg }
  });
  return new Stores([
    { schemes: ['file'], store: posix },
    { schemes: ['davs', 'https'], store: webdav },
    { schemes: XROOTD, store: xrootd },
    { schemes: XROOTD, store: xrdcp },
    { schemes: null, store: rucio }
  ]);
}

/** Ours where we renew it, else where other programs look for one. */
function tokenFilesOf({ tokens }: InstanceConfig): readonly string[] {
  const target = tokens?.targets.find(({ serves }) => serves === 'storage');
  return target === undefined ? usualTokenFiles(process.env, userInfo().uid) : [target.file];
}
