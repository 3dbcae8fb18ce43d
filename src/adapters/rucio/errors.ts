import { DataLakeError, type ProblemCode } from '../../common/contract/problem.js';
import { scrub } from '../../common/core/scrub.js';
import { textUpTo } from './body-text.js';

/** Rucio's exception classes (lib/rucio/common/exception.py) that mean something of their own to people. */
const BY_CLASS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  AccessDenied: ['forbidden', "Rucio's policy does not allow this account to do that."],
  CannotAuthenticate: [
    'not-signed-in',
    'Rucio does not accept the sign-in any more: sign in again.'
  ],
  CannotAuthorize: ['not-signed-in', 'Rucio does not accept the sign-in any more: sign in again.'],
  InvalidRSEExpression: ['bad-request', 'Rucio cannot read this RSE expression: correct it.'],
  InsufficientAccountLimit: [
    'quota-exceeded',
    "The account's quota does not suffice: free some, choose less data, or ask your administrator."
  ],
  InsufficientQuota: [
    'quota-exceeded',
    "The account's quota does not suffice: free some, choose less data, or ask your administrator."
  ],
  InsufficientTargetRSEs: ['conflict', 'No RSE of this expression can take the data.'],
  RSEOverQuota: ['quota-exceeded', 'The RSE is full: choose another, or ask your administrator.'],
  DuplicateRule: ['conflict', 'There is such a rule already.'],
  RuleNotFound: ['not-found', 'This rule is gone.'],
  DataIdentifierNotFound: ['not-found', 'Rucio knows no such DID.'],
  ScopeNotFound: ['not-found', 'Rucio knows no such scope.'],
  RSENotFound: ['not-found', 'Rucio knows no such RSE: check the configured mounts.'],
  UnsupportedOperation: ['conflict', 'Rucio cannot do that with this DID or rule.'],
  InvalidObject: ['bad-request', 'Rucio refuses the form of this request.'],
  ResourceTemporaryUnavailable: [
    'rse-not-writable',
    'The RSE is blocked for writing at the moment: choose another, or try again later.'
  ],
  RSEWriteBlocked: [
    'rse-not-writable',
    'The RSE is blocked for writing at the moment: choose another, or try again later.'
  ],
  FileConsistencyMismatch: [
    'exists-differs',
    'Rucio knows this file with another size or checksum.'
  ],
  InvalidPath: ['bad-request', 'Rucio does not take this place (PFN) for a file of the RSE.'],
  RSEFileNameNotSupported: [
    'bad-request',
    'Rucio does not take this place (PFN) for a file of the RSE.'
  ],
  RSEProtocolNotSupported: ['bad-request', 'The RSE cannot be written to by this protocol.'],
  InvalidMetadata: ['bad-request', 'Rucio does not take this metadata.'],
  DataIdentifierAlreadyExists: ['conflict', 'There is such a DID already.'],
  DuplicateContent: ['conflict', 'It is in this collection already.'],
  FileAlreadyExists: ['conflict', 'It is in this collection already.']
};

const BY_STATUS: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ['bad-request', 'Rucio refuses this request.'],
  401: ['not-signed-in', 'Rucio does not accept the sign-in any more: sign in again.'],
  403: ['forbidden', "Rucio's policy does not allow this account to do that."],
  404: ['not-found', 'Rucio knows no such thing.'],
  409: ['conflict', 'Rucio says that this is in conflict with what is there.'],
  413: ['too-large', 'Rucio says that this is too much at once.'],
  429: ['rucio-busy', 'Rucio asks to wait: too many requests.'],
  503: ['rucio-busy', 'Rucio is overloaded or in maintenance: try again later.'],
  504: ['rucio-slow', 'Rucio took too long: try again later.']
};

