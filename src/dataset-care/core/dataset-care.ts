import { DataLakeError } from '../../common/contract/problem.js';
import { mustBeRemovable, rucioMetadata } from '../../common/core/metadata.js';
import type { CollectionType } from '../contract.js';
import type { ICollections } from './ports.js';

/** Changes of datasets, containers and the metadata of DIDs, of one instance: checked before Rucio is asked. */
export class DatasetCare {
  constructor(private readonly _collections: ICollections) {}

  async create(
    did: string,
    type: CollectionType,
    metadata: Readonly<Record<string, string>>,
    signal: AbortSignal
  ): Promise<void> {
    await this._collections.create(did, type, rucioMetadata(metadata), signal);
  }

  async attach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    if (members.includes(did)) {
      throw new DataLakeError('conflict', `${did} cannot be in itself.`);
    }
    await this._collections.attach(did, unique(members), signal);
  }

  async detach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    await this._collections.detach(did, unique(members), signal);
  }

  async setOpen(did: string, open: boolean, signal: AbortSignal): Promise<void> {
    await this._collections.setOpen(did, open, signal);
  }

  /** null takes a key away. All keys are checked first; what is given is set before what is not is taken away. */
  async setMetadata(
    did: string,
    metadata: Readonly<Record<string, string | null>>,
    signal: AbortSignal
  ): Promise<void> {
    const given: Record<string, string> = {};
    const removed: string[] = [];
    for (const [key, value] of Object.entries(metadata)) {
      if (value === null) {
        mustBeRemovable(key);
        removed.push(key);
      } else {
        given[key] = value;
      }
    }
    const checked = rucioMetadata(given);
    if (Object.keys(checked).length > 0) {
      await this._collections.setMetadata(did, checked, signal);
    }
    for (const key of removed) {
      await this._collections.removeMetadata(did, key, signal);
    }
  }

  /** Answers what people must know of it; null: nothing, as it is kept for ever. */
  async setLifetime(
    did: string,
    lifetimeSeconds: number | null,
    signal: AbortSignal
  ): Promise<string | null> {
    await this._collections.setLifetime(did, lifetimeSeconds, signal);
    return lifetimeSeconds === null
      ? null
      : `When it ends, Rucio erases ${did} with everybody's rules on it; its files go too, unless a rule on something else keeps them.`;
  }
}

const unique = (members: readonly string[]) => [...new Set(members)];
