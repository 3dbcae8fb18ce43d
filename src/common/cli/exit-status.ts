import type { ProblemCode } from '../contract/problem.js';

/** The one table from code to exit status; `datalake help exit-status` and the README are made from it. */
export const EXIT_STATUS = {
  internal: 1,
  'server-down': 1,
  'bad-request': 2,
  'malformed-did': 2,
  'too-large': 2,
  'not-configured': 3,
  'not-signed-in': 4,
  'sign-in-refused': 4,
  'credential-unusable': 4,
  'credential-ended': 4,
  'credential-ending': 4,
  forbidden: 5,
  'quota-exceeded': 6,
  'not-found': 7,
  conflict: 8,
  'rucio-unreachable': 10,
  'rucio-slow': 10,
  'rucio-busy': 10,
  'rucio-failed': 11,
  'rucio-garbled': 11,
  'mount-missing': 12,
  'mount-not-answering': 12,
  'path-missing': 12,
  'source-unreadable': 14,
  'source-changed': 14,
  'name-refused': 2,
  'exists-differs': 8,
  'rse-not-writable': 5,
  'upload-list': 1,
  'no-way-to-store': 3,
  'store-unreachable': 15,
  'store-busy': 15,
  'store-refused': 15,
  'store-full': 15,
  'store-failed': 15,
  'checksum-mismatch': 15,
  'issuer-unreachable': 13,
  'issuer-failed': 13,
  'token-refused': 13,
  'clock-wrong': 13,
  'token-file': 13,
  cancelled: 130
} as const satisfies Record<ProblemCode, number>;

/** What each status means, for people. */
export const EXIT_MEANING: Readonly<Record<number, string>> = {
  0: 'all done',
  1: 'something unexpected; the message says what',
  2: 'the command line is wrong',
  3: 'nothing is configured: see datalake doctor',
  4: 'not signed in, or Rucio refused the credentials',
  5: "Rucio's policy does not allow this account to do it",
  6: 'the quota does not suffice',
  7: 'there is no such thing',
  8: 'it is there already, or changed meanwhile',
  9: 'some of what was asked was done, some was not',
  10: 'Rucio could not be reached, or was too slow or busy: try again',
  11: 'Rucio failed, or answered what we do not understand',
  12: 'the mounted RSE is missing, does not answer, or lacks a file',
  13: 'a token could not be taken or written; the message says why',
  14: 'a file could not be read, or changed while it was read',
  15: 'the store refused the bytes, was full, or could not be reached',
  130: 'interrupted'
};

/** Some of what was asked was done, some was not. */
export const EXIT_PARTLY = 9;
