import { type ProblemCode } from '../contract/problem.js';

/** The one table from code to HTTP status. */
export const PROBLEM_STATUS = {
  'bad-request': 400,
  'malformed-did': 400,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  cancelled: 499,
  // Not 401 or 403 of Jupyter's own: the window is signed in to Jupyter, Rucio is what refuses.
  'not-signed-in': 424,
  'sign-in-refused': 424,
  forbidden: 403,
  'quota-exceeded': 409,
  'not-configured': 424,
  'mount-missing': 424,
  'mount-not-answering': 504,
  'path-missing': 424,
  'rucio-unreachable': 502,
  'rucio-slow': 504,
  'rucio-busy': 503,
  'rucio-failed': 502,
  'rucio-garbled': 502,
  'server-down': 503,
  internal: 500
} as const satisfies Record<ProblemCode, number>;
