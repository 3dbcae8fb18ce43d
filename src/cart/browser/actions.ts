import { Signal, type ISignal } from '@lumino/signaling';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { getDid } from '../../catalogue/contract.js';
import { call } from '../../common/browser/client.js';
import { defaultInstance } from '../../common/browser/session.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { CartItem } from '../contract.js';
import type { IOpenCart, OpenCarts } from './carts.js';
import type { LegacyItem } from './metadata.js';
import type { ICart } from './tokens.js';
import { nameComplaint } from './variable-name.js';

/** What can be done to the cart of a notebook; by default the active one. */
export class CartActions implements ICart {
  constructor(
    private readonly _lake: ILake,
    private readonly _carts: OpenCarts
  ) {
    _carts.currentChanged.connect(() => this._changed.emit(), this);
  }

  get notebook(): string | null {
    return this._carts.current?.cart.path ?? null;
  }

  get items(): readonly CartItem[] {
    return this._carts.current?.cart.items ?? [];
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  has(did: string, instance?: string): boolean {
    return this.find(did, instance) !== undefined;
  }

  find(did: string, instance?: string): CartItem | undefined {
    return this.items.find(
      item => item.did === did && (instance === undefined || item.instance === instance)
    );
  }

  async add(did: IDidArgs, variableName?: string): Promise<string> {
    return (await this.addTo(this.active(), did, variableName)).variableName;
  }

  /** The person who adds accepts with it. */
  async addTo(open: IOpenCart, did: IDidArgs, variableName?: string): Promise<CartItem> {
    const instance = did.instance ?? (await defaultInstance(this._lake));
    if (variableName !== undefined) {
      this._checkName(variableName, open.cart.namesBut());
    }
    const item = open.cart.add({ ...did, instance }, variableName);
    await open.acceptance.accept([item]);
    return item;
  }

  async rename(open: IOpenCart, item: CartItem, variableName: string): Promise<CartItem> {
    if (variableName === item.variableName) {
      return item;
    }
    this._checkName(variableName, open.cart.namesBut(item));
    const accepted = open.acceptance.isAccepted(item) === true;
    const renamed = open.cart.rename(item, variableName);
    if (accepted) {
      await open.acceptance.accept([renamed]);
    }
    return renamed;
  }

  remove(open: IOpenCart, item: CartItem): void {
    open.cart.remove(item);
  }

  /** As it was before it was removed. */
  restore(open: IOpenCart, item: CartItem): void {
    open.cart.restore(item);
  }

  async accept(open: IOpenCart): Promise<void> {
    await open.acceptance.accept(open.acceptance.waiting);
  }

  /** Takes over what rucio-jupyterlab has attached; answers how many. What Rucio does not know stays there. */
  async upgrade(open: IOpenCart): Promise<number> {
    const { legacy } = open.cart.content;
    const instance = await defaultInstance(this._lake);
    const taken = await Promise.all(legacy.map(item => this._known(item, instance)));
    const items = open.cart.upgrade(taken.filter(item => item !== null));
    await open.acceptance.accept(items);
    return items.length;
  }

  /** Throws `conflict` while no notebook is open. */
  active(): IOpenCart {
    const { current } = this._carts;
    if (current === null) {
      throw new DataLakeError(
        'conflict',
        this._lake.trans.__('Open a notebook first: each notebook has a cart of its own.')
      );
    }
    return current;
  }

  private async _known({ did, variableName, type }: LegacyItem, instance: string) {
    if (type === 'file') {
      return { did, type: 'FILE' as const, instance, variableName };
    }
    try {
      const known = await call(this._lake.settings, getDid, { did, instance });
      return { did, type: known.type, instance, variableName };
    } catch (error) {
      if (error instanceof DataLakeError && error.code === 'not-found') {
        return null;
      }
      throw error;
    }
  }

  private _checkName(name: string, taken: ReadonlySet<string>): void {
    const complaint = nameComplaint(name, taken, this._lake.trans);
    if (complaint !== null) {
      throw new DataLakeError('bad-request', complaint);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
}
