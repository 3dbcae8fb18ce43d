import type { TranslationBundle } from '@jupyterlab/translation';
import type { Known } from '../../availability/browser/tokens.js';
import { formatCount } from '../../common/browser/counts.js';
import { formatDuration } from '../../common/browser/time.js';

/** How far an item is, in a word or two beside the icon of its state. */
export function arrivalText(known: Known | null, trans: TranslationBundle): string {
  if (known === null || known.status === 'loading') {
    return '';
  }
  if (known.status === 'failed') {
    return trans.__('could not ask');
  }
  const { state, files, type, etaSeconds } = known.availability;
  switch (state) {
    case 'AVAILABLE':
      return type === 'FILE'
        ? trans.__('ready')
        : trans._n('ready, %1 file', 'ready, %1 files', files.total, formatCount(files.total));
    case 'REPLICATING': {
      const count = trans.__('%1 of %2', formatCount(files.available), formatCount(files.total));
      return etaSeconds === null ? count : `${count}, ${formatDuration(etaSeconds)}`;
    }
    case 'INJECT':
      return trans.__('being prepared');
    case 'STUCK':
      return trans.__('stuck');
    case 'SUSPENDED':
      return trans.__('suspended');
    case 'WAITING_APPROVAL':
      return trans.__('waits for approval');
    case 'PATH_MISSING':
      return trans.__('path missing');
    case 'NOT_AVAILABLE':
      return files.available > 0
        ? trans.__('%1 of %2', formatCount(files.available), formatCount(files.total))
        : trans.__('not available');
  }
}
