import type { ServerConnection } from '@jupyterlab/services';
import type { QueryClient } from '@tanstack/react-query';
import { getSession } from '../../token-renewal/contract.js';
import { DataLakeError } from '../contract/problem.js';
import { call } from './client.js';

/** Who is signed in, and which instances there are: one place in the query cache for all who ask. */
export function sessionQuery(settings: ServerConnection.ISettings) {
  return {
    queryKey: ['sidebar', 'session'] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => call(settings, getSession, {}, signal)
  };
}

interface ISessionSource {
  settings: ServerConnection.ISettings;
  queries: QueryClient;
}

/** The instance that is meant where none is given: the first. Throws `not-configured` if there is none. */
export async function defaultInstance({ settings, queries }: ISessionSource): Promise<string> {
  const { signIns } = await queries.fetchQuery({ ...sessionQuery(settings), staleTime: Infinity });
  const [first] = signIns;
  if (first === undefined) {
    throw new DataLakeError('not-configured', 'No data lake is configured on this server.');
  }
  return first.instance;
}
