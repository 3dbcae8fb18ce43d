import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Drag } from '@lumino/dragdrop';
import { DID_MIME, type IDidArgs } from '../../catalogue/browser/tokens.js';

type Add = (panel: NotebookPanel, did: IDidArgs) => Promise<string | null>;

const TARGET_CLASS = 'jp-mod-datalake-drop';
const EVENTS = ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop'] as const;

/** Where in a notebook something was dropped. */
interface IPlace {
  /** The index of the cell; the number of cells when it was below the last. */
  index: number;
  /** Where a text lands in it; null where a code cell has to be made. */
  position: { line: number; column: number } | null;
}

/**
 * Takes rows of the catalogue that are dropped on a notebook: the DID goes into its cart, and the
 * variable's name to where it was dropped. Before the cells see it: they would write the DID itself.
 */
export function acceptDrops(panel: NotebookPanel, add: Add): void {
  const { node } = panel.content;
  const listener = (event: Event) => onDrag(event as Drag.Event, panel, add);
  for (const name of EVENTS) {
    node.addEventListener(name, listener, true);
  }
}

function onDrag(event: Drag.Event, panel: NotebookPanel, add: Add): void {
  if (!event.mimeData.hasData(DID_MIME)) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const { node } = panel.content;
  if (event.type === 'lm-dragleave' || event.type === 'lm-drop') {
    node.classList.remove(TARGET_CLASS);
  } else {
    node.classList.add(TARGET_CLASS);
    event.dropAction = 'copy';
  }
  if (event.type === 'lm-drop') {
    event.dropAction = 'copy';
    const place = placeOf(event, panel);
    const did = event.mimeData.getData(DID_MIME) as IDidArgs;
    void add(panel, did).then(name => {
      if (name !== null) {
        writeAt(panel, place, name);
      }
    });
  }
}

function placeOf(event: Drag.Event, { content }: NotebookPanel): IPlace {
  const target = event.target as Element;
  const index = content.widgets.findIndex(cell => cell.node.contains(target));
  if (index < 0) {
    return { index: content.widgets.length, position: null };
  }
  const cell = content.widgets[index];
  const onEditor = cell.editor?.host.contains(target) === true;
  if (cell.model.type !== 'code' || !onEditor) {
    return { index: index + 1, position: null };
  }
  const { clientX: left, clientY: top } = event;
  const at = { left, top, right: left, bottom: top, x: left, y: top, width: 0, height: 0 };
  const position = cell.editor.getPositionForCoordinate(at);
  return { index, position: position ?? cell.editor.getCursorPosition() };
}

function writeAt({ content }: NotebookPanel, { index, position }: IPlace, name: string): void {
  const cell = position === null ? undefined : content.widgets[index];
  if (cell?.editor && position !== null) {
    content.activeCellIndex = index;
    const editor = cell.editor;
    editor.setCursorPosition(position);
    editor.replaceSelection?.(name);
    editor.focus();
    return;
  }
  content.model?.sharedModel.insertCell(index, { cell_type: 'code', source: name });
  content.activeCellIndex = index;
}
