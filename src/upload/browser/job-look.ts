import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { NEXT_STEP } from '../../common/browser/problem-sentences.js';
import { formatDuration } from '../../common/browser/time.js';
import { ENDED, type FileState, type Job, type JobState, type Wish } from '../contract.js';
import {
  doneIcon,
  failedIcon,
  pausedIcon,
  refusedIcon,
  sameIcon,
  sendingIcon,
  waitingIcon
} from './icons.js';

/** How a state is shown: never by colour alone. */
export interface ILook {
  icon: LabIcon;
  /** Told apart in CSS by `jp-mod-<kind>`. */
  kind: 'moving' | 'waiting' | 'done' | 'bad' | 'quiet';
  word: string;
}

/** A job that has a problem and has not ended waits: it is tried again by itself. */
export function jobLook({ state, problem }: Job, trans: TranslationBundle): ILook {
  const waits = problem !== null && (state === 'running' || state === 'planning');
  if (waits) {
    return { icon: waitingIcon, kind: 'waiting', word: trans.__('Waiting') };
  }
  const looks: Record<JobState, ILook> = {
    planning: { icon: waitingIcon, kind: 'moving', word: trans.__('Looking at the files') },
    running: { icon: sendingIcon, kind: 'moving', word: trans.__('Uploading') },
    paused: { icon: pausedIcon, kind: 'waiting', word: trans.__('Paused') },
    cancelling: { icon: waitingIcon, kind: 'moving', word: trans.__('Cancelling') },
    done: { icon: doneIcon, kind: 'done', word: trans.__('Done') },
    partly: { icon: failedIcon, kind: 'waiting', word: trans.__('Some failed') },
    failed: { icon: failedIcon, kind: 'bad', word: trans.__('Failed') },
    cancelled: { icon: refusedIcon, kind: 'quiet', word: trans.__('Cancelled') }
  };
  return looks[state];
}

/** Of a file of a job in this state: while that is paused, nothing is being sent. */
export function fileLook(state: FileState, job: JobState, trans: TranslationBundle): ILook {
  if (state === 'sending' && job === 'paused') {
    return { icon: pausedIcon, kind: 'waiting', word: trans.__('paused') };
  }
  const looks: Record<FileState, ILook> = {
    waiting: { icon: waitingIcon, kind: 'quiet', word: trans.__('waiting') },
    sending: { icon: sendingIcon, kind: 'moving', word: trans.__('being sent') },
    stored: { icon: sendingIcon, kind: 'moving', word: trans.__('stored') },
    registered: { icon: sendingIcon, kind: 'moving', word: trans.__('registered') },
    moving: { icon: sendingIcon, kind: 'moving', word: trans.__('being moved') },
    cleaning: { icon: waitingIcon, kind: 'moving', word: trans.__('being removed') },
    done: { icon: doneIcon, kind: 'done', word: trans.__('done') },
    skipped: { icon: sameIcon, kind: 'done', word: trans.__('there already') },
    failed: { icon: failedIcon, kind: 'bad', word: trans.__('failed') },
    cancelled: { icon: refusedIcon, kind: 'quiet', word: trans.__('cancelled') }
  };
  return looks[state];
}

/** What follows on a problem, so that nobody has to guess whether to do something. */
export function whatNext({ state, problem }: Job, trans: TranslationBundle): string {
  if (problem === null) {
    return '';
  }
  if (ENDED.has(state)) {
    return state === 'cancelled' ? '' : trans.__('Retry sends what is missing.');
  }
  if (state === 'paused') {
    return trans.__('It waits for you: resume it.');
  }
  if (NEXT_STEP[problem.code] === 'sign-in') {
    return trans.__('It goes on by itself when you have signed in.');
  }
  return problem.retryAfterSeconds === undefined
    ? trans.__('It is tried again by itself.')
    : trans.__('It is tried again by itself in %1.', formatDuration(problem.retryAfterSeconds));
}

/** What a person may want of a job in this state, the likeliest first. */
export function wishesFor(state: JobState): readonly Wish[] {
  switch (state) {
    case 'planning':
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'cancelling':
      return [];
    case 'partly':
    case 'failed':
      return ['retry', 'remove'];
    case 'done':
    case 'cancelled':
      return ['remove'];
  }
}

/** By bytes where there are any; 100 only when all of it is there. */
export function jobPercent({ files, bytes, state }: Job): number {
  if (state === 'done') {
    return 100;
  }
  const [part, whole] =
    bytes.total > 0 ? [bytes.sent, bytes.total] : [files.done + files.skipped, files.total];
  return whole === 0 ? 0 : Math.min(99, Math.floor((100 * part) / whole));
}
