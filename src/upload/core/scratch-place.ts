import { DataLakeError } from '../../common/contract/problem.js';

/** A folder that is an RSE: what lies in it is a replica as soon as Rucio is told. */
export interface IScratch {
  /** Absolute, without a slash at its end. */
  path: string;
  rse: string;
  /** What stands for the folder in PFNs; with a slash at its end. */
  pfnPrefix: string;
  deleteAfterDays: number;
}

/** The scratch folder that all these absolute paths lie in; null: none of them does. Throws `bad-request` where only some do. */
export function scratchOf(paths: readonly string[], folders: readonly IScratch[]): IScratch | null {
  const found = new Set(
    paths.map(path => folders.find(folder => `${path}/`.startsWith(`${folder.path}/`)) ?? null)
  );
  if (found.size > 1) {
    throw new DataLakeError(
      'bad-request',
      'Some of this lies in scratch space and some does not: upload them apart.'
    );
  }
  const [only = null] = found;
  return only;
}

/** Where the lake finds a file of a scratch folder. */
export function scratchPfn(scratch: IScratch, path: string): string {
  return `${scratch.pfnPrefix}${path.slice(scratch.path.length + 1)}`;
}
