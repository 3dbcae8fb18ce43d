import path from 'node:path';
import type { ICertificates } from './iam/certificates.ts';
import type { ILake } from './lake.ts';
import { CHECKOUT } from './places.ts';
import { LabError } from './problem.ts';

/** Shell lines that point `datalake`, `rucio`, `xrdcp` and `jupyter lab` at the lake as this account. */
export function exportsFor(lake: ILake, labFolder: string, account: string): string {
  const home = path.join(lake.folders.accounts, account);
  const values = {
    PATH: pathOf(labFolder),
    RUCIO_HOME: home,
    RUCIO_CONFIG: path.join(home, 'etc/rucio.cfg'),
    RUCIO_ACCOUNT: account,
    JUPYTER_CONFIG_PATH: lake.folders.jupyter,
    ...(lake.keytab ? { XrdSecPROTOCOL: 'sss', XrdSecSSSKT: lake.keytab } : {}),
    ...(lake.iam ? trust(lake.iam.certificates) : {})
  };
  return linesOf(values);
}

/** Shell lines for somebody who has no password for Rucio, and signs in to the identity provider. */
export function exportsForTokens(lake: ILake, labFolder: string): string {
  if (!lake.iam) {
    throw new LabError(
      'There is no identity provider in the embedded profile: take --profile full.'
    );
  }
  const values = {
    PATH: pathOf(labFolder),
    JUPYTER_CONFIG_PATH: lake.iam.jupyterFolder,
    ...trust(lake.iam.certificates)
  };
  const others = ['RUCIO_HOME', 'RUCIO_CONFIG', 'RUCIO_ACCOUNT', 'XrdSecPROTOCOL', 'XrdSecSSSKT'];
  return `unset ${others.join(' ')}\n${linesOf(values)}`;
}

const pathOf = (labFolder: string): string =>
  `${path.join(CHECKOUT, '.venv/bin')}:$PATH:${path.join(labFolder, 'venv/bin')}`;

const linesOf = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('');

/** What Node, Python and XRootD look at to know whom to believe: the lake's authority besides the system's. */
export function trust({ authority, bundle, folder }: ICertificates): Record<string, string> {
  return { NODE_EXTRA_CA_CERTS: authority, REQUESTS_CA_BUNDLE: bundle, X509_CERT_DIR: folder };
}

/** Double quotes, so that $PATH is the caller's; everything else is taken literally. */
function quoted(value: string): string {
  return `"${value.replace(/["\\`]/g, '\\$&').replace(/\$(?!PATH:)/g, '\\$')}"`;
}
