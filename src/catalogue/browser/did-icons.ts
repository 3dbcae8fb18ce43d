import { fileIcon, folderIcon, LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { DidType } from '../../common/contract/did.js';

const datasetIcon = new LabIcon({
  name: 'jupyterlab-datalake:dataset',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M4 4h16v4H4zm0 6h16v4H4zm0 6h16v4H4z"/>
</svg>`
});

const containerIcon = new LabIcon({
  name: 'jupyterlab-datalake:container',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2 3 6.500v11L12 22l9-4.500v-11zm0 2.300 6 3-6 3-6-3zM5 9l6 3v7l-6-3zm14 0v7l-6 3v-7z"/>
</svg>`
});

export const scopeIcon = folderIcon;

/** The icon of each type; the word stands beside it or in its place for screen readers. */
export const DID_ICONS = {
  FILE: fileIcon,
  DATASET: datasetIcon,
  CONTAINER: containerIcon
} as const satisfies Record<DidType, LabIcon>;

export function didTypeWord(type: DidType, trans: TranslationBundle): string {
  switch (type) {
    case 'FILE':
      return trans.__('file');
    case 'DATASET':
      return trans.__('dataset');
    case 'CONTAINER':
      return trans.__('container');
  }
}
