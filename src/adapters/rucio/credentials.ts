import { readFile } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import { claimsOf } from './jwt.js';
import { readClientSection, type IRucioClientSettings } from './rucio-cfg.js';
import type { Credentials, ICredentialSource } from './session.js';

/**
 * The place that the settings name: a password in rucio.cfg or a file, or a token in a file (read again
 * at each need) or in the environment (read here and now).
 */
export function credentialSource(client: IRucioClientSettings): ICredentialSource {
  if (client.authType === 'oidc') {
    const fromEnv = client.oidcTokenEnv === '' ? undefined : process.env[client.oidcTokenEnv];
    return { read: () => oidc(client, fromEnv) };
  }
  if (client.authType === 'userpass') {
    return { read: () => userpass(client) };
  }
  return {
    read: () =>
      Promise.reject(
        new DataLakeError(
          'not-configured',
          `The sign-in type ${client.authType} is not supported: use userpass or oidc.`
        )
      )
  };
}

async function userpass(client: IRucioClientSettings): Promise<Credentials> {
  const source = client.passwordFile || client.passwordCfg;
  if (source === '' || client.username === '') {
    throw new DataLakeError(
      'not-configured',
      'No user name and password are configured: set username and password in rucio.cfg, or c.DataLake.username and c.DataLake.password_file.'
    );
  }
  const text = await slurp(source);
  const password =
    client.passwordFile === ''
      ? (readClientSection(text, source).get('password') ?? '')
      : text.replace(/\r?\n$/, '');
  return {
    type: 'userpass',
    account: client.account || client.username,
    username: client.username,
    password,
    source
  };
}

async function oidc(
  client: IRucioClientSettings,
  fromEnv: string | undefined
): Promise<Credentials> {
  const source = client.oidcTokenFile || `the environment variable ${client.oidcTokenEnv}`;
  if (client.oidcTokenFile === '' && fromEnv === undefined) {
    throw new DataLakeError(
      'not-configured',
      client.oidcTokenEnv === ''
        ? 'No token is configured: set c.DataLake.oidc_token_file or c.DataLake.oidc_token_env.'
        : `There is no token in ${source}.`
    );
  }
  const token = (
    client.oidcTokenFile === '' ? (fromEnv ?? '') : await slurp(client.oidcTokenFile)
  ).trim();
  if (!/^[\w.+/=~-]+$/.test(token)) {
    throw new DataLakeError('sign-in-refused', `There is no token in ${source}.`);
  }
  return { type: 'oidc', account: client.account || null, token, ...claimsOf(token), source };
}

async function slurp(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new DataLakeError('sign-in-refused', `The credentials in ${file} cannot be read.`, {
      cause
    });
  }
}
