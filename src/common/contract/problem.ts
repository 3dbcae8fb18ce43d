import * as z from 'zod';

/**
 * Every way in which something can fail, by code. The tables that map a code to an HTTP status
 * (common/server), to an exit status (common/cli) and to a translated sentence (common/browser)
 * are keyed by this list, so that a new code cannot be forgotten in any of them.
 */
export const PROBLEM_CODES = [
  // What was asked
  'bad-request',
  'malformed-did',
  'not-found',
  'conflict',
  'too-large',
  'cancelled',
  // Who asks
  'not-signed-in',
  'sign-in-refused',
  'credential-unusable',
  'credential-ended',
  'credential-ending',
  'forbidden',
  'quota-exceeded',
  // How we are set up
  'not-configured',
  'mount-missing',
  'mount-not-answering',
  'path-missing',
  'token-file',
  'upload-list',
  // What is uploaded
  'source-unreadable',
  'source-changed',
  'name-refused',
  'exists-differs',
  'rse-not-writable',
  // What we depend on
  'rucio-unreachable',
  'rucio-slow',
  'rucio-busy',
  'rucio-failed',
  'rucio-garbled',
  'no-way-to-store',
  'store-unreachable',
  'store-busy',
  'store-refused',
  'store-full',
  'store-failed',
  'checksum-mismatch',
  'issuer-unreachable',
  'issuer-failed',
  'token-refused',
  'clock-wrong',
  // Ours
  'server-down',
  'internal'
] as const;

export const ProblemCode = z.enum(PROBLEM_CODES);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** A failure on the wire. `message` is one sentence in English for people, free of secrets. */
export const Problem = z.object({
  code: ProblemCode,
  message: z.string(),
  /** Rucio's or the store's own words, scrubbed and cut; shown folded away. */
  detail: z.string().optional(),
  retryAfterSeconds: z.number().nonnegative().optional()
});
export type Problem = z.infer<typeof Problem>;

export interface IDataLakeErrorOptions extends ErrorOptions {
  detail?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** The one error type for failures that are expected. Anything else that is thrown is a bug: `internal`. */
export class DataLakeError extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    options: IDataLakeErrorOptions = {}
  ) {
    super(message, options);
    this.name = 'DataLakeError';
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/** What may be shown of an error: a bug's own text stays out of it. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof DataLakeError)) {
    return {
      code: 'internal',
      message: 'Something went wrong in the data lake server; its log says what.'
    };
  }
  const { code, message, detail, retryAfterSeconds } = error;
  return {
    code,
    message,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
  };
}

/** The error that a problem on the wire stands for. */
export function fromProblem({ code, message, detail, retryAfterSeconds }: Problem): DataLakeError {
  return new DataLakeError(code, message, { detail, retryAfterSeconds });
}
