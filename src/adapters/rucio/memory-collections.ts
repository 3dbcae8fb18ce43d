import { DataLakeError } from '../../common/contract/problem.js';
import type { ICollections, RucioMetadata } from '../../dataset-care/core/ports.js';
import type { MemoryRegistry } from './memory-registry.js';

/** Members in one request. */
const MOST = 1000;

/** Changes of DIDs of the catalogue in memory. */
export class MemoryCollections implements ICollections {
  constructor(private readonly _registry: MemoryRegistry) {}

  async create(
    did: string,
    type: 'DATASET' | 'CONTAINER',
    metadata: RucioMetadata,
    signal: AbortSignal
  ): Promise<void> {
    if ((await this._registry.known([did], signal)).has(did)) {
      throw new DataLakeError('conflict', `${did} is there already: choose another name.`);
    }
    this._registry.mustOwn(did);
    this._registry.make(did, type);
    await this.setMetadata(did, metadata, signal);
  }

  async attach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    this._ask(did, signal);
    if (members.length > MOST) {
      throw new DataLakeError('bad-request', 'Rucio refuses the form of this request.');
    }
    const into = this._registry.mustKnow(did);
    members.forEach(member => this._registry.mustFit(into, this._registry.mustKnow(member)));
    members.forEach(member => into.content.add(member));
  }

  async detach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    this._ask(did, signal);
    const { content } = this._registry.mustKnow(did);
    if (!members.every(member => content.has(member))) {
      throw new DataLakeError('not-found', `Not all of them are in ${did}: nothing was detached.`);
    }
    members.forEach(member => content.delete(member));
  }

  async setOpen(did: string, open: boolean, signal: AbortSignal): Promise<void> {
    this._ask(did, signal);
    const found = this._registry.mustKnow(did);
    if (found.type === 'FILE') {
      throw new DataLakeError('conflict', `${did} is a file: there is nothing to open or close.`);
    }
    found.open = open;
  }

  async setMetadata(did: string, metadata: RucioMetadata, signal: AbortSignal): Promise<void> {
    this._ask(did, signal);
    const { metadata: known } = this._registry.mustKnow(did);
    Object.entries(metadata).forEach(([key, value]) => known.set(key, value));
  }

  async removeMetadata(did: string, key: string, signal: AbortSignal): Promise<void> {
    this._ask(did, signal);
    this._registry.mustKnow(did).metadata.delete(key);
  }

  async setLifetime(
    did: string,
    lifetimeSeconds: number | null,
    signal: AbortSignal
  ): Promise<void> {
    this._ask(did, signal);
    this._registry.mustKnow(did).endsAt =
      lifetimeSeconds === null ? null : this._registry.options.clock.now() + lifetimeSeconds * 1000;
  }

  private _ask(did: string, signal: AbortSignal): void {
    if (signal.aborted) {
      throw new DataLakeError('cancelled', 'Cancelled.');
    }
    if (this._registry.failure !== null) {
      throw this._registry.failure;
    }
    this._registry.mustOwn(did);
  }
}
