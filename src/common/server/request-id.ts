import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** The id of the request that this code works for, from browser to Rucio; undefined: for none. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}

/** Does the work for the request of this id, with all that follows from it. */
export function withRequestId<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** What is called later, by a stream's reader for one, works for the same request as now. */
export function inThisRequest<A extends unknown[], T>(work: (...args: A) => T): (...args: A) => T {
  return AsyncLocalStorage.bind(work);
}
