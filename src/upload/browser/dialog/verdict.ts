import type { TranslationBundle } from '@jupyterlab/translation';
import { formatBytes } from '../../../common/browser/bytes.js';
import { formatCount } from '../../../common/browser/counts.js';
import { problemSentence } from '../../../common/browser/problem-sentences.js';
import type { Complaints } from '../form.js';
import type { IPlanView } from '../plan-reader.js';

/** Whether it can be uploaded now, what the button says, and a sentence: what is uploaded, or why it is not. */
export interface IVerdict {
  ready: boolean;
  label: string;
  sentence: string;
  /** It is being found out. */
  checking: boolean;
}

/** All that has to be right before anything is sent. */
export function verdictOf(
  view: IPlanView,
  isOld: boolean,
  complaints: Complaints,
  dataset: string | null,
  trans: TranslationBundle
): IVerdict {
  const label = trans.__('Upload');
  const no = (sentence: string, checking = false): IVerdict => ({
    ready: false,
    label,
    sentence,
    checking
  });
  const [complaint] = Object.values(complaints);
  if (complaint !== undefined) {
    return no(complaint);
  }
  if (!isOld && view.problem !== null) {
    return no(trans.__('It could not be found out what would become of the files.'));
  }
  const many = view.files.length;
  if (isOld || view.end === null) {
    return no(
      isOld || many === 0
        ? trans.__('Looking at the files …')
        : trans._n(
            'Looking at the files: %2 so far …',
            'Looking at the files: %2 so far …',
            many,
            formatCount(many)
          ),
      true
    );
  }
  if (view.end.problem !== null) {
    return no(problemSentence(view.end.problem, trans));
  }
  const { new: fresh, same, other, refused } = view.counts;
  const bad = other + refused;
  const taken = fresh + (dataset === null ? 0 : same);
  if (many === view.counts['left-out']) {
    return no(trans.__('There is no file to upload.'));
  }
  if (taken === 0) {
    return no(
      bad === 0
        ? trans.__('All of it is in the data lake already.')
        : trans.__('None of these files can be uploaded like this.')
    );
  }
  const parts = [
    fresh === 0
      ? ''
      : trans._n(
          '%2 file, %3, will be uploaded.',
          '%2 files, %3, will be uploaded.',
          fresh,
          formatCount(fresh),
          formatBytes(view.bytes)
        ),
    same === 0
      ? ''
      : trans._n('%2 is there already.', '%2 are there already.', same, formatCount(same)),
    bad === 0 ? '' : trans._n('%2 is refused.', '%2 are refused.', bad, formatCount(bad))
  ];
  return {
    ready: true,
    label:
      fresh === 0
        ? trans._n('Attach %2 file', 'Attach %2 files', same, formatCount(same))
        : trans._n('Upload %2 file', 'Upload %2 files', fresh, formatCount(fresh)),
    sentence: parts.filter(part => part !== '').join(' '),
    checking: false
  };
}
