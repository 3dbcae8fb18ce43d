import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { DidDetails, ReplicaSummary, Row, SearchType } from '../contract.js';
import { boundedDetails, boundedRows, boundedScopes } from './bounds.js';
import type { IDidCatalogue, IDidFacts, IReplicaSummaries } from './ports.js';

export interface ICatalogueOptions {
  dids: IDidCatalogue;
  facts: IDidFacts;
  replicas: IReplicaSummaries;
  mountedRses: readonly string[];
}

export interface ICount {
  count: number;
}

/** The catalogue of one instance, as the panel and the command line both use it. */
export class Catalogue {
  constructor(private readonly _options: ICatalogueOptions) {}

  /** Sorted; `own` are those of the account that is signed in. */
  async scopes(signal: AbortSignal): Promise<{ scopes: string[]; own: string[] }> {
    const [scopes, own] = await Promise.all([
      this._options.dids.scopes(signal),
      this._options.dids.ownScopes(signal)
    ]);
    return { scopes: boundedScopes(scopes).toSorted(), own: boundedScopes(own).toSorted() };
  }

  /** Without a scope: all scopes one after the other, own ones first. A scope that Rucio does not know is `not-found`. */
  async *search(
    query: { scope?: string | undefined; pattern: string; type: SearchType },
    signal: AbortSignal
  ): AsyncGenerator<Row[], ICount, void> {
    const { scope, pattern, type } = query;
    let count = 0;
    for (const one of scope === undefined ? await this._ownFirst(signal) : [scope]) {
      const found = this._options.dids.search({ scope: one, pattern, type }, signal);
      for await (const rows of boundedRows(found)) {
        count += rows.length;
        yield rows;
      }
    }
    if (count === 0 && scope !== undefined) {
      await this._mustKnow(scope, signal);
    }
    return { count };
  }

  /** What is directly in a collection; of a file: nothing. */
  async *content(did: string, signal: AbortSignal): AsyncGenerator<Row[], ICount, void> {
    let count = 0;
    for await (const rows of boundedRows(this._options.dids.content(parseDid(did), signal))) {
      count += rows.length;
      yield rows;
    }
    return { count };
  }

  /** Of long texts, the beginning. */
  async details(did: string, signal: AbortSignal): Promise<DidDetails> {
    return boundedDetails(await this._options.facts.details(parseDid(did), signal));
  }

  /** Mounted RSEs first, then by name. */
  async replicas(did: string, signal: AbortSignal): Promise<ReplicaSummary[]> {
    const mounted = new Set(this._options.mountedRses);
    const shares = await this._options.replicas.shares(parseDid(did), signal);
    return shares
      .map(share => ({ ...share, mounted: mounted.has(share.rse) }))
      .sort((a, b) => Number(b.mounted) - Number(a.mounted) || compare(a.rse, b.rse));
  }

  async parents(did: string, signal: AbortSignal): Promise<Row[]> {
    const parents = await this._options.facts.parents(parseDid(did), signal);
    return parents.sort((a, b) => compare(a.scope, b.scope) || compare(a.name, b.name));
  }

  private async _ownFirst(signal: AbortSignal): Promise<string[]> {
    const { scopes, own } = await this.scopes(signal);
    return [...new Set([...own, ...scopes])];
  }

  private async _mustKnow(scope: string, signal: AbortSignal): Promise<void> {
    const scopes = await this._options.dids.scopes(signal);
    if (!scopes.includes(scope)) {
      throw new DataLakeError('not-found', `There is no scope ${scope} in this lake.`);
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
