import { parsePfn } from './pfn.js';

/** As XRootD reads it: two slashes before the path. */
export function urlOf(pfn: string): string {
  const { scheme, host, port, path } = parsePfn(pfn);
  return `${scheme}://${host}${port === null ? '' : `:${port}`}/${path}`;
}
