import type { ProblemCode } from '../../common/contract/problem.js';

/** What stores say in words beside a number that says little. */
const BY_WORDS: readonly (readonly [RegExp, ProblemCode, string])[] = [
  [/no space left|quota|not enough space/i, 'store-full', 'The store is full.'],
  [/is a directory/i, 'conflict', 'At the store there is a folder of this name.'],
  [/not a directory/i, 'conflict', 'At the store a file stands where there has to be a folder.'],
  [/directory not empty/i, 'conflict', 'At the store there is a folder of this name.'],
  [/name too long/i, 'name-refused', 'The name is too long for the store.'],
  [/permission denied/i, 'store-refused', 'The store does not allow that.'],
  [/read-only file ?system/i, 'store-refused', 'The store can only be read.']
];

/** The problem that these words stand for; null: they say nothing that we know. */
export function byWords(words: string): readonly [ProblemCode, string] | null {
  const known = BY_WORDS.find(([said]) => said.test(words));
  return known === undefined ? null : [known[1], known[2]];
}
