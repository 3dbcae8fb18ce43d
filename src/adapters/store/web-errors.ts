import { DataLakeError, type ProblemCode } from '../../common/contract/problem.js';
import { scrub } from '../../common/core/scrub.js';
import { codeOf } from './source-file.js';
import { byWords } from './words-of-stores.js';
import type { NoAnswer, IAnswer } from './web-exchange.js';

const BY_STATUS: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ['store-refused', 'The store refuses the form of this request.'],
  401: ['store-refused', 'The store does not accept the token: sign in again.'],
  403: ['store-refused', 'The store does not allow that with the token in hand.'],
  404: ['store-failed', 'The store does not know the folder that it was to make.'],
  405: ['store-refused', 'The store does not allow that.'],
  409: ['conflict', 'The store says that this is in conflict with what is there.'],
  412: ['checksum-mismatch', 'The store got other bytes than were sent.'],
  413: ['store-refused', 'The file is too large for the store.'],
  414: ['name-refused', 'The name is too long for the store.'],
  423: ['store-busy', 'Somebody else writes this file at the store just now.'],
  429: ['store-busy', 'The store asks to wait: too many requests.'],
  503: ['store-busy', 'The store is overloaded or in maintenance.'],
  507: ['store-full', 'The store is full, or the quota there does not suffice.']
};

/** The error that an answer stands for. */
export function answerError({ status, headers, text }: IAnswer, host: string): DataLakeError {
  const words = scrub(text);
  // XRootD before 6 has 500 for nearly everything.
  const [code, sentence] = (status === 500 || status === 409 ? byWords(words) : null) ??
    BY_STATUS[status] ?? ['store-failed', `The store failed (status ${status}).`];
  const wait = Number(headers['retry-after']);
  return new DataLakeError(code, sentence, {
    detail: `${host}: ${status}${words === '' ? '' : ` ${words}`}`,
    ...(headers['retry-after'] !== undefined && Number.isFinite(wait) && wait >= 0
      ? { retryAfterSeconds: Math.min(wait, 3600) }
      : {})
  });
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;
const NOT_THERE = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']
]);

/** The error that a missing answer stands for. */
export function noAnswerError({ cause, sending, slow }: NoAnswer, host: string): DataLakeError {
  const code = codeOf(cause);
  const detail = code === '' ? host : `${host}: ${code}`;
  if (UNTRUSTED.test(code)) {
    return new DataLakeError(
      'store-unreachable',
      `The certificate of the store ${host} is not trusted: set c.DataLake.ca_cert.`,
      { cause, detail }
    );
  }
  if (slow) {
    return new DataLakeError('store-unreachable', 'The store did not answer in time.', {
      cause,
      detail
    });
  }
  return sending && !NOT_THERE.has(code)
    ? new DataLakeError(
        'store-failed',
        'The store broke off while it was sent the file; it may be full.',
        { cause, detail }
      )
    : new DataLakeError('store-unreachable', `The store ${host} cannot be reached.`, {
        cause,
        detail
      });
}
