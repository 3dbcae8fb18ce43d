import { formatDid, parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { UploadPlan } from '../contract.js';

/** Rucio's generic schema allows 250; a lake that allows more is rare, and one that cuts would lose files. */
const NAME_MAX_LENGTH = 250;

/**
 * The DID of a file: prefix and path below its source. Throws `name-refused` for what no lake takes; what this lake
 * does not take besides, Rucio says (IRegistry.known).
 */
export function didOf(
  { scope, prefix, separator }: Pick<UploadPlan, 'scope' | 'prefix' | 'separator'>,
  relative: string
): string {
  const name = `${prefix}${relative}`.split('/').join(separator);
  const did = formatDid({ scope, name });
  if (name.length > NAME_MAX_LENGTH) {
    throw new DataLakeError(
      'name-refused',
      `This name has ${name.length} characters; Rucio takes ${NAME_MAX_LENGTH}. Take a shorter prefix, or rename the file.`
    );
  }
  try {
    parseDid(did);
  } catch (cause) {
    const why = cause instanceof DataLakeError ? cause.message : '';
    throw new DataLakeError(
      'name-refused',
      `Rucio does not take this name: ${why} Rename the file, or leave it out.`,
      { cause }
    );
  }
  return did;
}

/** Whether a path below a folder fits one of these patterns: `*` within a name, `**` across folders, `?` one character. */
export function fits(relative: string, globs: readonly string[]): boolean {
  return globs.some(glob => {
    const pattern = glob.includes('/') ? glob : `**/${glob}`;
    return matches(pattern.split('/'), relative.split('/'));
  });
}

/** Segment by segment, so that no pattern can take long (it is somebody's text). */
function matches(patterns: readonly string[], segments: readonly string[]): boolean {
  // reached[i]: the patterns so far fit the first i segments.
  let reached = segments.map(() => false).concat(false);
  reached[0] = true;
  for (const pattern of patterns) {
    const next = reached.map(() => false);
    for (let at = 0; at <= segments.length; at++) {
      if (pattern === '**') {
        next[at] = reached[at] || (at > 0 && next[at - 1]);
      } else if (at > 0) {
        next[at] = reached[at - 1] && segmentFits(pattern, segments[at - 1]);
      }
    }
    reached = next;
  }
  return reached[segments.length];
}

function segmentFits(pattern: string, text: string): boolean {
  let reached = Array.from({ length: text.length + 1 }, (_, at) => at === 0);
  for (const letter of pattern) {
    const next = reached.map(() => false);
    for (let at = 0; at <= text.length; at++) {
      if (letter === '*') {
        next[at] = reached[at] || (at > 0 && next[at - 1]);
      } else if (at > 0) {
        next[at] = reached[at - 1] && (letter === '?' || letter === text[at - 1]);
      }
    }
    reached = next;
  }
  return reached[text.length];
}

/** Which paths below a folder are taken. A folder's name alone takes, or leaves out, all that is in it. */
export function taker({
  include,
  exclude
}: Pick<UploadPlan, 'include' | 'exclude'>): (relative: string) => boolean {
  const whole = (globs: readonly string[]) => globs.flatMap(glob => [glob, `${glob}/**`]);
  return relative =>
    (include.length === 0 || fits(relative, whole(include))) && !fits(relative, whole(exclude));
}
