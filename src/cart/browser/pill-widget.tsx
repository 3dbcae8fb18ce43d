import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { CartSummary } from './cart-section.js';
import { CartView } from './cart-view.js';
import type { IOpenCart } from './carts.js';
import { CartRoot, type ICartServices } from './context.js';
import { CartPill } from './pill.js';
import { PopupBelow } from './popup.js';

/** The pill in a notebook's toolbar. Opens the cart in place, where there is no panel to look at too. */
export class CartPillWidget extends ReactWidget {
  constructor(
    private readonly _services: ICartServices,
    private readonly _open: IOpenCart
  ) {
    super();
    this.addClass('jp-DataLakePillWidget');
  }

  override dispose(): void {
    this._popup?.dispose();
    super.dispose();
  }

  protected override render() {
    return (
      <CartRoot services={this._services}>
        <CartPill
          open={this._open}
          expanded={this._popup !== null}
          onPress={() => this._toggle()}
        />
      </CartRoot>
    );
  }

  private _toggle(): void {
    if (this._popup !== null) {
      this._popup.dispose();
      return;
    }
    const body = new CartPopup(this._services, this._open);
    this._popup = new PopupBelow(body, this);
    this._popup.open();
    this._popup.disposed.connect(() => {
      this._popup = null;
      this.update();
      this.node.querySelector('button')?.focus();
    });
    this.update();
  }

  private _popup: PopupBelow | null = null;
}

/** The cart of one notebook as a dialog that does not block the page. */
class CartPopup extends ReactWidget {
  constructor(
    private readonly _services: ICartServices,
    private readonly _open: IOpenCart
  ) {
    super();
    this.addClass('jp-DataLakeCartPopup');
    this.node.setAttribute('role', 'dialog');
    this.node.setAttribute('aria-label', _services.lake.trans.__('Data of this notebook'));
    this.node.tabIndex = -1;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.focus();
  }

  protected override render() {
    return (
      <CartRoot services={this._services}>
        <div className="jp-DataLakeCartPopup-title">
          <CartSummary open={this._open} />
        </div>
        <CartView open={this._open} />
      </CartRoot>
    );
  }
}
