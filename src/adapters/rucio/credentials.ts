import { readFile } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { claimsOf } from '../../common/server/jwt.js';
import {
  readCertificateFacts,
  readClientCertificate,
  type ICertificatePlace
} from './client-certificate.js';
import { readClientSection, type IRucioClientSettings } from './rucio-cfg.js';
import type { Credentials, ICredentialSource } from './session.js';

/**
 * The place that the settings name: a password in rucio.cfg or a file, or a token in a file (read again
 * at each need) or in the environment (read here and now), a certificate or a proxy.
 */
export function credentialSource(
  client: IRucioClientSettings,
  clock: Pick<IClock, 'now'>
): ICredentialSource {
  if (client.authType === 'oidc') {
    const fromEnv = client.oidcTokenEnv === '' ? undefined : process.env[client.oidcTokenEnv];
    return { read: () => oidc(client, fromEnv) };
  }
  if (client.authType === 'userpass') {
    return { read: () => userpass(client) };
  }
  if (client.authType === 'x509' || client.authType === 'x509_proxy') {
    const place = certificatePlace(client, client.authType);
    return {
      read: () => certified(client, place, clock),
      certificate: () => readCertificateFacts(place)
    };
  }
  return {
    read: () =>
      Promise.reject(
        new DataLakeError(
          'not-configured',
          `The sign-in type ${client.authType} is not supported: use userpass, x509, x509_proxy or oidc.`
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

function certificatePlace(
  { clientCert, clientKey, clientX509Proxy }: IRucioClientSettings,
  kind: ICertificatePlace['kind']
): ICertificatePlace {
  return kind === 'x509_proxy'
    ? { kind, certificateFile: clientX509Proxy, keyFile: clientX509Proxy }
    : { kind, certificateFile: clientCert, keyFile: clientKey || clientCert };
}

/** Read anew at each sign-in, so that a certificate or proxy that was renewed is seen. */
async function certified(
  { account }: IRucioClientSettings,
  place: ICertificatePlace,
  clock: Pick<IClock, 'now'>
): Promise<Credentials> {
  const { kind, certificateFile: source } = place;
  if (source === '') {
    throw new DataLakeError(
      'not-configured',
      'No certificate is configured: set client_cert and client_key in rucio.cfg, or c.DataLake.client_cert and c.DataLake.client_key.'
    );
  }
  const { chain, key, dn } = await readClientCertificate(place, clock.now());
  return { type: kind, account: account || null, certificate: chain, key, dn, source };
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
    client.oidcTokenFile === '' ? (fromEnv ?? '') : await slurpToken(client.oidcTokenFile)
  ).trim();
  if (!/^[\w.+/=~-]+$/.test(token)) {
    throw new DataLakeError('sign-in-refused', `There is no token in ${source}.`);
  }
  const { expiresAt, subject } = claimsOf(token);
  return { type: 'oidc', account: client.account || null, token, expiresAt, subject, source };
}

/** A token's file comes with the sign-in, and goes with it. */
async function slurpToken(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new DataLakeError('not-signed-in', `There is no token in ${file} yet: sign in.`, {
        cause
      });
    }
    throw unreadable(file, cause);
  }
}

async function slurp(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): DataLakeError {
  return new DataLakeError('sign-in-refused', `The credentials in ${file} cannot be read.`, {
    cause
  });
}
