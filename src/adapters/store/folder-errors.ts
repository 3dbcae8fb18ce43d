import { DataLakeError, type ProblemCode } from '../../common/contract/problem.js';
import { codeOf } from './source-file.js';

const BY_CODE: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  ENOSPC: ['store-full', 'The store is full.'],
  EDQUOT: ['store-full', 'The quota at the store does not suffice.'],
  EACCES: ['store-refused', 'The store does not allow this user to do that.'],
  EPERM: ['store-refused', 'The store does not allow this user to do that.'],
  EROFS: ['store-refused', 'The store can only be read.'],
  EFBIG: ['store-refused', 'The file is too large for the store.'],
  ENAMETOOLONG: ['name-refused', 'The name is too long for the store.'],
  EILSEQ: ['name-refused', 'The store cannot take a file of this name.'],
  EISDIR: ['conflict', 'At the store there is a folder of this name.'],
  ENOTEMPTY: ['conflict', 'At the store there is a folder of this name.'],
  ENOTDIR: ['conflict', 'At the store a file stands where there has to be a folder.'],
  EEXIST: ['conflict', 'Somebody else writes this file at the store just now.'],
  ENOENT: ['store-unreachable', "The store's folder is not there: is it mounted?"],
  ENODEV: ['store-unreachable', "The store's folder does not answer."],
  ENOTCONN: ['store-unreachable', "The store's folder does not answer."],
  ESTALE: ['store-unreachable', "The store's folder does not answer."],
  ETIMEDOUT: ['store-unreachable', "The store's folder does not answer."],
  EBUSY: ['store-busy', 'The store is busy.']
};

/** The error that a failed call on a store's folder stands for. */
export function folderError(cause: unknown, path: string): DataLakeError {
  if (cause instanceof DataLakeError) {
    return cause;
  }
  const code = codeOf(cause);
  const [problem, sentence] = BY_CODE[code] ?? ['store-failed', 'The store failed.'];
  return new DataLakeError(problem, sentence, {
    cause,
    detail: code === '' ? path : `${code}: ${path}`
  });
}
