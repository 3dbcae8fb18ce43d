import { DataLakeError } from '../../common/contract/problem.js';
import { errorOf } from './errors.js';

/** Rucio's token, and its end in milliseconds since 1970. */
export interface ITaken {
  token: string;
  expiresAt: number;
}

const LIFE_IF_UNSAID_MS = 3_600_000;

/** The token in an answer to a sign-in; `refused` makes the error for credentials that Rucio does not take. */
export async function tokenIn(
  response: Response,
  now: number,
  refused: (cause: DataLakeError) => DataLakeError
): Promise<ITaken> {
  const token = response.headers.get('X-Rucio-Auth-Token');
  if (response.ok && token !== null) {
    await response.body?.cancel();
    const until = Date.parse(response.headers.get('X-Rucio-Auth-Token-Expires') ?? '');
    return { token, expiresAt: Number.isNaN(until) ? now + LIFE_IF_UNSAID_MS : until };
  }
  const error = await errorOf(response);
  if (response.status === 401) {
    throw refused(error);
  }
  throw response.ok || response.status < 400
    ? new DataLakeError(
        'rucio-garbled',
        'What answers at the configured address is not Rucio: check c.DataLake.auth_url.'
      )
    : error;
}
