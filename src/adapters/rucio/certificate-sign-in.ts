import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DataLakeError } from '../../common/contract/problem.js';
import { connectionError } from './errors.js';
import type { Credentials } from './session.js';
import { tokenIn, type ITaken } from './token-answer.js';

type CertificateCredentials = Extract<Credentials, { type: 'x509' | 'x509_proxy' }>;

/** What Rucio's front says to a certificate that it does not believe, once the connection is there. */
const REFUSED =
  /^ERR_SSL_.*ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE|UNSUPPORTED_CERTIFICATE|DECRYPT_ERROR|ACCESS_DENIED)$/;

/**
 * Takes a token with a certificate that is shown in the TLS handshake, as Rucio's clients do. Each time by
 * a connection of its own: one that is kept would go on with the certificate of the past.
 */
export async function signInByCertificate(
  authUrl: string,
  credentials: CertificateCredentials,
  deadlineMs: number,
  now: number
): Promise<ITaken> {
  const { type, account, dn } = credentials;
  const url = new URL(`${authUrl.replace(/\/+$/, '')}/auth/${type}`);
  if (url.protocol !== 'https:') {
    throw new DataLakeError(
      'not-configured',
      `A certificate can be shown by https only, and ${url.origin} is not: set auth_host in rucio.cfg, or c.DataLake.auth_url, to an https address.`
    );
  }
  if (account !== null && !/^[\x20-\x7e\xa0-\xff]+$/.test(account)) {
    throw new DataLakeError(
      'sign-in-refused',
      'The account has characters that cannot be sent to Rucio: check account in rucio.cfg, or c.DataLake.account.'
    );
  }
  const response = await ask(url, credentials, deadlineMs);
  if (response.status === 206) {
    const accounts = response.headers.get('X-Rucio-Auth-Accounts') ?? '';
    throw severalAccounts(dn, accounts);
  }
  return tokenIn(response, now, cause => refused(credentials, cause));
}

function refused({ dn, account, source }: CertificateCredentials, cause: DataLakeError) {
  if (cause.detail?.includes('Multiple accounts') === true) {
    return severalAccounts(dn, '');
  }
  const as = account === null ? '' : ` as account ${account}`;
  return new DataLakeError(
    'sign-in-refused',
    `Rucio refuses to sign in ${dn}${as}: check the account, or ask your administrator to add this name to it as an X509 identity (the certificate is in ${source}).`,
    { cause }
  );
}

function severalAccounts(dn: string, accounts: string): DataLakeError {
  const which = /^[\w.,-]{1,500}$/.test(accounts) ? ` (${accounts.replaceAll(',', ', ')})` : '';
  return new DataLakeError(
    'sign-in-refused',
    `At Rucio several accounts${which} have the identity ${dn}: say which in rucio.cfg, or by c.DataLake.account.`
  );
}

async function ask(
  url: URL,
  { account, certificate, key, dn, source }: CertificateCredentials,
  deadlineMs: number
): Promise<Response> {
  try {
    return await new Promise<Response>((resolve, reject) => {
      const asked = request(url, {
        agent: false,
        cert: certificate,
        key,
        headers: account === null ? {} : { 'X-Rucio-Account': account },
        signal: AbortSignal.timeout(deadlineMs)
      });
      asked.on('response', answer => resolve(asResponse(answer)));
      asked.on('error', reject);
      asked.end();
    });
  } catch (cause) {
    const { name, code = '', cause: reason } = cause as NodeJS.ErrnoException;
    if (REFUSED.test(code)) {
      throw new DataLakeError(
        'sign-in-refused',
        `Rucio at ${url.host} does not believe the certificate of ${dn} in ${source}: it may have been revoked, or is from an authority that Rucio does not know.`,
        { cause, detail: code }
      );
    }
    // Node puts the deadline's own error behind this one; behind a failed connection's there is to be one, as with fetch.
    throw connectionError(name === 'AbortError' ? reason : new Error(code, { cause }), url.host);
  }
}

function asResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    values?.forEach(value => headers.append(name, value));
  }
  const status = answer.statusCode ?? 502;
  const body = [204, 205, 304].includes(status)
    ? null
    : (Readable.toWeb(answer) as unknown as ReadableStream);
  return new Response(body, { status, headers });
}
