import * as z from 'zod';
import type {
  IDatasetLock,
  IDatasetReplica,
  IFileReplica,
  IReplicas
} from '../../availability/core/ports.js';
import { formatDid, parseDid, type DidType } from '../../common/contract/did.js';
import { chunks } from './did-contents.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { Known } from './wire.js';

const Lock = z
  .object({
    scope: z.string(),
    name: z.string(),
    rse: z.string(),
    rule_id: z.string(),
    account: z.string(),
    state: z.enum(['OK', 'REPLICATING', 'STUCK'])
  })
  .transform((wire): IDatasetLock => ({
    dataset: formatDid(wire),
    rse: wire.rse,
    ruleId: wire.rule_id.replaceAll('-', '').toLowerCase(),
    account: wire.account,
    state: wire.state
  }));

const DatasetReplica = z
  .object({ rse: z.string(), available_length: Known, available_bytes: Known })
  .transform((wire): IDatasetReplica => ({
    rse: wire.rse,
    availableFiles: wire.available_length ?? 0,
    availableBytes: wire.available_bytes ?? 0
  }));

const FileReplicas = z.object({
  scope: z.string(),
  name: z.string(),
  rses: z.record(z.string(), z.array(z.string())),
  states: z.record(z.string(), z.string()).default({}),
  bytes: Known
});

const BULK = 500;
/** So many are counted one by one rather than asked about together first. */
const FEW = 4;

/** Of files, or of all files in collections; what is on none of these RSEs is left out. */
const replicasOf = (dids: readonly string[], rses: readonly string[], signal: AbortSignal) => ({
  method: 'POST' as const,
  path: '/replicas/list',
  body: {
    dids: dids.map(parseDid),
    rse_expression: rses.join('|'),
    all_states: true,
    ignore_availability: true,
    resolve_archives: false
  },
  signal,
  repeatable: true
});

/** Locks and replicas over Rucio's REST interface. */
export class RucioReplicas implements IReplicas {
  constructor(private readonly _http: RucioHttp) {}

  async locksOf(
    collections: readonly { did: string; type: DidType }[],
    signal: AbortSignal
  ): Promise<readonly IDatasetLock[]> {
    const found = new Map<string, IDatasetLock>();
    for (const chunk of chunks(collections, BULK)) {
      const dids = chunk.map(({ did, type }) => ({ ...parseDid(did), type: type.toLowerCase() }));
      const path = '/locks/bulk_locks_for_dids';
      const request = { method: 'POST', path, body: { dids }, signal, repeatable: true } as const;
      for await (const locks of this._http.items(request, Lock)) {
        locks.forEach(lock => found.set(`${lock.dataset} ${lock.rse} ${lock.ruleId}`, lock));
      }
    }
    return [...found.values()];
  }

  async ofCollections(
    collections: readonly { did: string; type: DidType }[],
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, readonly IDatasetReplica[]>> {
    const found = new Map<string, readonly IDatasetReplica[]>(
      collections.map(({ did }) => [did, []])
    );
    const groups = chunks(collections, BULK);
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      if (group.length <= FEW) {
        for (const { did, type } of group) {
          const count = type === 'CONTAINER' ? this._listed : this._counted;
          found.set(did, await count.call(this, did, rses, signal));
        }
      } else if (await this._isAnythingOf(group, rses, signal)) {
        groups.push(...chunks(group, Math.ceil(group.length / 4)));
      }
    }
    return found;
  }

  /** Of a dataset: Rucio counts in its database, and answers a line per RSE whatever the number of files. */
  private async _counted(
    dataset: string,
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<readonly IDatasetReplica[]> {
    const { scope, name } = parseDid(dataset);
    const path = rucioPath`/replicas/${scope}/${name}/datasets`;
    const byRse = new Map<string, IDatasetReplica>();
    const batches = this._http.items({ path, query: { deep: 'True' }, signal }, DatasetReplica);
    for await (const batch of batches) {
      for (const replica of batch.filter(({ rse }) => rses.includes(rse))) {
        // Files inside archives come as a line of their own.
        const other = byRse.get(replica.rse);
        byRse.set(replica.rse, {
          rse: replica.rse,
          availableFiles: replica.availableFiles + (other?.availableFiles ?? 0),
          availableBytes: replica.availableBytes + (other?.availableBytes ?? 0)
        });
      }
    }
    return [...byRse.values()];
  }

  /** Of a container: Rucio counts none; a line for each file that is there. */
  private async _listed(
    container: string,
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<readonly IDatasetReplica[]> {
    const byRse = new Map<string, IDatasetReplica>();
    const request = replicasOf([container], rses, signal);
    for await (const batch of this._http.items(request, FileReplicas)) {
      for (const { states, bytes } of batch) {
        for (const rse of Object.keys(states).filter(each => states[each] === 'AVAILABLE')) {
          const other = byRse.get(rse);
          byRse.set(rse, {
            rse,
            availableFiles: (other?.availableFiles ?? 0) + 1,
            availableBytes: (other?.availableBytes ?? 0) + (bytes ?? 0)
          });
        }
      }
    }
    return [...byRse.values()];
  }

  /** Whether any file of these collections is on any of these RSEs: the answer's first line says it. */
  private async _isAnythingOf(
    collections: readonly { did: string }[],
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<boolean> {
    const dids = collections.map(({ did }) => did);
    for await (const batch of this._http.items(replicasOf(dids, rses, signal), FileReplicas)) {
      if (batch.length > 0) {
        return true;
      }
    }
    return false;
  }

  async ofFiles(
    dids: readonly string[],
    rses: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, readonly IFileReplica[]>> {
    const found = new Map<string, readonly IFileReplica[]>(dids.map(did => [did, []]));
    for (const chunk of chunks(dids, BULK)) {
      for await (const batch of this._http.items(replicasOf(chunk, rses, signal), FileReplicas)) {
        for (const file of batch) {
          found.set(
            formatDid(file),
            Object.entries(file.rses).map(([rse, pfns]) => ({
              rse,
              available: (file.states[rse] ?? 'AVAILABLE') === 'AVAILABLE',
              pfns
            }))
          );
        }
      }
    }
    return found;
  }
}
