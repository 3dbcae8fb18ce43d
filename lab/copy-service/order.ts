/** One file of a job: where it comes from, where it goes, and what it must be when it has arrived. */
export interface ICopyOrder {
  source: string;
  destination: string;
  /** Undefined where the client did not say. */
  bytes?: number;
  /** Eight hexadecimal digits, or undefined where the client did not say. */
  adler32?: string;
  verify: 'both' | 'source' | 'target' | 'none';
}

/** Copies one file or throws an error whose message becomes the reason that Rucio shows to people. */
export interface ICopier {
  copy(order: ICopyOrder): Promise<void>;
}

/** Refused or failed, in the words that FTS uses: SOURCE, TRANSFER or DESTINATION comes first. */
export class CopyError extends Error {
  override name = 'CopyError';
}
