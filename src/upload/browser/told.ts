import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { DataLakeError, toProblem } from '../../common/contract/problem.js';

/** Tells a failure where no view of ours would, as one sentence. */
export function tellFailure(error: unknown, trans: TranslationBundle): void {
  const sentence =
    error instanceof Error && !(error instanceof DataLakeError)
      ? error.message
      : problemSentence(toProblem(error), trans);
  Notification.error(sentence, { autoClose: SHOWN_MS });
}

const SHOWN_MS = 8000;
