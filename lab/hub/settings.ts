import path from 'node:path';
import { hubCallback } from '../configuration.ts';
import { trust } from '../env.ts';
import { clientSecretFile } from '../iam/plan.ts';
import type { ILake, ILakeIam } from '../lake.ts';
import { CHECKOUT } from '../places.ts';
import { privateFolder, secretIn, writePrivate } from '../private-file.ts';

/**
 * How old a sign-in may be before the hub asks the identity provider about it. JupyterHub's default is five
 * minutes: too long for tokens that tests let live for seconds.
 */
const AUTH_REFRESH_SECONDS = 5;

export const hubFolder = (lake: ILake): string => path.join(lake.folder, 'hub');
export const hubSettingsFile = (lake: ILake): string => path.join(hubFolder(lake), 'settings.json');
export const hubUrl = ({ ports }: ILake): string => `http://127.0.0.1:${ports.hubProxy}`;

/** Makes what JupyterHub needs, and writes the settings that its configuration reads. */
export function writeHubSettings(lake: ILake, iam: ILakeIam, environment: string): void {
  const { ports } = lake;
  const folder = hubFolder(lake);
  privateFolder(folder);
  privateFolder(path.join(folder, 'home'));
  const ownSecret = (name: string): string => {
    const file = path.join(lake.folders.secrets, `hub-${name}`);
    secretIn(file, 32);
    return file;
  };
  const settings = {
    folder,
    url: hubUrl(lake),
    hubUrl: `http://127.0.0.1:${ports.hub}`,
    proxyApiUrl: `http://127.0.0.1:${ports.hubProxyApi}`,
    proxyCommand: [
      process.execPath,
      path.join(CHECKOUT, 'node_modules/.bin/configurable-http-proxy')
    ],
    issuer: iam.issuer,
    callbackUrl: hubCallback(lake),
    bundle: iam.certificates.bundle,
    authRefreshSeconds: AUTH_REFRESH_SECONDS,
    secrets: {
      client: clientSecretFile(lake.folders.secrets, 'jupyterhub'),
      proxy: ownSecret('proxy'),
      authState: ownSecret('auth-state')
    },
    serverCommand: [path.join(environment, 'bin/jupyterhub-singleuser')],
    serverEnvironment: {
      PATH: `${path.join(environment, 'bin')}:${path.join(CHECKOUT, '.venv/bin')}:/usr/bin:/bin`,
      // The extension of this checkout, whichever checkout .venv was made for.
      PYTHONPATH: CHECKOUT,
      JUPYTER_PATH: path.join(CHECKOUT, '.venv/share/jupyter'),
      JUPYTER_CONFIG_PATH: `${iam.jupyterFolder}:${path.join(CHECKOUT, '.venv/etc/jupyter')}`,
      ...trust(iam.certificates)
    }
  };
  writePrivate(hubSettingsFile(lake), JSON.stringify(settings, undefined, 2) + '\n');
}
