/** A PFN taken apart: `root://host:1094//a/b` is scheme `root`, host `host:1094` and the segments a, b. */
interface IPfn {
  scheme: string;
  host: string;
  segments: readonly string[];
}

/** A mounted store: what PFNs begin with, and the folder where what follows is found. */
export interface IMountPoint {
  path: string;
  prefixes: readonly string[];
}

const CONTROL = /\p{Cc}/u;

/**
 * Takes a PFN apart. Percent-escapes are decoded once, the query (a signature) is cut off, empty
 * segments are dropped; `#` is an ordinary character, as Rucio puts names in unescaped. null: it is not
 * a PFN, or a segment is `.` or `..`, or holds a slash or a control character.
 */
function parse(text: string): IPfn | null {
  const plain = text.replace(/\/srm\/[^/?]*\?SFN=/i, '');
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)([^?]*)/i.exec(plain);
  if (match === null) {
    return null;
  }
  const segments: string[] = [];
  for (const raw of match[3].split('/')) {
    const segment = decode(raw);
    if (
      segment === null ||
      segment === '.' ||
      segment === '..' ||
      segment.includes('/') ||
      CONTROL.test(segment)
    ) {
      return null;
    }
    if (segment !== '') {
      segments.push(segment);
    }
  }
  return { scheme: match[1].toLowerCase(), host: match[2].toLowerCase(), segments };
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Without user, and without the port where it is the scheme's own or none (`:0`, as file:// has it). */
function sameHost(a: IPfn, b: IPfn): boolean {
  const plain = ({ host, scheme }: IPfn) => {
    const [, name, port] = /^(?:[^@]*@)?(.*?)(?::(\d+))?$/.exec(host) ?? [];
    return `${name}:${port === undefined || port === '0' ? (DEFAULT_PORT[scheme] ?? '') : port}`;
  };
  return a.scheme === 'file' || plain(a) === plain(b);
}

const DEFAULT_PORT: Readonly<Record<string, string>> = {
  root: '1094',
  roots: '1094',
  xroot: '1094',
  davs: '443',
  https: '443',
  dav: '80',
  http: '80'
};

/**
 * Where a PFN is found below the mount, or null if it belongs elsewhere: the prefix matches on whole
 * segments, on the same scheme and host, and what follows never climbs.
 */
export function pfnToPath(pfn: string, mount: IMountPoint): string | null {
  const parsed = parse(pfn);
  if (parsed === null) {
    return null;
  }
  for (const text of mount.prefixes) {
    const prefix = parse(text);
    if (
      prefix !== null &&
      prefix.scheme === parsed.scheme &&
      sameHost(prefix, parsed) &&
      prefix.segments.length < parsed.segments.length &&
      prefix.segments.every((segment, index) => segment === parsed.segments[index])
    ) {
      return joinUnder(mount.path, parsed.segments.slice(prefix.segments.length));
    }
  }
  return null;
}

/** The reference's `path_begins_at`: so many segments of the PFN's path are left out. */
export function pfnToPathFrom(pfn: string, mountPath: string, beginsAt: number): string | null {
  const parsed = parse(pfn);
  return parsed === null || parsed.segments.length <= beginsAt
    ? null
    : joinUnder(mountPath, parsed.segments.slice(beginsAt));
}

function joinUnder(mountPath: string, segments: readonly string[]): string {
  return `${mountPath.replace(/\/+$/, '')}/${segments.join('/')}`;
}
