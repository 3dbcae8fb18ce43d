import type { Drag } from '@lumino/dragdrop';

/** What JupyterLab's file browser drags: paths of its contents. */
export const CONTENTS_MIME = 'application/x-jupyter-icontents';
const TARGET_CLASS = 'jp-mod-datalake-drop';
const EVENTS = ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop'] as const;

interface IDropTarget {
  /** Where files may be dropped. */
  panel: HTMLElement;
  /** The panel's tab opens it: it stands where the file browser does. */
  isTab: (element: Element) => boolean;
  open: () => void;
  take: (paths: string[]) => void;
}

/** Takes files that are dragged from the file browser onto the panel, or onto its tab. */
export function acceptFiles(target: IDropTarget): void {
  for (const name of EVENTS) {
    document.addEventListener(name, event => onDrag(event as Drag.Event, target), true);
  }
}

function onDrag(event: Drag.Event, { panel, isTab, open, take }: IDropTarget): void {
  const element = event.target;
  if (!(element instanceof Element) || !event.mimeData.hasData(CONTENTS_MIME)) {
    return;
  }
  const onTab = isTab(element);
  if (!onTab && !panel.contains(element)) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (event.type === 'lm-dragleave' || event.type === 'lm-drop') {
    panel.classList.remove(TARGET_CLASS);
  } else {
    panel.classList.add(TARGET_CLASS);
  }
  if (event.type === 'lm-dragenter' && onTab) {
    open();
  }
  // The file browser offers moving only; nothing is moved unless we do it.
  event.dropAction = event.proposedAction;
  if (event.type === 'lm-drop') {
    take([...(event.mimeData.getData(CONTENTS_MIME) as string[])]);
  }
}
