import { DataLakeError } from '../../common/contract/problem.js';
import type { IWebPlace } from './mover.js';

/** Where to ask next. */
export interface IEndpoint {
  host: string;
  port: number;
  /** With its question mark; ''. A secret: what is in it may be all that a stranger needs. */
  query: string;
}

/**
 * Judges where a store sends on to: only by TLS, only for the same path, only to hosts that are trusted. The path is
 * never taken from there: XRootD before 5.8 does not escape it. 'insecure': it sends on without TLS. No message of
 * it holds the location itself.
 */
export function judgeLocation(
  location: string,
  path: string,
  place: IWebPlace
): IEndpoint | 'insecure' {
  const match =
    /^(https?|davs?):\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]+)(?::(\d+))?(\/[^?]*)?(\?[^]*)?$/i.exec(
      location
    );
  if (match === null) {
    throw new DataLakeError('store-failed', 'The store sends on to nowhere.');
  }
  const [, scheme, name, port, raw = '/', query = ''] = match;
  const host = name.toLowerCase();
  if (!/^(?:https|davs)$/i.test(scheme)) {
    return 'insecure';
  }
  if (host !== place.host && !place.trustedHosts.includes(host)) {
    throw new DataLakeError(
      'store-refused',
      `The store ${place.host} sends on to ${host.slice(0, 255)}, which is not trusted: ask your administrator to add it to c.DataLake.storage_hosts.`
    );
  }
  // Headers are read as Latin-1, whatever they are.
  const bytes = Buffer.from(raw, 'latin1').toString('utf8');
  if (![raw, bytes, decoded(raw), decoded(bytes)].some(each => plain(each) === path)) {
    throw new DataLakeError('store-failed', 'The store sends on to another path.', {
      detail: host
    });
  }
  return { host, port: Number(port ?? 443), query: withoutToken(query) };
}

const plain = (path: string) => path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** XRootD's redirector puts the token into the address; ours is in a header. */
function withoutToken(query: string): string {
  const parts = query
    .slice(1)
    .split('&')
    .filter(part => part !== '' && !/^(?:authz|access_token)=/i.test(part));
  return parts.length === 0 ? '' : `?${parts.join('&').replace(/[^!-~]/g, encodeURIComponent)}`;
}
