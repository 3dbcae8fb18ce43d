import type { TranslationBundle } from '@jupyterlab/translation';
import { parseDid } from '../../common/contract/did.js';
import { nameFault } from '../../common/contract/python-names.js';

const LONGEST_PROPOSAL = 40;
const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{0,7}$/;
// Words of Python's grammar that are allowed as names: not what we would propose.
const SOFT_KEYWORDS = new Set(['match', 'case', 'type']);

/** A variable name that says which DID it is, and that is not among those taken. */
export function proposeName(did: string, taken: ReadonlySet<string>): string {
  const { name } = parseDid(did);
  const last = name.split('/').at(-1) ?? name;
  const word = last
    .replace(EXTENSION, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, LONGEST_PROPOSAL)
    .replace(/_+$/, '');
  const started = /^[A-Za-z]/.test(word) ? word : `data_${word}`.replace(/_$/, '');
  const free = nameFault(started) === null && !SOFT_KEYWORDS.has(started);
  const base = free ? started : `${started}_data`;
  let proposal = base;
  for (let number = 2; taken.has(proposal); number++) {
    proposal = `${base}_${number}`;
  }
  return proposal;
}

/** What is wrong with a name, as a sentence for the person who types it; null: it can be used. */
export function nameComplaint(
  name: string,
  taken: ReadonlySet<string>,
  trans: TranslationBundle
): string | null {
  switch (nameFault(name)) {
    case 'empty':
      return trans.__('Type a name for the variable.');
    case 'too-long':
      return trans.__('This name is longer than 100 characters.');
    case 'not-identifier':
      return trans.__(
        'A variable name has letters, digits and underscores, and does not start with a digit.'
      );
    case 'keyword':
      return trans.__('%1 is a word of Python’s own: choose another name.', name);
    case 'builtin':
      return trans.__('%1 is built into Python, and would be hidden: choose another name.', name);
    case 'dunder':
      return trans.__('Names that start with two underscores are Python’s own.');
    case null:
      return taken.has(name) ? trans.__('Another item of this cart has the name %1.', name) : null;
  }
}
