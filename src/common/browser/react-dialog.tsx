import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import type { ReactElement } from 'react';

interface IReactDialog<T> {
  /** Translated. */
  title: string;
  /** Beside `jp-DataLakeDialog`. */
  className?: string;
  /** What is in it, with its own buttons; `done` closes it, with null where the person gave it up. */
  render: (done: (value: T | null) => void) => ReactElement;
}

class Body extends ReactWidget {
  constructor(private readonly _render: () => ReactElement) {
    super();
    this.addClass('jp-DataLakeDialog-body');
  }

  protected override render() {
    return this._render();
  }
}

/** The buttons stand in the body, which knows what they do. */
class Renderer extends Dialog.Renderer {
  override createFooter(): Widget {
    const footer = new Widget();
    footer.hide();
    return footer;
  }
}

class FormDialog extends Dialog<void> {
  override handleEvent(event: Event): void {
    const target = event.target as Element;
    // Escape closes an open list of proposals first.
    const closesList =
      event instanceof KeyboardEvent &&
      event.key === 'Escape' &&
      target.getAttribute('aria-expanded') === 'true';
    // A click beside the dialog does not throw away what was typed.
    const isBeside = event.type === 'click' && target === this.node;
    if (!closesList && !isBeside) {
      super.handleEvent(event);
    }
  }
}

/** A dialog of JupyterLab's with a form of ours in it. Answers what `done` was given; null on Escape. */
export async function openReactDialog<T>({
  title,
  className,
  render
}: IReactDialog<T>): Promise<T | null> {
  let result: T | null = null;
  const body = new Body(() =>
    render(value => {
      result = value;
      dialog.reject();
    })
  );
  const dialog = new FormDialog({
    title,
    body,
    buttons: [],
    focusNodeSelector: 'input, select, button',
    renderer: new Renderer()
  });
  dialog.addClass('jp-DataLakeDialog');
  if (className !== undefined) {
    dialog.addClass(className);
  }
  dialog.node.setAttribute('aria-label', title);
  // It rejects when it is disposed of from elsewhere: given up.
  await dialog.launch().catch(() => undefined);
  return result;
}
