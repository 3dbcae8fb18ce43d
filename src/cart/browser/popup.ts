import { Widget, PanelLayout } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';

const MARGIN = 8;

/**
 * Shows a widget below another until Escape, a click elsewhere, or `dispose`. It does not block the
 * page: the notebook below stays usable.
 */
export class PopupBelow extends Widget {
  constructor(
    body: Widget,
    private readonly _anchor: Widget
  ) {
    super();
    this.addClass('jp-ThemedContainer');
    this.addClass('jp-DataLakePopup');
    const layout = new PanelLayout();
    layout.addWidget(body);
    this.layout = layout;
  }

  open(): void {
    Widget.attach(this, document.body);
    this._place();
  }

  handleEvent(event: Event): void {
    if (event.type === 'resize') {
      this._place();
    } else if (event.type === 'keydown') {
      this._onKey(event as KeyboardEvent);
    } else if (!this._isInside(event)) {
      this.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    document.addEventListener('pointerdown', this, true);
    this.node.addEventListener('keydown', this);
    window.addEventListener('resize', this);
  }

  protected override onBeforeDetach(message: Message): void {
    document.removeEventListener('pointerdown', this, true);
    this.node.removeEventListener('keydown', this);
    window.removeEventListener('resize', this);
    super.onBeforeDetach(message);
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.dispose();
    }
  }

  /** A notification or a dialog over it is not elsewhere. */
  private _isInside({ target }: Event): boolean {
    const element = target as Element;
    return (
      this.node.contains(element) ||
      this._anchor.node.contains(element) ||
      element.closest('.jp-Dialog, .Toastify') !== null
    );
  }

  private _place(): void {
    const anchor = this._anchor.node.getBoundingClientRect();
    const { style } = this.node;
    const right = Math.max(MARGIN, window.innerWidth - anchor.right);
    style.right = `${right}px`;
    style.top = `${anchor.bottom + 2}px`;
    style.maxHeight = `${Math.max(120, window.innerHeight - anchor.bottom - 2 * MARGIN)}px`;
  }
}
