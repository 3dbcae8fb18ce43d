import * as z from 'zod';
import type { IContents, IDidInfo, IFileEntry } from '../../availability/core/ports.js';
import { DidType, formatDid, parseDid } from '../../common/contract/did.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { readRow } from './row.js';
import { Known } from './wire.js';

const Columns = z.object({
  scope: z.string(),
  name: z.string(),
  did_type: DidType,
  bytes: Known,
  length: Known,
  is_open: z.boolean().nullish()
});

const Described = z.object({ type: DidType, bytes: Known, length: Known });

const BULK = 500;
const AT_ONCE = 4;
const DEEPEST = 20;

/** Types, sizes and contents of DIDs from Rucio's REST interface. */
export class RucioContents implements IContents {
  constructor(private readonly _http: RucioHttp) {}

  async describe(
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, IDidInfo>> {
    const known = new Map<string, IDidInfo>();
    const uncounted: string[] = [];
    for (const chunk of chunks(dids, BULK)) {
      for (const columns of await this._columns(chunk, signal)) {
        const did = formatDid(columns);
        // Rucio writes the size of a collection down when it is closed; a container's is not kept.
        if (columns.did_type === 'FILE' || (columns.did_type === 'DATASET' && closed(columns))) {
          const files = columns.did_type === 'FILE' ? 1 : (columns.length ?? 0);
          known.set(did, { did, type: columns.did_type, bytes: columns.bytes ?? 0, files });
        } else {
          uncounted.push(did);
        }
      }
    }
    for (const some of chunks(uncounted, AT_ONCE)) {
      for (const info of await Promise.all(some.map(did => this._count(did, signal)))) {
        if (info !== null) {
          known.set(info.did, info);
        }
      }
    }
    return known;
  }

  async datasetsOf(
    container: string,
    most: number,
    signal: AbortSignal
  ): Promise<readonly IDidInfo[] | null> {
    const datasets = new Map<string, IDidInfo>();
    const seen = new Set([container]);
    let level = [container];
    for (let depth = 0; level.length > 0 && depth < DEEPEST; depth++) {
      const below: string[] = [];
      for (const did of level) {
        const { scope, name } = parseDid(did);
        const path = rucioPath`/dids/${scope}/${name}/dids`;
        for await (const rows of this._http.rows({ path, signal }, readRow)) {
          for (const row of rows) {
            const child = formatDid(row);
            if (row.type === 'CONTAINER' && !seen.has(child)) {
              seen.add(child);
              below.push(child);
            } else if (row.type === 'DATASET') {
              datasets.set(child, { did: child, type: 'DATASET', bytes: -1, files: -1 });
            }
          }
          if (datasets.size > most) {
            return null;
          }
        }
      }
      level = below;
    }
    const described = await this.describe([...datasets.keys()], signal);
    return [...datasets.keys()].flatMap(did => described.get(did) ?? []);
  }

  async parentsOf(did: string, signal: AbortSignal): Promise<readonly string[]> {
    const { scope, name } = parseDid(did);
    const path = rucioPath`/dids/${scope}/${name}/parents`;
    const parents: string[] = [];
    for await (const rows of this._http.rows({ path, signal }, readRow)) {
      parents.push(...rows.map(formatDid));
    }
    return parents;
  }

  filesOf(did: string, signal: AbortSignal): AsyncGenerator<readonly IFileEntry[], void, void> {
    const { scope, name } = parseDid(did);
    return this._http.rows({ path: rucioPath`/dids/${scope}/${name}/files`, signal }, readFile);
  }

  private async _columns(
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<z.output<typeof Columns>[]> {
    const found: z.output<typeof Columns>[] = [];
    const body = { dids: dids.map(parseDid) };
    const request = { method: 'POST', path: '/dids/bulkmeta', body, signal } as const;
    for await (const batch of this._http.items({ ...request, repeatable: true }, Columns)) {
      found.push(...batch);
    }
    return found;
  }

  /** null: gone meanwhile. */
  private async _count(did: string, signal: AbortSignal): Promise<IDidInfo | null> {
    const { scope, name } = parseDid(did);
    try {
      const { type, bytes, length } = await this._http.json(
        { path: rucioPath`/dids/${scope}/${name}`, query: { dynamic_depth: 'FILE' }, signal },
        Described
      );
      return { did, type, bytes: bytes ?? 0, files: length ?? 0 };
    } catch (error) {
      if (error instanceof RucioError && error.code === 'not-found') {
        return null;
      }
      throw error;
    }
  }
}

const closed = ({ is_open, bytes, length }: z.output<typeof Columns>) =>
  is_open === false && bytes !== null && length !== null;

/** By hand and not by a schema: a dataset can have 300,000 files. */
function readFile(value: unknown): IFileEntry | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { scope, name, bytes, adler32 } = value as Record<string, unknown>;
  return typeof scope === 'string' && typeof name === 'string'
    ? {
        scope,
        name,
        bytes: typeof bytes === 'number' ? bytes : null,
        adler32: typeof adler32 === 'string' ? adler32 : null
      }
    : null;
}

/** In pieces of so many. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size)
  );
}
