import { DidItems, type IItems, type Item } from './items.js';
import type { Loading } from './loading.js';
import type { RowStore } from './row-store.js';

/** A visible line of the tree. */
export interface ILine {
  /** Unique in the tree and stable while rows are added. */
  id: string;
  branch: Branch;
  /** Of the thing in its branch; -1 for the line at the end that says how loading stands. */
  index: number;
  /** From 1. */
  level: number;
}

/** What a branch asks of its tree. */
export interface IBranchHost {
  /** Something in the branch has changed. */
  notify(): void;
  /** The list inside a thing; null where there is none. */
  open(item: Item, parent: Branch, index: number): Branch | null;
}

let count = 0;

/** One level of the tree below one thing, with the lists of those of its things that are unfolded. */
export class Branch {
  constructor(
    private readonly _host: IBranchHost,
    private readonly _source: IItems | Loading,
    readonly parent: { branch: Branch; index: number } | null,
    /** Name of the thing that it is the list of. */
    readonly label: string,
    /** Shown at the end of a complete list: what it leaves out. */
    readonly note: 'only-collections' | null = null
  ) {}

  get loading(): Loading | null {
    return 'at' in this._source ? null : this._source;
  }

  get items(): IItems {
    if ('at' in this._source) {
      return this._source;
    }
    const { store } = this._source;
    if (this._items?.store !== store) {
      this._items = new DidItems(store);
    }
    return this._items;
  }

  get level(): number {
    return this.parent === null ? 1 : this.parent.branch.level + 1;
  }

  /** Lines that are visible: own ones and those of what is unfolded. */
  get size(): number {
    this._size ??= this._own() + this._unfolded().reduce((sum, [, { size }]) => sum + size, 0);
    return this._size;
  }

  isUnfolded(index: number): boolean {
    return this._children.has(index);
  }

  child(index: number): Branch | undefined {
    return this._children.get(index);
  }

  unfold(index: number): void {
    if (!this._children.has(index) && this.items.isExpandable(index)) {
      const child = this._host.open(this.items.at(index), this, index);
      if (child !== null) {
        this.adopt(index, child);
      }
    }
  }

  /** Puts this list below the thing. */
  adopt(index: number, child: Branch): void {
    this._children.set(index, child);
    this._order = null;
    this.invalidate();
  }

  /** What was loading below it stops. */
  fold(index: number): void {
    const child = this._children.get(index);
    if (child !== undefined) {
      child.stop();
      this._children.delete(index);
      this._order = null;
      this.invalidate();
    }
  }

  /** Stops loading here and in everything below. */
  stop(): void {
    this.loading?.stop();
    this._children.forEach(child => child.stop());
  }

  /** The line at this place, counted among the visible ones of this branch. */
  lineAt(place: number): ILine {
    let above = 0;
    for (const [index, child] of this._unfolded()) {
      const at = index + above;
      if (place <= at) {
        break;
      }
      if (place <= at + child.size) {
        return child.lineAt(place - at - 1);
      }
      above += child.size;
    }
    return this.line(place - above);
  }

  /** The line of a thing of this branch; beyond the last: the one at the end. */
  line(index: number): ILine {
    const own = index < this.items.length ? index : -1;
    return { id: `${this._id}-${own}`, branch: this, index: own, level: this.level };
  }

  /** Where the line of this branch's own thing is, among all visible ones of the tree. */
  placeOf(index: number): number {
    const own = index < 0 ? this.items.length : index;
    const above = this._unfolded()
      .filter(([at]) => at < own)
      .reduce((sum, [, { size }]) => sum + size, 0);
    const before = this.parent === null ? 0 : this.parent.branch.placeOf(this.parent.index) + 1;
    return before + own + above;
  }

  /** The list has changed: sizes are counted again, up to the root. */
  readonly invalidate = (): void => {
    this._size = null;
    this._forgetMoved();
    if (this.parent === null) {
      this._host.notify();
    } else {
      this.parent.branch.invalidate();
    }
  };

  /** The list was loaded again: what was unfolded and now is another thing is folded. */
  private _forgetMoved(): void {
    const store = this.loading?.store ?? null;
    if (store === this._seen) {
      return;
    }
    this._seen = store;
    for (const [index, child] of this._children) {
      if (index >= this.items.length || this.items.labelAt(index) !== child.label) {
        this.fold(index);
      }
    }
  }

  private _own(): number {
    return this.items.length + (this.hasFooter ? 1 : 0);
  }

  /** Whether a line at the end says something about the list as a whole. */
  get hasFooter(): boolean {
    const loading = this.loading;
    return (
      loading !== null &&
      (loading.state !== 'complete' || this.items.length === 0 || this.note !== null)
    );
  }

  private _unfolded(): readonly (readonly [number, Branch])[] {
    this._order ??= [...this._children].sort(([a], [b]) => a - b);
    return this._order;
  }

  private _size: number | null = null;
  private _items: DidItems | null = null;
  private _seen: RowStore | null = null;
  private _order: readonly (readonly [number, Branch])[] | null = null;
  private readonly _children = new Map<number, Branch>();
  private readonly _id = `b${(count += 1)}`;
}
