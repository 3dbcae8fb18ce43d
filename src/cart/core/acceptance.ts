import type { ItemId } from '../contract.js';
import { digestOf } from './digest.js';
import type { IAcceptances } from './ports.js';

/**
 * Items whose variables may be set by themselves. Kept by digest of notebook, instance, DID and
 * variable name, so that an item that somebody changed is asked about again.
 */
export class Acceptance {
  constructor(
    private readonly _store: IAcceptances,
    /** Jupyter's root folder: equal paths below two roots are two notebooks. */
    private readonly _rootDir: string
  ) {}

  /** In the order asked. */
  async isAccepted(notebook: string, items: readonly ItemId[]): Promise<boolean[]> {
    return items.length === 0 ? [] : this._store.known(await this._digests(notebook, items));
  }

  async accept(notebook: string, items: readonly ItemId[]): Promise<number> {
    this._store.add(await this._digests(notebook, items));
    return items.length;
  }

  private _digests(notebook: string, items: readonly ItemId[]): Promise<string[]> {
    return Promise.all(
      items.map(({ instance, did, variableName }) =>
        digestOf(this._rootDir, notebook, instance, did, variableName)
      )
    );
  }
}