/** A failure that Rucio itself reported, with its exception class for adapters that look closer. */
export class RucioError extends DataLakeError {
  constructor(
    readonly status: number,
    readonly exceptionClass: string | null,
    detail: string,
    retryAfterSeconds?: number,
    /** Which entry of the request's list Rucio's schema refuses, if it says so. */
    readonly entry: number | null = null
  ) {
    const known =
      (exceptionClass === null ? undefined : BY_CLASS[exceptionClass]) ?? BY_STATUS[status];
    const [code, sentence] = known ?? [
      'rucio-failed',
      `Rucio failed (status ${status}): try again, or tell your administrator.`
    ];
    super(code, sentence, { detail: detail === '' ? undefined : detail, retryAfterSeconds });
  }
}

/** In bytes; people are shown a line of it. */
const LONGEST_ERROR = 20_000;

/** The error that an answer of Rucio's with a status of 400 or more stands for. */
export async function errorOf(response: Response): Promise<RucioError> {
  const { text } = await textUpTo(response, LONGEST_ERROR).catch(() => ({ text: '' }));
  const body = exceptionOf(text);
  const exceptionClass = response.headers.get('ExceptionClass') ?? body.exceptionClass;
  // The header's text is cut after 125 characters.
  const detail = body.message || (response.headers.get('ExceptionMessage') ?? '');
  const wait = Number(response.headers.get('Retry-After'));
  return new RucioError(
    response.status,
    exceptionClass !== null && /^\w{1,80}$/.test(exceptionClass) ? exceptionClass : null,
    scrub(detail),
    response.headers.has('Retry-After') && Number.isFinite(wait) && wait >= 0 ? wait : undefined,
    entryOf(detail)
  );
}

/** `On instance[1]['name']:` is how jsonschema says where it stumbled. */
function entryOf(message: string): number | null {
  const found = /On instance(?:\['\w+'\])?\[(\d+)\]\['(?:name|scope)'\]:/.exec(message);
  return found === null ? null : Number(found[1]);
}

function exceptionOf(text: string): { exceptionClass: string | null; message: string } {
  try {
    const body = JSON.parse(text) as {
      ExceptionClass?: unknown;
      ExceptionMessage?: unknown;
    } | null;
    return {
      exceptionClass: typeof body?.ExceptionClass === 'string' ? body.ExceptionClass : null,
      message: typeof body?.ExceptionMessage === 'string' ? body.ExceptionMessage : ''
    };
  } catch {
    return { exceptionClass: null, message: text };
  }
}

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED'
]);

/** The error that a failed fetch stands for: no answer came, or (`started`) it stopped in the middle. */
export function connectionError(cause: unknown, host: string, started = false): DataLakeError {
  const name = textOf(cause, 'name');
  if (name === 'TimeoutError') {
    return new DataLakeError(
      'rucio-slow',
      `Rucio at ${host} did not answer in time: try again later.`,
      { cause }
    );
  }
  if (name === 'AbortError') {
    return new DataLakeError('cancelled', 'Cancelled.', { cause });
  }
  const code = textOf(cause instanceof Error ? cause.cause : undefined, 'code');
  if (UNTRUSTED.has(code)) {
    return new DataLakeError(
      'rucio-unreachable',
      `The certificate of Rucio at ${host} is not trusted: set c.DataLake.ca_cert.`,
      { cause, detail: code }
    );
  }
  if (code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new DataLakeError(
      'rucio-slow',
      `Rucio at ${host} did not answer in time: try again later.`,
      { cause }
    );
  }
  return new DataLakeError(
    'rucio-unreachable',
    started
      ? `The answer of Rucio at ${host} broke off: try again.`
      : `Rucio at ${host} cannot be reached: check the network, or try again later.`,
    {
      cause,
      detail: code === '' ? undefined : code
    }
  );
}

/** A text property of whatever was thrown; not every error is an instance of this realm's Error. */
function textOf(thrown: unknown, key: 'name' | 'code'): string {
  const value: unknown =
    typeof thrown === 'object' && thrown !== null && key in thrown
      ? (thrown as Record<string, unknown>)[key]
      : undefined;
  return typeof value === 'string' ? value : '';
}
