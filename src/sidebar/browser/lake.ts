import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { QueryClient } from '@tanstack/react-query';
import { EVERYTHING, MOUNTS_KEY, SESSION_KEY, TOKENS_KEY } from '../../common/contract/events.js';
import { LakeEvents } from './lake-events.js';
import type { ILake } from './tokens.js';

/** Keys of the query cache that belong to the panel itself. */
export const SidebarQueries = {
  session: ['sidebar', 'session'],
  mounts: ['sidebar', 'mounts'],
  tokens: ['sidebar', 'tokens']
} as const;

/** What every part in the browser shares. Opens no connection by itself. */
export function makeLake(settings: ServerConnection.ISettings, trans: TranslationBundle): ILake {
  const events = new LakeEvents(settings);
  const queries = new QueryClient({
    defaultOptions: {
      // News tell what is old; the server retries what is safe to repeat.
      queries: {
        retry: false,
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always'
      },
      mutations: { retry: false, networkMode: 'always' }
    }
  });
  events.received.connect((_, { key }) => {
    if (key === EVERYTHING || key === SESSION_KEY) {
      void queries.invalidateQueries();
    } else if (key === TOKENS_KEY) {
      void queries.invalidateQueries({ queryKey: SidebarQueries.tokens });
    } else if (key === MOUNTS_KEY) {
      void queries.invalidateQueries({ queryKey: SidebarQueries.mounts });
    }
  });
  return { settings, queries, events, trans };
}
