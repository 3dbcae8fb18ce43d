import { createHash } from 'node:crypto';

/** What follows an RSE's prefix in a file's PFN. */
export type Suffix = (scope: string, name: string) => string;

const folderOf = (scope: string) =>
  scope.startsWith('user') || scope.startsWith('group') ? scope.replaceAll('.', '/') : scope;

/** Rucio's `hash`: two levels of folders named after the first bytes of the MD5 of `scope:name`. */
const hash: Suffix = (scope, name) => {
  const digest = createHash('md5').update(`${scope}:${name}`).digest('hex');
  return `${folderOf(scope)}/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${name}`;
};

const identity: Suffix = (scope, name) => `${folderOf(scope)}/${name}`;

/** The algorithms that every Rucio has; a lake's own ones only its server knows. */
export const LFN2PFN: Readonly<Record<string, Suffix>> = { hash, identity };
