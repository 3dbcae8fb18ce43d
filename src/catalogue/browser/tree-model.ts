import { Signal, type ISignal } from '@lumino/signaling';
import { formatDid } from '../../common/contract/did.js';
import { Branch, type IBranchHost, type ILine } from './branch.js';
import type { IItems, Item } from './items.js';
import { Loading, type RowLoader } from './loading.js';

/** How far typing ahead looks: further would be a search. */
const TYPE_AHEAD_LINES = 10_000;

export interface ITreeOptions {
  /** What is in a scope. */
  scopeLoader: (scope: string) => RowLoader;
  /** What is in a dataset or container. */
  contentLoader: (did: string) => RowLoader;
  /** At how many rows the loading of one list pauses. */
  limit: number;
  /** Said at the end of each scope. */
  scopeNote?: 'only-collections' | null;
}

type Place = { branch: Branch; index: number };

/** A tree of scopes and DIDs: lists within lists, each loaded when it is unfolded. */
export class TreeModel implements IBranchHost {
  constructor(
    first: IItems | RowLoader,
    private readonly _options: ITreeOptions
  ) {
    if (typeof first === 'function') {
      this.root = this._list(first, null, '', null);
      this.root.loading?.start(_options.limit);
    } else {
      this.root = new Branch(this, first, null, '');
    }
  }

  readonly root: Branch;

  /** Anything that is visible may have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get size(): number {
    return this.root.size;
  }

  /** The line that keys act on; null before anything was chosen. */
  get active(): ILine | null {
    return this._active === null ? null : this._active.branch.line(this._active.index);
  }

  /** Where the active line is among all; 0 before anything was chosen. */
  get activePlace(): number {
    return this._active === null ? 0 : this._active.branch.placeOf(this._active.index);
  }

  lineAt(place: number): ILine {
    return this.root.lineAt(place);
  }

  /** The thing of a line; null for the line at the end of a list. */
  itemOf({ branch, index }: Place): Item | null {
    return index < 0 || index >= branch.items.length ? null : branch.items.at(index);
  }

  activate({ branch, index }: Place): void {
    this._active = { branch, index };
    this.notify();
  }

  activatePlace(place: number): void {
    if (this.size > 0) {
      this.activate(this.lineAt(Math.max(0, Math.min(this.size - 1, place))));
    }
  }

  unfold({ branch, index }: Place): void {
    if (index >= 0) {
      branch.unfold(index);
    }
  }

  fold({ branch, index }: Place): void {
    // The active line must not be one that is gone.
    const active = this._active;
    if (active !== null && isBelow(active.branch, branch, index)) {
      this._active = { branch, index };
    }
    branch.fold(index);
  }

  toggle(place: Place): void {
    if (place.branch.isUnfolded(place.index)) {
      this.fold(place);
    } else {
      this.unfold(place);
    }
  }

  /** Goes on where loading has paused, was stopped or failed. */
  loadRest(branch: Branch): void {
    const { loading } = branch;
    loading?.start(loading.state === 'failed' ? this._options.limit : Infinity);
  }

  /** The next line, after the active one and round, whose name begins like this. */
  typeAhead(text: string): void {
    const wanted = text.toLocaleLowerCase();
    // One letter again: the next; more letters: the present one may match still.
    const from = this.activePlace + (text.length === 1 ? 1 : 0);
    const many = Math.min(this.size, TYPE_AHEAD_LINES);
    for (let step = 0; step < many; step += 1) {
      const line = this.lineAt((from + step) % this.size);
      const { items } = line.branch;
      if (line.index >= 0 && items.labelAt(line.index).toLocaleLowerCase().startsWith(wanted)) {
        this.activate(line);
        return;
      }
    }
  }

  open(item: Item, branch: Branch, index: number): Branch {
    const { scopeLoader, contentLoader, scopeNote, limit } = this._options;
    const place = { branch, index };
    const child =
      item.kind === 'scope'
        ? this._list(scopeLoader(item.scope), place, item.scope, scopeNote ?? null)
        : this._list(contentLoader(formatDid(item.row)), place, item.row.name, null);
    child.loading?.start(limit);
    return child;
  }

  /** Puts a list below a thing, in place of what was there, and begins to load it. */
  adopt(place: Place, loader: RowLoader, label: string): void {
    const list = this._list(loader, place, label, null);
    place.branch.fold(place.index);
    place.branch.adopt(place.index, list);
    list.loading?.start(this._options.limit);
  }

  notify(): void {
    this._changed.emit();
  }

  /** Stops all loading. */
  dispose(): void {
    this.root.stop();
    Signal.clearData(this);
  }

  private _list(
    loader: RowLoader,
    place: Place | null,
    label: string,
    note: 'only-collections' | null
  ): Branch {
    const loading = new Loading(loader, () => branch.invalidate());
    const branch: Branch = new Branch(this, loading, place, label, note);
    return branch;
  }

  private _active: Place | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

function isBelow(branch: Branch, top: Branch, index: number): boolean {
  for (let at = branch.parent; at !== null; at = at.branch.parent) {
    if (at.branch === top && at.index === index) {
      return true;
    }
  }
  return false;
}
