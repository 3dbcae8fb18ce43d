import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';
import { DID_MIME, type IDidArgs } from './tokens.js';

/** Pixels that the pointer moves before a press becomes a drag. */
const THRESHOLD = 5;

function dragImage(text: string): HTMLElement {
  const image = document.createElement('div');
  image.className = 'jp-DataLakeDragImage';
  image.textContent = text;
  return image;
}

/**
 * A press on a row becomes a drag of its DID when the pointer moves. The data is under `DID_MIME` for
 * those who know DIDs, and as text for editors.
 */
export function dragOnMove(event: PointerEvent, row: Element, did: IDidArgs): void {
  if (event.button !== 0) {
    return;
  }
  const { clientX, clientY } = event;
  const stop = () => {
    document.removeEventListener('pointermove', onMove, true);
    document.removeEventListener('pointerup', stop, true);
  };
  const onMove = (move: PointerEvent) => {
    if (Math.hypot(move.clientX - clientX, move.clientY - clientY) < THRESHOLD) {
      return;
    }
    stop();
    const mimeData = new MimeData();
    mimeData.setData(DID_MIME, did);
    mimeData.setData('text/plain', did.did);
    const drag = new Drag({
      dragImage: dragImage(did.did),
      mimeData,
      supportedActions: 'copy',
      proposedAction: 'copy',
      source: row
    });
    void drag.start(move.clientX, move.clientY).then(() => drag.dispose());
  };
  document.addEventListener('pointermove', onMove, true);
  document.addEventListener('pointerup', stop, true);
}
