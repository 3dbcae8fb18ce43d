import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { geteuid } from 'node:process';
import { DataLakeError } from '../../common/contract/problem.js';
import { IniError, IniSection } from './ini.js';

/** What may be configured of a client; '' is "not set". Set values win over rucio.cfg. */
export interface IRucioClientConfig {
  rucioCfg: string;
  rucioUrl: string;
  authUrl: string;
  caCert: string;
  account: string;
  authType: string;
  username: string;
  passwordFile: string;
  oidcTokenFile: string;
  oidcTokenEnv: string;
  clientCert: string;
  clientKey: string;
  clientX509Proxy: string;
}

/** A client's settings after rucio.cfg was read; holds no password or token. */
export interface IRucioClientSettings extends IRucioClientConfig {
  /** The file in whose [client] section the password is, or '' if it is in passwordFile. */
  passwordCfg: string;
  /** What Rucio's own sign-in at an identity provider asks for besides; '' is "not set". */
  oidcAudience: string;
  oidcRefreshLifetime: string;
}

/** Joins configuration and rucio.cfg. Throws `not-configured` with the name of what is missing. */
export function resolveClient(
  config: IRucioClientConfig,
  env: NodeJS.ProcessEnv
): IRucioClientSettings {
  const { rucioCfg } = config;
  const section = rucioCfg === '' ? null : readClientSection(read(rucioCfg), rucioCfg);
  const pick = (set: string, key: string) => set || section?.get(key) || '';
  const rucioUrl = pick(config.rucioUrl, 'rucio_host');
  if (rucioUrl === '') {
    throw new DataLakeError(
      'not-configured',
      rucioCfg === ''
        ? 'No Rucio is configured: set c.DataLake.rucio_url or c.DataLake.rucio_cfg.'
        : `There is no rucio_host in the [client] section of ${rucioCfg}: add it, or set c.DataLake.rucio_url.`
    );
  }
  const authUrl = pick(config.authUrl, 'auth_host') || rucioUrl;
  checkUrl('rucio_url', rucioUrl);
  checkUrl('auth_url', authUrl);
  return {
    rucioCfg,
    rucioUrl,
    authUrl,
    caCert: expandPath(pick(config.caCert, 'ca_cert'), env),
    account: config.account || env.RUCIO_ACCOUNT || section?.get('account') || '',
    authType: config.authType || env.RUCIO_AUTH_TYPE || section?.get('auth_type') || 'userpass',
    username: pick(config.username, 'username'),
    passwordFile: config.passwordFile,
    oidcTokenFile: expandPath(pick(config.oidcTokenFile, 'auth_token_file_path'), env),
    oidcTokenEnv: config.oidcTokenEnv,
    clientCert: expandPath(
      config.clientCert || env.RUCIO_CLIENT_CERT || pick('', 'client_cert'),
      env
    ),
    clientKey: expandPath(config.clientKey || env.RUCIO_CLIENT_KEY || pick('', 'client_key'), env),
    clientX509Proxy: expandPath(
      config.clientX509Proxy ||
        env.RUCIO_CLIENT_PROXY ||
        pick('', 'client_x509_proxy') ||
        env.X509_USER_PROXY ||
        `/tmp/x509up_u${geteuid?.() ?? ''}`,
      env
    ),
    oidcAudience: pick('', 'oidc_audience'),
    oidcRefreshLifetime: pick('', 'oidc_refresh_lifetime'),
    passwordCfg: config.passwordFile === '' && section?.has('password') === true ? rucioCfg : ''
  };
}

export interface IClientSection {
  get(option: string): string | undefined;
  has(option: string): boolean;
}

/** The [client] section. It and each value in it throw `not-configured` where they are malformed. */
export function readClientSection(text: string, file: string): IClientSection {
  const explained = <T>(ask: () => T): T => {
    try {
      return ask();
    } catch (cause) {
      throw cause instanceof IniError
        ? new DataLakeError('not-configured', `In ${file}, ${cause.message}: correct it.`, {
            cause
          })
        : cause;
    }
  };
  const section = explained(() => IniSection.read(text, 'client'));
  return {
    get: option => explained(() => section.get(option)),
    has: option => section.has(option)
  };
}

function checkUrl(name: string, value: string): void {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new DataLakeError(
      'not-configured',
      `c.DataLake.${name} is not an http or https address: correct it.`
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new DataLakeError(
      'not-configured',
      `c.DataLake.${name} holds a user name or password: set c.DataLake.username and c.DataLake.password_file instead.`
    );
  }
}

/** As Rucio's clients do: ~ and $NAME stand for what they stand for in a shell. */
function expandPath(path: string, env: NodeJS.ProcessEnv): string {
  if (path === '') {
    return '';
  }
  const named = path.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? whole
  );
  return resolve(named.replace(/^~(?=\/|$)/, env.HOME || homedir()));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DataLakeError(
      'not-configured',
      `The Rucio configuration ${file} cannot be read: check c.DataLake.rucio_cfg.`,
      { cause }
    );
  }
}
