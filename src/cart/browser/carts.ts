import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { CartAcceptance } from './acceptance.js';
import { KernelVariables } from './kernel-variables.js';
import { NotebookCart } from './notebook-cart.js';

type Context = NotebookPanel['context'];

/** All that belongs to the cart of one open notebook. */
export interface IOpenCart {
  cart: NotebookCart;
  acceptance: CartAcceptance;
  variables: KernelVariables;
  /** As people know the notebook. */
  name: string;
}

/** The carts of the open notebooks, one for each document: two views of a notebook share theirs. */
export class OpenCarts {
  constructor(
    private readonly _lake: Pick<ILake, 'settings' | 'events'>,
    private readonly _tracker: INotebookTracker
  ) {
    _tracker.currentChanged.connect(this._onCurrent, this);
    _tracker.widgetAdded.connect((_, panel) => this.of(panel), this);
    _tracker.forEach(panel => this.of(panel));
    this._onCurrent();
  }

  /** Another notebook is active, or something in the active one's cart, or around it, has changed. */
  get currentChanged(): ISignal<this, void> {
    return this._currentChanged;
  }

  /** Of the notebook that was active last; null while none is open. */
  get current(): IOpenCart | null {
    return this._current;
  }

  get currentPanel(): NotebookPanel | null {
    return this._tracker.currentWidget;
  }

  of({ context }: NotebookPanel): IOpenCart {
    const known = this._open.get(context);
    if (known !== undefined) {
      return known;
    }
    const open = this._make(context);
    this._open.set(context, open);
    const tell = () => {
      if (open === this._current) {
        this._currentChanged.emit();
      }
    };
    open.cart.changed.connect(tell);
    open.acceptance.changed.connect(tell);
    open.variables.changed.connect(tell);
    void context.ready.then(() => open.cart.refresh());
    context.pathChanged.connect(() => {
      open.name = context.localPath;
      void open.acceptance.moved();
      tell();
    });
    context.disposed.connect(() => {
      open.variables.dispose();
      open.acceptance.dispose();
      open.cart.dispose();
    });
    return open;
  }

  private _make(context: Context): IOpenCart {
    const { settings, events } = this._lake;
    const cart = new NotebookCart({
      get path() {
        return context.path;
      },
      get readOnly() {
        return context.model.readOnly || context.contentsModel?.writable === false;
      },
      shared: context.model.sharedModel
    });
    const acceptance = new CartAcceptance(settings, cart);
    const session = context.sessionContext;
    const variables = new KernelVariables({ settings, events, cart, acceptance, session });
    return { cart, acceptance, variables, name: context.localPath };
  }

  private _onCurrent(): void {
    const panel = this._tracker.currentWidget;
    this._current = panel === null ? null : this.of(panel);
    this._currentChanged.emit();
  }

  private _current: IOpenCart | null = null;
  private readonly _open = new WeakMap<Context, IOpenCart>();
  private readonly _currentChanged = new Signal<this, void>(this);
}
