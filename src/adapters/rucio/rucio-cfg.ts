import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataLakeError } from '../../common/contract/problem.js';

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
}

/** A client's settings after rucio.cfg was read; holds no password or token. */
export interface IRucioClientSettings extends IRucioClientConfig {
  /** The file in whose [client] section the password is, or '' if it is in passwordFile. */
  passwordCfg: string;
}

type Section = ReadonlyMap<string, string>;

/** The [client] section of an INI file as Python's configparser reads it (lower-case keys, # and ; comments). */
export function readClientSection(text: string): Section {
  const found = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    const entry = /^([^\s#;=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (header !== null) {
      section = header[1].trim();
    } else if (entry !== null && section === 'client') {
      found.set(entry[1].toLowerCase(), entry[2]);
    }
  }
  return found;
}

/** Where Rucio's own clients look for a rucio.cfg, in their order; null if there is none. */
export function findRucioCfg(env: NodeJS.ProcessEnv): string | null {
  const places = [
    env.RUCIO_CONFIG,
    env.RUCIO_HOME && join(env.RUCIO_HOME, 'etc/rucio.cfg'),
    '/opt/rucio/etc/rucio.cfg',
    env.VIRTUAL_ENV && join(env.VIRTUAL_ENV, 'etc/rucio.cfg')
  ];
  return places.find(place => place !== undefined && place !== '' && existsSync(place)) ?? null;
}

/**
 * Joins configuration and rucio.cfg. Throws `not-configured` with the name of what is missing.
 */
export function resolveClient(
  config: IRucioClientConfig,
  env: NodeJS.ProcessEnv
): IRucioClientSettings {
  const rucioCfg = config.rucioCfg || (config.rucioUrl === '' ? (findRucioCfg(env) ?? '') : '');
  const section = rucioCfg === '' ? new Map<string, string>() : readClientSection(read(rucioCfg));
  const pick = (set: string, key: string) => set || section.get(key) || '';
  const rucioUrl = pick(config.rucioUrl, 'rucio_host');
  if (rucioUrl === '') {
    throw new DataLakeError(
      'not-configured',
      'No Rucio is configured: set c.DataLake.rucio_url, or rucio_host in the [client] section of a rucio.cfg.'
    );
  }
  for (const [name, value] of Object.entries({
    rucio_url: rucioUrl,
    auth_url: pick(config.authUrl, 'auth_host') || rucioUrl
  })) {
    if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
      throw new DataLakeError(
        'not-configured',
        `c.DataLake.${name} is not an http or https address: correct it.`
      );
    }
  }
  return {
    rucioCfg,
    rucioUrl,
    authUrl: pick(config.authUrl, 'auth_host') || rucioUrl,
    caCert: pick(config.caCert, 'ca_cert'),
    account: config.account || env.RUCIO_ACCOUNT || section.get('account') || '',
    authType: pick(config.authType, 'auth_type') || 'userpass',
    username: pick(config.username, 'username'),
    passwordFile: config.passwordFile,
    oidcTokenFile: pick(config.oidcTokenFile, 'auth_token_file_path'),
    oidcTokenEnv: config.oidcTokenEnv,
    passwordCfg: config.passwordFile === '' && section.has('password') ? rucioCfg : ''
  };
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
