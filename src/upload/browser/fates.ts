import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import type { PlannedFile } from '../contract.js';
import { leftOutIcon, newIcon, otherIcon, refusedIcon, sameIcon } from './icons.js';
import type { Fate } from './plan-reader.js';

export const FATE_ICONS: Record<Fate, LabIcon> = {
  new: newIcon,
  same: sameIcon,
  other: otherIcon,
  refused: refusedIcon,
  'left-out': leftOutIcon
};

const WORDS: Record<Fate, (trans: TranslationBundle) => string> = {
  new: trans => trans.__('new'),
  same: trans => trans.__('there already'),
  other: trans => trans.__('other content'),
  refused: trans => trans.__('refused'),
  'left-out': trans => trans.__('left out')
};

export function fateWord(fate: Fate, trans: TranslationBundle): string {
  return WORDS[fate](trans);
}

/** What will become of a file, and why. */
export function fateSentence({ fate, problem }: PlannedFile, trans: TranslationBundle): string {
  if (problem !== null) {
    return problemSentence(problem, trans);
  }
  switch (fate) {
    case 'new':
      return trans.__('It will be uploaded.');
    case 'same':
      return trans.__('The same file is in the data lake already: it will be skipped.');
    case 'other':
      return trans.__(
        'A DID of this name has other content: it cannot be uploaded under this name.'
      );
    case 'refused':
      return trans.__('It cannot be uploaded.');
    case 'left-out':
      return trans.__('It will not be uploaded.');
  }
}
