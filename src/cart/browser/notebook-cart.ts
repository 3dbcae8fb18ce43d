import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { CART_KEY_PREFIX, CART_VERSION, CartItem, cartKey } from '../contract.js';
import { EMPTY_CART, LEGACY_KEY, readCart, readLegacy, type ICartContent } from './metadata.js';
import { deleteKey, type SharedNotebook } from './shared-metadata.js';
import { proposeName } from './variable-name.js';

/** Where a cart is kept. Two views of one notebook have one document. */
export interface ICartDocument {
  readonly path: string;
  readonly readOnly: boolean;
  readonly shared: SharedNotebook;
}

/** The cart of one notebook. Its items live in the notebook's metadata and nowhere else. */
export class NotebookCart implements IDisposable {
  constructor(private readonly _document: ICartDocument) {
    _document.shared.metadataChanged.connect(this._onMetadata, this);
    this._content = readCart(_document.shared.getMetadata());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get path(): string {
    return this._document.path;
  }

  get readOnly(): boolean {
    return this._document.readOnly;
  }

  get content(): ICartContent {
    return this._content;
  }

  get items(): readonly CartItem[] {
    return this._content.items;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  get(instance: string, did: string): CartItem | undefined {
    return this.items.find(item => item.instance === instance && item.did === did);
  }

  /** Names in use, but for those of one item. */
  namesBut(item?: CartItem): ReadonlySet<string> {
    return new Set(
      this.items
        .filter(other => other.did !== item?.did || other.instance !== item.instance)
        .map(({ variableName }) => variableName)
    );
  }

  /** Adds, or answers what is there already. Throws `forbidden` for a notebook that is read-only. */
  add(did: IDidArgs & { instance: string; adler32?: string }, variableName?: string): CartItem {
    const known = this.get(did.instance, did.did);
    if (known !== undefined) {
      return known;
    }
    const item = CartItem.parse({
      version: CART_VERSION,
      did: did.did,
      type: did.type,
      variableName: variableName ?? proposeName(did.did, this.namesBut()),
      instance: did.instance,
      ...(did.bytes === undefined ? {} : { bytes: did.bytes }),
      ...(did.adler32 === undefined ? {} : { adler32: did.adler32 }),
      addedAt: new Date().toISOString()
    });
    this._set(item);
    return item;
  }

  /** Puts an item back as it was. */
  restore(item: CartItem): void {
    this._set(item);
  }

  /** The value changes, never the key: who renames and who removes meanwhile do not disturb others. */
  rename(item: CartItem, variableName: string): CartItem {
    const renamed = CartItem.parse({ ...item, variableName });
    this._set(renamed);
    return renamed;
  }

  remove(item: CartItem): void {
    this._mayWrite();
    deleteKey(this._document.shared, cartKey(item.instance, item.did));
  }

  /**
   * Takes attachments of the reference extension over, and takes them out of its own list. What is in
   * the cart already under another name stays in that list.
   */
  upgrade(taken: readonly (IDidArgs & { instance: string; variableName: string })[]): CartItem[] {
    this._mayWrite();
    const { shared } = this._document;
    const items: CartItem[] = [];
    const done = new Set<string>();
    shared.transact(() => {
      for (const { variableName, ...did } of taken) {
        this._read();
        const known = this.get(did.instance, did.did);
        if (known === undefined || known.variableName === variableName) {
          const free = !this.namesBut(known).has(variableName);
          items.push(known ?? this.add(did, free ? variableName : undefined));
          done.add(`${did.did} ${variableName}`);
        }
      }
      const { legacy, rest } = readLegacy(shared.getMetadata(LEGACY_KEY));
      const left = legacy.filter(({ did, variableName }) => !done.has(`${did} ${variableName}`));
      if (left.length + rest.length === 0) {
        deleteKey(shared, LEGACY_KEY);
      } else {
        shared.setMetadata(LEGACY_KEY, [...left, ...rest] as never);
      }
    });
    return items;
  }

  /** Reads again, e.g. after the notebook was loaded. */
  refresh(): void {
    this._read();
    this._changed.emit();
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this._document.shared.metadataChanged.disconnect(this._onMetadata, this);
      Signal.clearData(this);
    }
  }

  private _set(item: CartItem): void {
    this._mayWrite();
    this._document.shared.setMetadata(cartKey(item.instance, item.did), item);
  }

  private _mayWrite(): void {
    if (this.readOnly) {
      throw new DataLakeError(
        'forbidden',
        'This notebook is read-only: save a copy of it, and fill the cart of that.'
      );
    }
  }

  private _onMetadata(_: unknown, { key }: { key: string }): void {
    if (key.startsWith(CART_KEY_PREFIX) || key === LEGACY_KEY) {
      this.refresh();
    }
  }

  private _read(): void {
    const { shared } = this._document;
    this._content = shared.isDisposed ? EMPTY_CART : readCart(shared.getMetadata());
  }

  private _content: ICartContent;
  private _disposed = false;
  private readonly _changed = new Signal<this, void>(this);
}
