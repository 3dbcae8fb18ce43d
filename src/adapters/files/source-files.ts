import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Problem, ProblemCode } from '../../common/contract/problem.js';
import type { Found, IChecksums, ISource, ISourceFiles } from '../../upload/core/ports.js';

/** Reads a source once for its checksums, off this thread. */
export type SumsOf = (source: ISource, md5: boolean, signal: AbortSignal) => Promise<IChecksums>;

/** Names of a folder that are looked at together. */
const TOGETHER = 32;

interface IWalk {
  /** With all links gone: what a link leads to has to be below it. */
  bound: string;
  takes: (relative: string) => boolean;
  signal: AbortSignal;
}

type Looked =
  | { kind: 'file'; facts: BigIntStats }
  | { kind: 'folder'; real: string }
  | { kind: 'refused'; problem: Problem };

/** Files of this machine. */
export class SourceFiles implements ISourceFiles {
  constructor(private readonly _sums: SumsOf) {}

  async *walk(
    path: string,
    root: string | null,
    takes: (relative: string) => boolean,
    signal: AbortSignal
  ): AsyncGenerator<Found, void, void> {
    const bound = await boundOf(path, root);
    if (bound === null) {
      yield refused(path, gone(path));
      return;
    }
    const named = root === null ? [basename(path)] : path.slice(root.length).split('/');
    if (named.some(isHidden)) {
      yield refused(path, hidden(path));
      return;
    }
    const looked = await look(path, bound, true);
    if (looked.kind === 'refused') {
      yield refused(path, looked.problem);
    } else if (looked.kind === 'folder') {
      yield* below(path, '', [looked.real], { bound, takes, signal });
    } else if (takes(basename(path))) {
      yield { kind: 'file', source: sourceOf(path, looked.facts), relative: basename(path) };
    }
  }

  async look(path: string): Promise<ISource | null> {
    const found = await stat(path, { bigint: true }).catch(() => null);
    return found?.isFile() === true ? sourceOf(path, found) : null;
  }

  sums(source: ISource, md5: boolean, signal: AbortSignal): Promise<IChecksums> {
    return this._sums(source, md5, signal);
  }
}

/** `above`: the real folders that lead here, so that a link to one of them is no endless way. */
async function* below(
  folder: string,
  relative: string,
  above: readonly string[],
  walk: IWalk
): AsyncGenerator<Found, void, void> {
  let names: string[];
  try {
    names = (await readdir(folder)).sort();
  } catch (error) {
    yield refused(folder, unreadable(folder, error));
    return;
  }
  for (let start = 0; start < names.length; start += TOGETHER) {
    walk.signal.throwIfAborted();
    const some = names.slice(start, start + TOGETHER);
    const found = await Promise.all(
      some.map(async name => ({ name, looked: await lookAt(join(folder, name), name, walk) }))
    );
    for (const { name, looked } of found) {
      const path = join(folder, name);
      const inSource = relative === '' ? name : `${relative}/${name}`;
      if (looked.kind === 'folder') {
        if (above.includes(looked.real)) {
          yield refused(path, problem('source-unreadable', `${path} leads back to where it is.`));
        } else {
          yield* below(path, inSource, [...above, looked.real], walk);
        }
      } else if (walk.takes(inSource)) {
        yield looked.kind === 'file'
          ? { kind: 'file', source: sourceOf(path, looked.facts), relative: inSource }
          : refused(path, looked.problem, isHidden(name));
      }
    }
  }
}

async function lookAt(path: string, name: string, { bound }: IWalk): Promise<Looked> {
  if (name.includes('\uFFFD')) {
    return {
      kind: 'refused',
      problem: problem('name-refused', `The name of ${path} is not in UTF-8: rename it.`)
    };
  }
  return isHidden(name) ? { kind: 'refused', problem: hidden(path) } : look(path, bound, false);
}

/** `follow`: `path` may be reached by links of any kind, as what was named may be. */
async function look(path: string, bound: string, follow: boolean): Promise<Looked> {
  try {
    const here = await lstat(path, { bigint: true });
    const facts = here.isSymbolicLink() ? await stat(path, { bigint: true }) : here;
    const real = here.isSymbolicLink() || follow || here.isDirectory() ? await realpath(path) : '';
    const outside = real !== '' && real !== bound ? inBound(real, bound) : null;
    if (outside !== null) {
      return { kind: 'refused', problem: outside(path) };
    }
    if (facts.isDirectory()) {
      return { kind: 'folder', real };
    }
    if (!facts.isFile()) {
      return {
        kind: 'refused',
        problem: problem('source-unreadable', `${path} is neither a file nor a folder.`)
      };
    }
    // Not blocking: it may be a pipe by now.
    await (await open(path, constants.O_RDONLY | constants.O_NONBLOCK)).close();
    return { kind: 'file', facts };
  } catch (error) {
    return { kind: 'refused', problem: unreadable(path, error) };
  }
}

/** null: it may be read; else the problem for the path by which it was reached. */
function inBound(real: string, bound: string): ((path: string) => Problem) | null {
  const start = bound.endsWith('/') ? bound : `${bound}/`;
  if (!real.startsWith(start)) {
    return path =>
      problem('source-unreadable', `${path} is a link out of the folder that may be uploaded.`);
  }
  return real.slice(start.length).split('/').some(isHidden)
    ? path => problem('source-unreadable', `${path} leads to something hidden.`)
    : null;
}

/** The folder that nothing may lead out of; null: there is no such path. */
async function boundOf(path: string, root: string | null): Promise<string | null> {
  return realpath(root ?? path).catch(() => null);
}

const isHidden = (name: string) => name.startsWith('.');

function sourceOf(path: string, { size, mtimeNs, ino }: BigIntStats): ISource {
  return { path, bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
}

const refused = (path: string, problem: Problem, hidden = false): Found => ({
  kind: 'refused',
  path,
  problem,
  hidden
});
const problem = (code: ProblemCode, message: string): Problem => ({ code, message });
const gone = (path: string) => problem('not-found', `There is no ${path}.`);
const hidden = (path: string) =>
  problem('source-unreadable', `${path} is hidden: hidden files and folders are not uploaded.`);

function unreadable(path: string, cause: unknown): Problem {
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? gone(path)
    : problem('source-unreadable', `${path} cannot be read.`);
}
