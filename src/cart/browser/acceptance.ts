import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { call } from '../../common/browser/client.js';
import { toProblem, type Problem } from '../../common/contract/problem.js';
import { acceptItems, queryAccepted, type CartItem, type ItemId } from '../contract.js';
import type { NotebookCart } from './notebook-cart.js';

function idOf({ instance, did, variableName }: ItemId): string {
  return JSON.stringify([instance, did, variableName]);
}

function idsOnly(items: readonly CartItem[]): ItemId[] {
  return items.map(({ instance, did, variableName }) => ({ instance, did, variableName }));
}

/**
 * Which items of one notebook's cart this user has accepted. The server keeps it; here is what it
 * has answered. A notebook that is renamed or moved takes its acceptance along.
 */
export class CartAcceptance implements IDisposable {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _cart: NotebookCart
  ) {
    this._path = _cart.path;
    _cart.changed.connect(this._refresh, this);
    this._refresh();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The server could not be asked. */
  get problem(): Problem | null {
    return this._problem;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** null: not known yet. */
  isAccepted(item: ItemId): boolean | null {
    return this._known.get(idOf(item)) ?? null;
  }

  /** Items that wait for this user's click. */
  get waiting(): CartItem[] {
    return this._cart.items.filter(item => this.isAccepted(item) === false);
  }

  get accepted(): CartItem[] {
    return this._cart.items.filter(item => this.isAccepted(item) === true);
  }

  /** Accepts on behalf of the person who has just clicked. */
  async accept(items: readonly CartItem[]): Promise<void> {
    if (items.length === 0) {
      return;
    }
    const notebook = this._cart.path;
    await call(this._settings, acceptItems, { notebook, items: idsOnly(items) });
    items.forEach(item => this._known.set(idOf(item), true));
    this._changed.emit();
  }

  /** To be called when the notebook has another path. */
  async moved(): Promise<void> {
    const taken = this.accepted;
    this._path = this._cart.path;
    try {
      await this.accept(taken);
    } catch (error) {
      this._fail(error);
    }
  }

  /** Asks again, e.g. after a failure. */
  retry(): void {
    this._known.clear();
    this._refresh();
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this._cart.changed.disconnect(this._refresh, this);
      Signal.clearData(this);
    }
  }

  private _refresh(): void {
    const unknown = this._cart.items.filter(item => this.isAccepted(item) === null);
    if (unknown.length > 0 && this._path === this._cart.path) {
      void this._ask(unknown);
    }
  }

  private async _ask(items: readonly CartItem[]): Promise<void> {
    const notebook = this._cart.path;
    try {
      const { accepted } = await call(this._settings, queryAccepted, {
        notebook,
        items: idsOnly(items)
      });
      if (this._disposed || notebook !== this._cart.path) {
        return;
      }
      items.forEach((item, index) => {
        // What was accepted here while the question was under way stays so.
        const id = idOf(item);
        this._known.set(id, this._known.get(id) === true || accepted[index] === true);
      });
      this._problem = null;
      this._changed.emit();
    } catch (error) {
      this._fail(error);
    }
  }

  private _fail(error: unknown): void {
    if (!this._disposed) {
      this._problem = toProblem(error);
      this._changed.emit();
    }
  }

  private _path: string;
  private _problem: Problem | null = null;
  private _disposed = false;
  private readonly _known = new Map<string, boolean>();
  private readonly _changed = new Signal<this, void>(this);
}
