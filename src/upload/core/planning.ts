import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import type { FATES, PlannedFile, UploadPlan } from '../contract.js';
import { didOf, taker } from './names.js';
import {
  NameRefused,
  type IKnown,
  type IRegistry,
  type ISource,
  type ISourceFiles
} from './ports.js';

/** So many DIDs are asked about at once: Rucio takes 1,000. */
const BATCH = 500;
/** A list that is wrong in more names than that is told as one. */
const MOST_REFUSED = 20;

/** A file that was found, and what would become of it. */
export interface ICandidate {
  path: string;
  /** null: it cannot be read, or may not be. */
  source: ISource | null;
  did: string | null;
  fate: (typeof FATES)[number];
  problem: Problem | null;
  /** What Rucio knows of the DID; null: nothing. */
  known: IKnown | null;
}

export interface IPlanner {
  registry: IRegistry;
  files: ISourceFiles;
  /** DIDs that another upload is about to make. */
  claimed(dids: readonly string[]): ReadonlySet<string>;
  /** Which of the files found are looked at; left out: all. */
  wants?(path: string): boolean;
}

/** Everything that the plan's sources come to, in batches, each DID once. */
export async function* candidates(
  plan: UploadPlan,
  root: string | null,
  planner: IPlanner,
  signal: AbortSignal
): AsyncGenerator<ICandidate[], void, void> {
  const seen = new Set<string>();
  let batch: ICandidate[] = [];
  for (const source of plan.sources) {
    const path = absolute(source, root);
    for await (const found of planner.files.walk(path, root, taker(plan), signal)) {
      const candidate =
        found.kind === 'refused'
          ? { ...refused(found.path, null, found.problem), ...(found.hidden ? LEFT_OUT : {}) }
          : named(plan, found.source, found.relative, seen);
      if (planner.wants?.(candidate.path) !== false) {
        batch.push(candidate);
      }
      if (batch.length === BATCH) {
        yield await judged(batch, planner, signal);
        batch = [];
      }
    }
  }
  if (batch.length > 0) {
    yield await judged(batch, planner, signal);
  }
}

/** A source as the file system knows it. */
export function absolute(source: string, root: string | null): string {
  return root === null ? source : `${root}/${source.replace(/^\/+/, '')}`.replace(/\/+$/, '');
}

/** As it is shown: below Jupyter's root folder, where there is one. */
export function shownPath(path: string, root: string | null): string {
  return root !== null && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** With the paths in it as they are shown. */
export function shownText(text: string, root: string | null): string {
  return root === null ? text : text.replaceAll(`${root}/`, '');
}

/** With the paths in its sentence as they are shown. */
export function shownProblem(problem: Problem | null, root: string | null): Problem | null {
  return problem && { ...problem, message: shownText(problem.message, root) };
}

/**
 * Refuses what a browser has no business with: only paths below Jupyter's root folder are sources. Links that lead out of it
 * are found when they are followed. Throws `bad-request`.
 */
export function checkSources({ sources }: Pick<UploadPlan, 'sources'>, root: string | null): void {
  if (root === null) {
    if (sources.some(source => !source.startsWith('/'))) {
      throw new DataLakeError('bad-request', 'Sources are absolute paths.');
    }
    return;
  }
  const outside = sources.find(
    source => source.startsWith('/') || source.split('/').includes('..')
  );
  if (outside !== undefined) {
    throw new DataLakeError(
      'bad-request',
      `"${outside}" does not lie in Jupyter's folder: only what is in it can be uploaded from here.`
    );
  }
}

export function asPlanned(
  { path, source, did, fate, problem }: ICandidate,
  root: string | null
): PlannedFile {
  return {
    ...{ path: shownPath(path, root), did, bytes: source?.bytes ?? null, fate },
    problem: shownProblem(problem, root)
  };
}

const LEFT_OUT = { fate: 'left-out' } as const;

const refused = (path: string, source: ISource | null, problem: Problem): ICandidate => ({
  ...{ path, source, did: null, fate: 'refused', problem, known: null }
});

function named(plan: UploadPlan, source: ISource, relative: string, seen: Set<string>): ICandidate {
  try {
    const did = didOf(plan, relative);
    if (seen.has(did)) {
      throw new DataLakeError('conflict', `Another of these files would be ${did}, too.`);
    }
    seen.add(did);
    return { path: source.path, source, did, fate: 'new', problem: null, known: null };
  } catch (error) {
    return refused(source.path, source, toProblem(error));
  }
}

async function judged(
  batch: readonly ICandidate[],
  { registry, claimed }: IPlanner,
  signal: AbortSignal
): Promise<ICandidate[]> {
  const taken = claimed(batch.flatMap(({ did }) => did ?? []));
  const { known, names } = await knownOf(
    batch.flatMap(({ did }) => did ?? []),
    registry,
    signal
  );
  return batch.map(candidate => {
    const { did, source } = candidate;
    if (did === null || source === null) {
      return candidate;
    }
    const nameProblem = names.get(did);
    if (nameProblem !== undefined) {
      return { ...candidate, fate: 'refused', problem: nameProblem };
    }
    if (taken.has(did)) {
      const problem = {
        code: 'conflict' as const,
        message: `Another upload is about to make ${did}: wait for it, or cancel it.`
      };
      return { ...candidate, fate: 'refused', problem };
    }
    const there = known.get(did);
    return there === undefined
      ? candidate
      : { ...candidate, known: there, ...fateOf(did, source.bytes, there) };
  });
}

/** Which of them exist, and which ones this lake does not take as names. */
async function knownOf(
  dids: readonly string[],
  registry: IRegistry,
  signal: AbortSignal
): Promise<{ known: ReadonlyMap<string, IKnown>; names: ReadonlyMap<string, Problem> }> {
  const names = new Map<string, Problem>();
  let asked = dids;
  for (;;) {
    try {
      const known =
        asked.length === 0 ? new Map<string, IKnown>() : await registry.known(asked, signal);
      return { known, names };
    } catch (error) {
      if (!(error instanceof NameRefused) || names.size === MOST_REFUSED) {
        throw error;
      }
      names.set(error.did, toProblem(error));
      asked = asked.filter(did => did !== error.did);
    }
  }
}

/** Before checksums are known: by size. */
function fateOf(
  did: string,
  bytes: number,
  { type, bytes: there, ending }: IKnown
): Pick<ICandidate, 'fate' | 'problem'> {
  if (type !== 'FILE') {
    const message = `${did} is a ${type.toLowerCase()}: take another prefix, or rename the file.`;
    return { fate: 'other', problem: { code: 'conflict', message } };
  }
  if (ending) {
    return { fate: 'refused', problem: beingErased(did) };
  }
  return there === bytes
    ? { fate: 'same', problem: null }
    : { fate: 'other', problem: differs(did) };
}

export const differs = (did: string): Problem => ({
  code: 'exists-differs',
  message: `${did} exists with other content, and files in Rucio never change: take another prefix, or rename the file.`
});

export const beingErased = (did: string): Problem => ({
  code: 'conflict',
  message: `${did} is being erased by Rucio: try again in some minutes.`
});

/** Whether checksums say that it is the same file; null: they cannot say. */
export function isSame(
  { adler32, md5 }: { adler32: string; md5: string | null },
  known: Pick<IKnown, 'adler32' | 'md5'>
): boolean | null {
  if (known.adler32 !== null) {
    return known.adler32 === adler32;
  }
  return known.md5 !== null && md5 !== null ? known.md5 === md5 : null;
}
