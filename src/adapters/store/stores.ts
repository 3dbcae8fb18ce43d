import { DataLakeError } from '../../common/contract/problem.js';
import type { IStore, IStores } from '../../upload/core/ports.js';

/** A store and the schemes that it speaks; null: whatever there is. */
export interface IOffer {
  schemes: readonly string[] | null;
  store: IStore;
}

/** Chooses by scheme: the first one of the RSE's own order that can be used, by the first store that can. */
export class Stores implements IStores {
  constructor(private readonly _offers: readonly IOffer[]) {}

  async choose(
    rse: string,
    schemes: readonly string[]
  ): Promise<{ scheme: string; store: IStore }> {
    const missing: string[] = [];
    for (const scheme of schemes) {
      const found = await this._find(scheme);
      if (typeof found !== 'string') {
        return { scheme, store: found };
      }
      missing.push(`${scheme}: ${found}`);
    }
    throw new DataLakeError(
      'no-way-to-store',
      schemes.length === 0
        ? `${rse} has no protocol that can be written by.`
        : `Nothing here can write to ${rse}. ${missing.join(' ')}`
    );
  }

  async of(rse: string, scheme: string): Promise<IStore> {
    return (await this.choose(rse, [scheme])).store;
  }

  async dispose(): Promise<void> {
    await Promise.all([...new Set(this._offers.map(({ store }) => store))].map(s => s.dispose()));
  }

  /** A store, or what is missing. */
  private async _find(scheme: string): Promise<IStore | string> {
    const missing: string[] = [];
    for (const { schemes, store } of this._offers) {
      if (schemes === null || schemes.includes(scheme)) {
        const why = await store.unusable(scheme);
        if (why === null) {
          return store;
        }
        missing.push(why);
      }
    }
    return missing.length === 0 ? 'this scheme is not known here.' : missing.join(' ');
  }
}
