import path from 'node:path';
import type { ILake } from './lake.ts';
import { CHECKOUT } from './places.ts';

/** Shell lines that point `datalake`, `rucio`, `xrdcp` and `jupyter lab` at the lake as this account. */
export function exportsFor(lake: ILake, labFolder: string, account: string): string {
  const home = path.join(lake.folders.accounts, account);
  const values = {
    PATH: `${path.join(CHECKOUT, '.venv/bin')}:$PATH:${path.join(labFolder, 'venv/bin')}`,
    RUCIO_HOME: home,
    RUCIO_CONFIG: path.join(home, 'etc/rucio.cfg'),
    RUCIO_ACCOUNT: account,
    JUPYTER_CONFIG_PATH: lake.folders.jupyter,
    ...(lake.keytab ? { XrdSecPROTOCOL: 'sss', XrdSecSSSKT: lake.keytab } : {})
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');
}

/** Double quotes, so that $PATH is the caller's; everything else is taken literally. */
function quoted(value: string): string {
  return `"${value.replace(/["\\`]/g, '\\$&').replace(/\$(?!PATH:)/g, '\\$')}"`;
}
