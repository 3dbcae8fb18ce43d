import type { Problem, ProblemCode } from '../../common/contract/problem.js';

/** They end by themselves, or when a person does something elsewhere: tried until then. */
const LASTING: ReadonlySet<ProblemCode> = new Set([
  'rucio-unreachable',
  'rucio-slow',
  'rucio-busy',
  'not-signed-in',
  'sign-in-refused',
  'credential-unusable',
  'credential-ended',
  'issuer-unreachable',
  'issuer-failed',
  'token-refused',
  'token-file',
  'clock-wrong',
  'quota-exceeded',
  'store-unreachable',
  'store-busy',
  'upload-list',
  'no-way-to-store'
]);

/** They may have been an accident, once or twice. */
const TWICE: ReadonlySet<ProblemCode> = new Set([
  'store-failed',
  'store-refused',
  'checksum-mismatch',
  'rucio-failed',
  'rucio-garbled'
]);
const TRIES = 3;

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** Whether what failed for the `tries`th time (from 1) is tried again. */
export function triesAgain(code: ProblemCode, tries: number): boolean {
  return LASTING.has(code) || (TWICE.has(code) && tries < TRIES);
}

/** The number of this try (from 1) after so many that failed: what was away and is back begins anew. */
export function triesOf(code: ProblemCode, before: number, last: ProblemCode | undefined): number {
  return last !== undefined && LASTING.has(last) && !LASTING.has(code) ? 1 : before + 1;
}

/** How long to wait before the next try, in whole milliseconds: doubled each time, with jitter; not sooner than was asked for. */
export function pauseMs(problem: Problem, tries: number, random: () => number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  const pause = Math.max(most * (0.5 + random() / 2), (problem.retryAfterSeconds ?? 0) * 1000);
  return Math.ceil(pause);
}
