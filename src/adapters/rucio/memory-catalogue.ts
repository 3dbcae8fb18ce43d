import type { DidDetails, Row } from '../../catalogue/contract.js';
import type {
  IDidCatalogue,
  IDidFacts,
  IReplicaSummaries,
  ISearchQuery,
  RseShare
} from '../../catalogue/core/ports.js';
import { formatDid, type DidType, type IDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';

/** One DID of the lake in memory. */
export interface IMemoryDid {
  did: string;
  type: DidType;
  /** Of a file. */
  bytes?: number;
  /** Of a collection: the DIDs in it. */
  content?: readonly string[];
  /** Of a file: the RSEs that have it. */
  rses?: readonly string[];
  metadata?: DidDetails['metadata'];
}

export interface IMemoryLake {
  scopes: readonly string[];
  ownScopes: readonly string[];
  dids: readonly IMemoryDid[];
}

const BATCH = 2;
const TYPES: Readonly<Record<ISearchQuery['type'], readonly DidType[]>> = {
  all: ['FILE', 'DATASET', 'CONTAINER'],
  collection: ['DATASET', 'CONTAINER'],
  dataset: ['DATASET'],
  container: ['CONTAINER'],
  file: ['FILE']
};

/** A lake in memory that keeps the ports' promises; for tests. */
export class MemoryCatalogue implements IDidCatalogue, IDidFacts, IReplicaSummaries {
  constructor(private readonly _lake: IMemoryLake) {}

  async scopes(signal: AbortSignal): Promise<string[]> {
    refuseIfCancelled(signal);
    return [...this._lake.scopes];
  }

  async ownScopes(signal: AbortSignal): Promise<string[]> {
    refuseIfCancelled(signal);
    return [...this._lake.ownScopes];
  }

  search({ scope, pattern, type }: ISearchQuery, signal: AbortSignal): AsyncIterable<Row[]> {
    const parts = pattern.split('*').map(part => part.replace(/\W/g, '\\$&'));
    const wanted = new RegExp(`^${parts.join('.*')}$`);
    const found = this._lake.dids
      .map(rowOf)
      .filter(
        row => row.scope === scope && wanted.test(row.name) && TYPES[type].includes(row.type)
      );
    return batches(found, signal);
  }

  async *content(did: IDid, signal: AbortSignal): AsyncGenerator<Row[], void, void> {
    yield* batches(
      this._inside(did).map(inside => ({ ...rowOf(inside), length: null })),
      signal
    );
  }

  async details(did: IDid, signal: AbortSignal): Promise<DidDetails> {
    refuseIfCancelled(signal);
    const found = this._find(did);
    const files = this._files(found);
    const file = found.type === 'FILE';
    return {
      ...rowOf(found),
      did: found.did,
      bytes: files.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
      length: file ? null : files.length,
      account: 'root',
      adler32: file ? '00000001' : null,
      md5: null,
      open: file ? null : true,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: null,
      metadata: { ...found.metadata }
    };
  }

  async parents(did: IDid, signal: AbortSignal): Promise<Row[]> {
    refuseIfCancelled(signal);
    const { did: text } = this._find(did);
    return this._lake.dids.filter(({ content = [] }) => content.includes(text)).map(rowOf);
  }

  async shares(did: IDid, signal: AbortSignal): Promise<RseShare[]> {
    refuseIfCancelled(signal);
    const found = this._find(did);
    const files = this._files(found);
    const sum = (of: readonly IMemoryDid[]) => of.reduce((all, { bytes = 0 }) => all + bytes, 0);
    const rses = new Set(files.flatMap(file => file.rses ?? []));
    return [...rses].map(rse => {
      const here = files.filter(file => file.rses?.includes(rse));
      return {
        rse,
        files: files.length,
        availableFiles: here.length,
        bytes: sum(files),
        availableBytes: sum(here),
        pfn: found.type === 'FILE' ? `file://localhost/${rse}/${found.did}` : null
      };
    });
  }

  private _find(did: IDid): IMemoryDid {
    const found = this._lake.dids.find(other => other.did === formatDid(did));
    if (found === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such DID.');
    }
    return found;
  }

  private _inside(did: IDid): IMemoryDid[] {
    const content = new Set(this._find(did).content);
    return this._lake.dids.filter(other => content.has(other.did));
  }

  private _files(did: IMemoryDid): IMemoryDid[] {
    return did.type === 'FILE'
      ? [did]
      : this._inside(split(did.did)).flatMap(inside => this._files(inside));
  }
}

function split(did: string): IDid {
  const [scope, name] = did.split(':');
  return { scope, name };
}

function rowOf({ did, type, bytes }: IMemoryDid): Row {
  return { ...split(did), type, bytes: type === 'FILE' ? (bytes ?? null) : null, length: null };
}

async function* batches(
  rows: readonly Row[],
  signal: AbortSignal
): AsyncGenerator<Row[], void, void> {
  refuseIfCancelled(signal);
  for (let start = 0; start < rows.length; start += BATCH) {
    refuseIfCancelled(signal);
    yield rows.slice(start, start + BATCH);
  }
}

function refuseIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new DataLakeError('cancelled', 'Cancelled.');
  }
}
