import * as z from 'zod';
import type { IReplicaSummaries, RseShare } from '../../catalogue/core/ports.js';
import { DidType, formatDid, type IDid } from '../../common/contract/did.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { readRow } from './row.js';
import { Known } from './wire.js';

const Kind = z.object({ type: DidType, length: Known, bytes: Known });

const DatasetReplica = z.object({
  scope: z.string(),
  name: z.string(),
  rse: z.string(),
  bytes: Known,
  length: Known,
  available_bytes: Known,
  available_length: Known
});
type DatasetReplica = z.output<typeof DatasetReplica>;

const FileReplica = z.object({
  bytes: Known,
  rses: z.record(z.string(), z.array(z.string())).default({}),
  states: z.record(z.string(), z.string()).default({})
});

/** Rucio counts a dataset's replicas file by file in its database; above this it takes its own tally. */
const COUNT_UP_TO = 20_000;
const DATASETS_AT_ONCE = 500;

/** How much of a DID is at each RSE, from Rucio's tallies of datasets. */
export class RucioReplicaSummaries implements IReplicaSummaries {
  constructor(private readonly _http: RucioHttp) {}

  async shares(did: IDid, signal: AbortSignal): Promise<RseShare[]> {
    const kind = await this._http.json(
      { path: rucioPath`/dids/${did.scope}/${did.name}`, signal },
      Kind
    );
    if (kind.type === 'FILE') {
      return this._ofFile(did, signal);
    }
    if (kind.type === 'DATASET') {
      return joined(await this._ofDataset(did, (kind.length ?? 0) <= COUNT_UP_TO, signal), null);
    }
    const datasets = await this._datasetsIn(did, signal);
    const total = await this._http.json(
      {
        path: rucioPath`/dids/${did.scope}/${did.name}`,
        query: { dynamic_depth: 'FILE' },
        signal
      },
      Kind
    );
    return joined(await this._ofDatasets(datasets, signal), {
      files: total.length,
      bytes: total.bytes
    });
  }

  private async _ofFile({ scope, name }: IDid, signal: AbortSignal): Promise<RseShare[]> {
    const shares: RseShare[] = [];
    const request = {
      method: 'POST' as const,
      path: '/replicas/list',
      body: { dids: [{ scope, name }], all_states: true },
      repeatable: true,
      signal
    };
    for await (const [file] of this._http.items(request, FileReplica)) {
      for (const [rse, pfns] of Object.entries(file.rses)) {
        const here = (file.states[rse] ?? 'AVAILABLE') === 'AVAILABLE';
        shares.push({
          rse,
          files: 1,
          availableFiles: here ? 1 : 0,
          bytes: file.bytes,
          availableBytes: here ? (file.bytes ?? 0) : 0,
          pfn: pfns[0] ?? null
        });
      }
    }
    return shares;
  }

  private async _ofDataset(
    { scope, name }: IDid,
    count: boolean,
    signal: AbortSignal
  ): Promise<DatasetReplica[]> {
    const path = rucioPath`/replicas/${scope}/${name}/datasets`;
    const ask = async (deep: boolean) => {
      const query = deep ? { deep: 'true' } : {};
      return collect(this._http.items({ path, query, signal }, DatasetReplica));
    };
    const found = await ask(count);
    // A tally that was never written (Rucio's abacus makes it a little later) is no "nothing there".
    return found.length > 0 || count ? found : ask(true);
  }

  /**
   * The tallies of many datasets in a few requests; one by one only for those that have none yet. A tally
   * that has nothing at any RSE is taken as none: Rucio's abacus fills it in a little after it is made.
   */
  private async _ofDatasets(datasets: IDid[], signal: AbortSignal): Promise<DatasetReplica[]> {
    const tallies: DatasetReplica[] = [];
    for (let start = 0; start < datasets.length; start += DATASETS_AT_ONCE) {
      const dids = datasets.slice(start, start + DATASETS_AT_ONCE);
      const request = {
        method: 'POST' as const,
        path: '/replicas/datasets_bulk',
        body: { dids },
        repeatable: true,
        signal
      };
      tallies.push(...(await collect(this._http.items(request, DatasetReplica))));
    }
    const filled = new Set(
      tallies.filter(({ available_length: n }) => (n ?? 0) > 0).map(replica => formatDid(replica))
    );
    const found = tallies.filter(replica => filled.has(formatDid(replica)));
    for (const did of datasets.filter(dataset => !filled.has(formatDid(dataset)))) {
      found.push(...(await this._ofDataset(did, true, signal)));
    }
    return found;
  }

  /** The datasets in a container, to any depth, each once. */
  private async _datasetsIn(container: IDid, signal: AbortSignal): Promise<IDid[]> {
    const datasets = new Map<string, IDid>();
    const seen = new Set<string>();
    const open = [container];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const path = rucioPath`/dids/${next.scope}/${next.name}/dids`;
      for await (const rows of this._http.rows({ path, signal }, readRow)) {
        for (const { scope, name, type } of rows) {
          const key = `${scope}:${name}`;
          if (type === 'DATASET') {
            datasets.set(key, { scope, name });
          } else if (type === 'CONTAINER' && !seen.has(key)) {
            seen.add(key);
            open.push({ scope, name });
          }
        }
      }
    }
    return [...datasets.values()];
  }
}

async function collect<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) {
    all.push(...batch);
  }
  return all;
}

/** Adds up what the datasets have at each RSE. Of how much: the given total, else what each replica says. */
function joined(
  replicas: readonly DatasetReplica[],
  total: Pick<RseShare, 'files' | 'bytes'> | null
): RseShare[] {
  const shares = new Map<string, RseShare>();
  for (const replica of replicas) {
    const share = shares.get(replica.rse) ?? {
      rse: replica.rse,
      files: total?.files ?? replica.length,
      availableFiles: 0,
      bytes: total?.bytes ?? replica.bytes,
      availableBytes: 0,
      pfn: null
    };
    share.availableFiles += replica.available_length ?? 0;
    share.availableBytes += replica.available_bytes ?? 0;
    shares.set(replica.rse, share);
  }
  return [...shares.values()];
}
