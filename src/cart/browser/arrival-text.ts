import type { TranslationBundle } from '@jupyterlab/translation';
import type { Known } from '../../availability/browser/tokens.js';
import { formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { formatDuration } from '../../common/browser/time.js';
import type { CartItem } from '../contract.js';

/** How much an item is: the number of its files, where it has several, and its size. */
export function sizeText(item: CartItem, known: Known | null, trans: TranslationBundle): string {
  const there = known?.status === 'known' ? known.availability : null;
  const bytes = formatBytes(item.bytes ?? there?.bytes.total);
  if (there === null || there.type === 'FILE') {
    return bytes;
  }
  const { total } = there.files;
  return `${trans._n('%1 file', '%1 files', total, formatCount(total))} · ${bytes}`;
}

/** How far an item is, in a word or two beside the icon of its state. */
export function arrivalText(known: Known | null, trans: TranslationBundle): string {
  if (known === null || known.status === 'loading') {
    return '';
  }
  if (known.status === 'failed') {
    return trans.__('could not ask');
  }
  const { state, files, etaSeconds } = known.availability;
  switch (state) {
    case 'AVAILABLE':
      return trans.__('ready');
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
