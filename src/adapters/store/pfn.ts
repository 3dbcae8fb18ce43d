import { DataLakeError } from '../../common/contract/problem.js';

/** A PFN taken apart. `path` begins with one slash and is as Rucio wrote it: nothing is escaped. */
export interface IPfn {
  scheme: string;
  host: string;
  /** null: the scheme's own. */
  port: number | null;
  path: string;
}

const CONTROL = /\p{Cc}/u;

/**
 * Throws `name-refused` for what stores and Rucio's clients do not understand alike: `%` is an escape for some of
 * them and a character for others, XRootD cuts a path off at `?`, also at an escaped one.
 */
export function parsePfn(text: string): IPfn {
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/[^]*)$/i.exec(text);
  if (match === null) {
    throw new DataLakeError('store-failed', `Rucio gives a PFN that is none: ${shown(text)}.`);
  }
  const [, scheme, host, port, rest] = match;
  const segments = rest.split('/').filter(segment => segment !== '');
  if (
    segments.length === 0 ||
    rest.endsWith('/') ||
    /[%?]/.test(rest) ||
    CONTROL.test(rest) ||
    segments.some(segment => segment === '.' || segment === '..')
  ) {
    throw new DataLakeError(
      'name-refused',
      `The store cannot take a file of this name: ${shown(text)}. Choose a name without % ? and control characters.`
    );
  }
  return {
    scheme: scheme.toLowerCase(),
    host: host.toLowerCase(),
    port: port === undefined || Number(port) === 0 ? null : Number(port),
    path: `/${segments.join('/')}`
  };
}

/** The host in a PFN or in what PFNs begin with; null: there is none. */
export function hostOf(text: string): string | null {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+)/i.exec(text);
  return match === null ? null : match[1].toLowerCase();
}

/** What is left of `path` below `folder`, on whole segments; null: it is not below it. */
export function below(path: string, folder: string): string | null {
  const start = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(start) && path.length > start.length ? path.slice(start.length) : null;
}

const shown = (text: string) => text.replace(/\p{C}/gu, '�').slice(0, 300);
