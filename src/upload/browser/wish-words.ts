import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wish } from '../contract.js';

/** What is said of a wish: on a button of an upload, as a command, and in a sentence. */
export interface IWishWords {
  button: string;
  label: string;
  caption: string;
}

/** Of all that can be wished of an upload. */
export function wishWords(trans: TranslationBundle): Record<Wish, IWishWords> {
  return {
    pause: {
      button: trans.__('Pause'),
      label: trans.__('Pause an Upload'),
      caption: trans.__('Stop sending until you resume it')
    },
    resume: {
      button: trans.__('Resume'),
      label: trans.__('Resume an Upload'),
      caption: trans.__('Go on where it was paused')
    },
    cancel: {
      button: trans.__('Cancel'),
      label: trans.__('Cancel an Upload'),
      caption: trans.__(
        'Give it up; what is done stays in the data lake, what was begun is removed'
      )
    },
    retry: {
      button: trans.__('Retry'),
      label: trans.__('Retry an Upload'),
      caption: trans.__('Send what has failed again')
    },
    remove: {
      button: trans.__('Remove'),
      label: trans.__('Remove an Upload from the List'),
      caption: trans.__('Forget it; what is in the data lake stays there')
    }
  };
}
