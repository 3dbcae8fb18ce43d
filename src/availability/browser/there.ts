import type { QueryClient } from '@tanstack/react-query';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Availability } from '../contract.js';
import { AVAILABILITY, availabilityQueryKey } from './reader.js';

const NOTICE_MS = 100;

/** All of these DIDs are known to be available: nothing would come of asking for them again. */
export function isAllThere(
  queries: QueryClient,
  dids: readonly string[],
  instance: string | undefined
): boolean {
  return dids.length > 0 && dids.every(did => isThere(queries, did, instance));
}

/** Without an instance, at whichever it has been asked about. */
function isThere(queries: QueryClient, did: string, instance: string | undefined): boolean {
  const known =
    instance === undefined
      ? queries
          .getQueriesData<Availability>({
            predicate: ({ queryKey: [kind, , one] }) => kind === AVAILABILITY && one === did
          })
          .map(([, data]) => data)
      : [queries.getQueryData<Availability>(availabilityQueryKey(instance, did))];
  return known.length > 0 && known.every(data => data?.state === 'AVAILABLE');
}

/** Has buttons and menus look at the command again, soon after anything was learnt about availability. */
export function keepCommandEnabled(
  queries: QueryClient,
  commands: CommandRegistry,
  command: string
): IDisposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = queries.getQueryCache().subscribe(({ type, query }) => {
    if (
      type === 'updated' &&
      (query.queryKey as readonly unknown[])[0] === AVAILABILITY &&
      timer === undefined
    ) {
      timer = setTimeout(() => {
        timer = undefined;
        commands.notifyCommandChanged(command);
      }, NOTICE_MS);
    }
  });
  return new DisposableDelegate(() => {
    stop();
    clearTimeout(timer);
  });
}
