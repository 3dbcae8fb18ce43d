import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { toProblem } from '../../common/contract/problem.js';

/** Shows a failure where nobody else does, and answers it to be thrown on. */
export function told(error: unknown, trans: TranslationBundle): unknown {
  Notification.error(problemSentence(toProblem(error), trans), { autoClose: false });
  return error;
}
