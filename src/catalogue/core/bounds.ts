import { NAME_MAX_LENGTH, SCOPE_MAX_LENGTH } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { DidDetails, Row } from '../contract.js';

/** What people have written beside a DID is shown up to here; the rest is not sent to the browser. */
export const LONGEST_VALUE = 10_000;
const LONGEST_KEY = 255;
const MOST_VALUES = 500;

/** Rows as they are. Yields those before one with a name beyond every limit of Rucio's, then throws `rucio-garbled`. */
export async function* boundedRows(
  batches: AsyncIterable<Row[]>
): AsyncGenerator<Row[], void, void> {
  for await (const rows of batches) {
    const tooLong = rows.findIndex(
      ({ scope, name }) => scope.length > SCOPE_MAX_LENGTH || name.length > NAME_MAX_LENGTH
    );
    if (tooLong === -1) {
      yield rows;
      continue;
    }
    if (tooLong > 0) {
      yield rows.slice(0, tooLong);
    }
    const { scope, name } = rows[tooLong];
    throw tooLongName(Math.max(scope.length, name.length));
  }
}

/** The scopes as they are. Throws `rucio-garbled` where one is no scope of Rucio's. */
export function boundedScopes(scopes: string[]): string[] {
  const tooLong = scopes.find(scope => scope.length > SCOPE_MAX_LENGTH);
  if (tooLong !== undefined) {
    throw tooLongName(tooLong.length);
  }
  return scopes;
}

/** The details with each text cut to what a person can read. */
export function boundedDetails(details: DidDetails): DidDetails {
  const { account, adler32, md5, metadata } = details;
  return {
    ...details,
    account: cut(account, LONGEST_KEY),
    adler32: cut(adler32, LONGEST_KEY),
    md5: cut(md5, LONGEST_KEY),
    metadata: Object.fromEntries(
      Object.entries(metadata)
        .slice(0, MOST_VALUES)
        .map(([key, value]) => [cut(key, LONGEST_KEY), cut(value, LONGEST_VALUE)])
    )
  };
}

function cut<T>(value: T, length: number): T | string {
  return typeof value === 'string' && value.length > length
    ? `${value.slice(0, length - 1)}…`
    : value;
}

function tooLongName(characters: number): DataLakeError {
  return new DataLakeError(
    'rucio-garbled',
    `Rucio answers a name of ${characters} characters, which no name has: tell your administrator.`
  );
}
