import type { Row } from '../contract.js';
import type { RowStore } from './row-store.js';

/** A thing in the tree. */
export type Item = { kind: 'scope'; scope: string; own: boolean } | { kind: 'did'; row: Row };

/** The things in one list of the tree, in order. */
export interface IItems {
  readonly length: number;
  at(index: number): Item;
  /** What typing ahead looks at. */
  labelAt(index: number): string;
  isExpandable(index: number): boolean;
}

/** DIDs out of the column store. */
export class DidItems implements IItems {
  constructor(readonly store: RowStore) {}

  get length(): number {
    return this.store.length;
  }

  at(index: number): Item {
    return { kind: 'did', row: this.store.at(index) };
  }

  labelAt(index: number): string {
    return this.store.nameAt(index);
  }

  isExpandable(index: number): boolean {
    return this.store.isCollection(index);
  }
}

/** Scopes; those of one's own are marked. Grows while several scopes are searched. */
export class ScopeItems implements IItems {
  constructor(
    private readonly _scopes: string[],
    private readonly _own: ReadonlySet<string>
  ) {}

  get length(): number {
    return this._scopes.length;
  }

  at(index: number): Item {
    const scope = this._scopes[index];
    return { kind: 'scope', scope, own: this._own.has(scope) };
  }

  labelAt(index: number): string {
    return this._scopes[index];
  }

  isExpandable(): boolean {
    return true;
  }

  /** Answers the index of the new one. */
  add(scope: string): number {
    return this._scopes.push(scope) - 1;
  }
}
