import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { formatCount } from '../../common/browser/counts.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import type { Availability, AvailabilityState, RuleState } from '../contract.js';
import {
  askingIcon,
  availableIcon,
  couldNotAskIcon,
  injectIcon,
  notAvailableIcon,
  pathMissingIcon,
  replicatingIcon,
  stuckIcon,
  suspendedIcon,
  waitingIcon
} from './icons.js';
import type { Known } from './tokens.js';

/** How a state, or the want of one, is shown: never by colour alone. */
export interface IDescription {
  icon: LabIcon;
  /** Told apart in CSS by `jp-mod-<kind>`. */
  kind: string;
  /** One or two words. */
  word: string;
  /** A sentence: how far, or why not. */
  sentence: string;
}

const ICONS: Record<AvailabilityState, LabIcon> = {
  NOT_AVAILABLE: notAvailableIcon,
  REPLICATING: replicatingIcon,
  STUCK: stuckIcon,
  SUSPENDED: suspendedIcon,
  WAITING_APPROVAL: waitingIcon,
  INJECT: injectIcon,
  PATH_MISSING: pathMissingIcon,
  AVAILABLE: availableIcon
};

const WORDS: Record<AvailabilityState, (trans: TranslationBundle) => string> = {
  NOT_AVAILABLE: trans => trans.__('Not available'),
  REPLICATING: trans => trans.__('Replicating'),
  STUCK: trans => trans.__('Stuck'),
  SUSPENDED: trans => trans.__('Suspended'),
  WAITING_APPROVAL: trans => trans.__('Waiting for approval'),
  INJECT: trans => trans.__('Being prepared'),
  PATH_MISSING: trans => trans.__('Path missing'),
  AVAILABLE: trans => trans.__('Available')
};

type Sentence = (availability: Availability, trans: TranslationBundle) => string;

const SENTENCES: Record<AvailabilityState, Sentence> = {
  NOT_AVAILABLE: ({ rse, files }, trans) =>
    files.available > 0
      ? trans.__('%1 of %2 files are on %3.', ...counts(files.available, files.total), rse)
      : trans.__('Nothing of it is on %1.', rse),
  REPLICATING: (availability, trans) =>
    trans.__(
      '%1 % on %2: %3 of %4 files are there.',
      percentOf(availability),
      availability.rse,
      ...counts(availability.files.available, availability.files.total)
    ),
  STUCK: ({ reason, files }, trans) =>
    reason === null
      ? trans.__('Rucio could not bring it, and does not say why.')
      : trans.__(
          '%1 of %2 files could not be copied. Rucio says: %3',
          ...counts(files.stuck, files.total),
          reason
        ),
  SUSPENDED: ({ reason }, trans) =>
    reason ?? trans.__('The rule is halted: somebody with the rights to do so has to release it.'),
  WAITING_APPROVAL: ({ rse, reason }, trans) =>
    reason ?? trans.__('Somebody who looks after %1 has to approve it.', rse),
  INJECT: (_, trans) => trans.__('Rucio is working out what has to be copied.'),
  PATH_MISSING: ({ paths }, trans) =>
    trans.__(
      'Rucio says that it is there, but %1 is not. %2 of %3 checked paths are missing.',
      paths.firstMissing ?? trans.__('a path'),
      ...counts(paths.missing, paths.checked)
    ),
  AVAILABLE: ({ rse, paths }, trans) =>
    paths.checked < paths.total
      ? trans.__(
          'It is on %1; %2 of %3 paths were checked.',
          rse,
          ...counts(paths.checked, paths.total)
        )
      : trans.__('It is on %1, and its paths are there.', rse)
};

/** Icon, word and sentence for what is known of a DID. */
export function describe(known: Known, trans: TranslationBundle): IDescription {
  if (known.status === 'loading') {
    return {
      icon: askingIcon,
      kind: 'asking',
      word: trans.__('Asking'),
      sentence: trans.__('Rucio is being asked.')
    };
  }
  if (known.status === 'failed') {
    return {
      icon: couldNotAskIcon,
      kind: 'could-not-ask',
      word: trans.__('Could not ask'),
      sentence: problemSentence(known.problem, trans)
    };
  }
  const { state } = known.availability;
  return {
    icon: ICONS[state],
    kind: stateKind(state),
    word: stateWord(state, trans),
    sentence: SENTENCES[state](known.availability, trans)
  };
}

export function stateWord(state: AvailabilityState, trans: TranslationBundle): string {
  return WORDS[state](trans);
}

export function stateKind(state: AvailabilityState): string {
  return state.toLowerCase().replaceAll('_', '-');
}

export function stateIcon(state: AvailabilityState): LabIcon {
  return ICONS[state];
}

/** How much is there, by bytes where they are known; 100 only when all of it is. */
export function percentOf({ files, bytes }: Availability): number {
  const [there, total] =
    bytes.total > 0 ? [bytes.available, bytes.total] : [files.available, files.total];
  return total === 0 ? 0 : Math.floor((100 * Math.min(there, total)) / total);
}

function counts(part: number, whole: number): [string, string] {
  return [formatCount(part), formatCount(whole)];
}

/** A rule that is OK looks like what it brings: available. */
export function ruleLook(state: RuleState): { icon: LabIcon; kind: string } {
  const like = state === 'OK' ? 'AVAILABLE' : state;
  return { icon: stateIcon(like), kind: stateKind(like) };
}

/** The word for a rule's own state: as Rucio's, with OK for what is complete. */
export function ruleWord(state: RuleState, trans: TranslationBundle): string {
  return state === 'OK' ? trans.__('OK') : stateWord(state, trans);
}
