import * as oidc from 'openid-client';
import { DataLakeError } from '../../common/contract/problem.js';
import { scrub } from '../../common/core/scrub.js';

/** Words of RFC 6749, 8628 and 8693 that say that a person has to sign in, or that a token is not taken. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  'invalid_grant',
  'invalid_token',
  'access_denied',
  'expired_token',
  'interaction_required',
  'login_required'
]);

const NO_CONNECTION =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|ETIMEDOUT|UND_ERR_\w+)$/;
const WRONG_CERTIFICATE = /CERT_|_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET|SELF_SIGNED/;

/** What went wrong between the identity provider and us, in our words; openid-client's error is the cause. */
export function issuerError(cause: unknown, host: string): DataLakeError {
  if (cause instanceof DataLakeError) {
    return cause;
  }
  if (cause instanceof oidc.ResponseBodyError) {
    return refused(cause, host);
  }
  const { cause: inner, name } = cause as { cause?: unknown; name?: unknown };
  if (inner instanceof Response) {
    return badAnswer(inner, cause, host);
  }
  const codes = codesOf(cause);
  const detail = codes.join(' ');
  if (codes.includes('OAUTH_TIMEOUT')) {
    return tooLate(host, cause);
  }
  if (codes.includes('OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')) {
    return new DataLakeError(
      'not-configured',
      `The identity provider ${host} calls itself otherwise: set c.DataLake.oidc_issuer to exactly what its metadata says.`,
      { cause }
    );
  }
  if (codes.some(code => WRONG_CERTIFICATE.test(code))) {
    return new DataLakeError(
      'not-configured',
      `The certificate of the identity provider ${host} is not trusted: set c.DataLake.ca_cert to the file of its authority.`,
      { cause, detail }
    );
  }
  if (name === 'TypeError' || codes.some(code => NO_CONNECTION.test(code))) {
    return new DataLakeError(
      'issuer-unreachable',
      `The identity provider ${host} cannot be reached.`,
      {
        cause,
        detail
      }
    );
  }
  return new DataLakeError(
    'issuer-failed',
    `What the identity provider ${host} answers cannot be read.`,
    {
      cause,
      detail
    }
  );
}

/** Nobody waits for the answer any longer. */
export function tooLate(host: string, cause: unknown): DataLakeError {
  return new DataLakeError(
    'issuer-unreachable',
    `The identity provider ${host} takes too long to answer.`,
    { cause }
  );
}

function refused(cause: oidc.ResponseBodyError, host: string): DataLakeError {
  const detail = scrub(`${cause.error} ${cause.error_description ?? ''}`);
  if (NOT_TAKEN.has(cause.error)) {
    return new DataLakeError(
      'sign-in-refused',
      `The identity provider ${host} does not accept the sign-in any more.`,
      { cause, detail }
    );
  }
  if (
    cause.error === 'temporarily_unavailable' ||
    cause.error === 'server_error' ||
    cause.error === 'slow_down'
  ) {
    return new DataLakeError('issuer-failed', `The identity provider ${host} has trouble.`, {
      cause,
      detail,
      retryAfterSeconds: waitOf(cause.response)
    });
  }
  return new DataLakeError(
    'token-refused',
    `The identity provider ${host} refuses this token: ask your administrator.`,
    { cause, detail }
  );
}

function badAnswer(response: Response, cause: unknown, host: string): DataLakeError {
  return new DataLakeError(
    'issuer-failed',
    response.status === 429
      ? `The identity provider ${host} asks to wait: too many requests.`
      : `The identity provider ${host} has trouble (status ${response.status}).`,
    { cause, retryAfterSeconds: waitOf(response) }
  );
}

/** Seconds that it asks to wait (RFC 9110, section 10.2.3). */
function waitOf(response: Response): number | undefined {
  const wait = Number(response.headers.get('Retry-After') ?? NaN);
  return wait >= 0 && wait < Infinity ? wait : undefined;
}

/** The system's or the library's words for it, the outermost first; fetch hides them one or two causes deep. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let each = error;
  while (typeof each === 'object' && each !== null) {
    const { code, cause } = each as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') {
      codes.push(code);
    }
    each = cause;
  }
  return codes;
}
