import type { TranslationBundle } from '@jupyterlab/translation';
import type { Problem, ProblemCode } from '../contract/problem.js';

/** What a person can do next. `none`: the sentence itself says it. */
export type NextStep = 'retry' | 'sign-in' | 'reload' | 'none';

export const NEXT_STEP = {
  'bad-request': 'none',
  'malformed-did': 'none',
  'not-found': 'retry',
  conflict: 'retry',
  'too-large': 'none',
  cancelled: 'retry',
  'not-signed-in': 'sign-in',
  'sign-in-refused': 'sign-in',
  'credential-unusable': 'sign-in',
  'credential-ended': 'sign-in',
  'credential-ending': 'none',
  forbidden: 'none',
  'quota-exceeded': 'none',
  'not-configured': 'none',
  'mount-missing': 'retry',
  'mount-not-answering': 'retry',
  'path-missing': 'retry',
  'token-file': 'retry',
  'rucio-unreachable': 'retry',
  'rucio-slow': 'retry',
  'rucio-busy': 'retry',
  'rucio-failed': 'retry',
  'rucio-garbled': 'retry',
  'issuer-unreachable': 'retry',
  'issuer-failed': 'retry',
  'token-refused': 'none',
  'clock-wrong': 'none',
  'source-unreadable': 'retry',
  'source-changed': 'retry',
  'name-refused': 'none',
  'exists-differs': 'none',
  'rse-not-writable': 'none',
  'upload-list': 'retry',
  'no-way-to-store': 'none',
  'store-unreachable': 'retry',
  'store-busy': 'retry',
  'store-refused': 'retry',
  'store-full': 'retry',
  'store-failed': 'retry',
  'checksum-mismatch': 'retry',
  'server-down': 'retry',
  internal: 'retry'
} as const satisfies Record<ProblemCode, NextStep>;

type Sentence = (trans: TranslationBundle) => string;

/**
 * The one table from code to a translated sentence. null: the server's own sentence says more than
 * the code does (which DID is malformed, what Rucio refuses), so that one is shown.
 */
export const PROBLEM_SENTENCES = {
  'bad-request': null,
  'malformed-did': null,
  'not-found': null,
  conflict: null,
  'too-large': null,
  cancelled: trans => trans.__('Cancelled.'),
  'not-signed-in': trans => trans.__('You are not signed in to the data lake.'),
  'sign-in-refused': null,
  'credential-unusable': null,
  'credential-ended': null,
  'credential-ending': null,
  forbidden: null,
  'quota-exceeded': null,
  'not-configured': trans => trans.__('No data lake is configured on this server.'),
  'mount-missing': null,
  'mount-not-answering': null,
  'path-missing': null,
  'token-file': null,
  'rucio-unreachable': trans =>
    trans.__('Rucio cannot be reached. What you see here may be old; it is asked again on Retry.'),
  'rucio-slow': trans => trans.__('Rucio takes too long to answer. Try again in a moment.'),
  'rucio-busy': trans => trans.__('Rucio has too much to do at the moment. Try again shortly.'),
  'rucio-failed': trans =>
    trans.__('Rucio had an internal error. Try again; if it stays, report it.'),
  'rucio-garbled': trans =>
    trans.__('What came back is not from Rucio, or from a version that is not understood.'),
  'issuer-unreachable': trans =>
    trans.__('The identity provider cannot be reached; it is asked again by itself.'),
  'issuer-failed': trans =>
    trans.__('The identity provider has trouble; it is asked again by itself.'),
  'token-refused': null,
  'clock-wrong': null,
  'source-unreadable': null,
  'source-changed': null,
  'name-refused': null,
  'exists-differs': null,
  'rse-not-writable': null,
  'upload-list': null,
  'no-way-to-store': null,
  'store-unreachable': null,
  'store-busy': null,
  'store-refused': null,
  'store-full': null,
  'store-failed': null,
  'checksum-mismatch': null,
  'server-down': trans =>
    trans.__('The Jupyter server does not answer. It is asked again on Retry.'),
  internal: trans => trans.__('Something went wrong here. The log of the Jupyter server says what.')
} as const satisfies Record<ProblemCode, Sentence | null>;

/** One translated sentence for people. */
export function problemSentence(problem: Problem, trans: TranslationBundle): string {
  const sentence: Sentence | null = PROBLEM_SENTENCES[problem.code];
  return sentence === null ? problem.message : sentence(trans);
}

/** What is folded away: the server's sentence where a general one is shown, and Rucio's words. */
export function problemDetails(problem: Problem): string[] {
  const general = PROBLEM_SENTENCES[problem.code] !== null;
  return [general ? problem.message : '', problem.detail ?? ''].filter(text => text !== '');
}
