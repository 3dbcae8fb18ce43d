import type { Row } from '../../catalogue/contract.js';
import type { IDidCatalogue, IDidFacts, IReplicaSummaries } from '../../catalogue/core/ports.js';
import { formatDid, parseDid } from '../../common/contract/did.js';

/** What a lake must hold for the suite; `null` is "not known beforehand". */
export interface ICatalogueFacts {
  /** A scope that is somebody else's. */
  scope: string;
  ownScope: string;
  /** A container in that scope that holds `inner`, which holds `dataset` beside others. */
  outer: string;
  inner: string;
  dataset: string;
  /** How many files are in `dataset`, and how many below `outer`. */
  filesInDataset: number;
  filesBelowOuter: number;
  /** A file of `dataset`. */
  file: string;
  /** A pattern that finds `dataset`, not `outer`, and none of the files. */
  pattern: string;
  /** Metadata of `dataset`. */
  metadata: Readonly<Record<string, string | number | boolean>>;
  /** An RSE that has all of `dataset`. */
  completeRse: string;
}

type Ports = IDidCatalogue & IDidFacts & IReplicaSummaries;

/** What every catalogue promises (core/ports.ts). Run on the fake and on a real lake. */
export function cataloguePorts(
  make: () => Promise<{ ports: Ports; facts: ICatalogueFacts }>
): void {
  let ports: Ports;
  let facts: ICatalogueFacts;
  const signal = new AbortController().signal;
  beforeAll(async () => {
    ({ ports, facts } = await make());
  });

  it('lists all scopes, and which are the own ones', async () => {
    expect(await ports.scopes(signal)).toEqual(
      expect.arrayContaining([facts.scope, facts.ownScope])
    );
    const own = await ports.ownScopes(signal);
    expect(own).toContain(facts.ownScope);
    expect(own).not.toContain(facts.scope);
  });

  it('finds by pattern, in batches that are never empty', async () => {
    const batches: Row[][] = [];
    const query = { scope: facts.scope, pattern: facts.pattern, type: 'all' } as const;
    for await (const rows of ports.search(query, signal)) {
      batches.push(rows);
    }
    const dids = batches.flat().map(formatDid);
    expect(batches.every(rows => rows.length > 0)).toBe(true);
    expect(dids).toContain(facts.dataset);
    expect(dids).not.toContain(facts.outer);
  });

  it.each(['all', 'collection', 'dataset', 'container', 'file'] as const)(
    'finds by type: %s',
    async type => {
      const rows = await all(ports.search({ scope: facts.scope, pattern: '*', type }, signal));
      const types = new Set(rows.map(row => row.type));
      expect([...types].toSorted()).toEqual(
        {
          all: ['CONTAINER', 'DATASET', 'FILE'],
          collection: ['CONTAINER', 'DATASET'],
          dataset: ['DATASET'],
          container: ['CONTAINER'],
          file: ['FILE']
        }[type]
      );
    }
  );

  it('takes every character but * as itself', async () => {
    const { name } = parseDid(facts.dataset);
    const find = (pattern: string) =>
      all(ports.search({ scope: facts.scope, pattern, type: 'all' }, signal));
    expect(await find(name)).toHaveLength(1);
    expect(await find(name.replace('_', '.'))).toHaveLength(0);
    expect(await find(name.slice(1))).toHaveLength(0);
    expect(await find('no-such-name')).toHaveLength(0);
  });

  it('knows no rows in a scope that is not there', async () => {
    const query = { scope: 'no.such.scope', pattern: '*', type: 'all' } as const;
    expect(await all(ports.search(query, signal))).toEqual([]);
  });

  it('knows the size of a file that it lists, and not the number of files in it', async () => {
    const rows = await all(ports.content(parseDid(facts.dataset), signal));
    expect(rows).toHaveLength(facts.filesInDataset);
    const file = rows.find(row => formatDid(row) === facts.file);
    expect(file).toEqual({
      ...parseDid(facts.file),
      type: 'FILE',
      bytes: expect.any(Number) as number,
      length: null
    });
  });

  it('lists what is directly in a container', async () => {
    const rows = await all(ports.content(parseDid(facts.outer), signal));
    expect(rows.map(formatDid)).toContain(facts.inner);
    expect(rows.map(formatDid)).not.toContain(facts.dataset);
  });

  it('finds nothing in a file', async () => {
    expect(await all(ports.content(parseDid(facts.file), signal))).toEqual([]);
  });

  it('says of a DID that is not there that it is not there', async () => {
    const did = { scope: facts.scope, name: 'no-such-name' };
    const gone = { code: 'not-found' };
    await expect(ports.details(did, signal)).rejects.toMatchObject(gone);
    await expect(ports.shares(did, signal)).rejects.toMatchObject(gone);
    await expect(all(ports.content(did, signal))).rejects.toMatchObject(gone);
  });

  it('counts an open dataset', async () => {
    const details = await ports.details(parseDid(facts.dataset), signal);
    const rows = await all(ports.content(parseDid(facts.dataset), signal));
    expect(details).toMatchObject({
      did: facts.dataset,
      type: 'DATASET',
      length: facts.filesInDataset,
      bytes: rows.reduce((sum, { bytes }) => sum + (bytes ?? NaN), 0),
      adler32: null
    });
    expect(details.metadata).toMatchObject(facts.metadata);
  });

  it('knows a file', async () => {
    const details = await ports.details(parseDid(facts.file), signal);
    expect(details).toMatchObject({ did: facts.file, type: 'FILE', length: null, open: null });
    expect(details.bytes).toBeGreaterThan(0);
    expect(details.adler32).toMatch(/^[0-9a-f]{8}$/);
    expect(new Date(details.createdAt ?? '').toISOString()).toBe(details.createdAt);
  });

  it('knows in what a DID is', async () => {
    const parents = await ports.parents(parseDid(facts.dataset), signal);
    expect(parents.map(formatDid)).toEqual([facts.inner]);
    expect(await ports.parents(parseDid(facts.outer), signal)).toEqual([]);
  });

  it('knows where a dataset is complete', async () => {
    const shares = await ports.shares(parseDid(facts.dataset), signal);
    const share = shares.find(({ rse }) => rse === facts.completeRse);
    expect(share).toMatchObject({
      files: facts.filesInDataset,
      availableFiles: facts.filesInDataset,
      pfn: null
    });
    expect(share?.availableBytes).toBe(share?.bytes);
  });

  it('adds up what a container has at each RSE, to any depth', async () => {
    const shares = await ports.shares(parseDid(facts.outer), signal);
    const share = shares.find(({ rse }) => rse === facts.completeRse);
    expect(share?.files).toBe(facts.filesBelowOuter);
    expect(share?.availableFiles).toBeGreaterThan(0);
    // At another RSE all of it may still be on its way.
    for (const { availableFiles, availableBytes, bytes } of shares) {
      expect(availableFiles).toBeLessThanOrEqual(facts.filesBelowOuter);
      expect(availableBytes).toBeLessThanOrEqual(bytes ?? NaN);
    }
  });

  it('knows the PFN of a file', async () => {
    const shares = await ports.shares(parseDid(facts.file), signal);
    const share = shares.find(({ rse }) => rse === facts.completeRse);
    expect(share).toMatchObject({ files: 1, availableFiles: 1 });
    expect(share?.pfn).toMatch(/^[a-z]+:\/\/.+/);
  });

  it('gives up when it is cancelled', async () => {
    const cancelled = AbortSignal.abort();
    const query = { scope: facts.scope, pattern: '*', type: 'all' } as const;
    await expect(ports.scopes(cancelled)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(all(ports.search(query, cancelled))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives up in the middle when it is cancelled, and lets itself be left early', async () => {
    const query = { scope: facts.scope, pattern: '*', type: 'all' } as const;
    const cancel = new AbortController();
    const rows = ports.search(query, cancel.signal)[Symbol.asyncIterator]();
    expect((await rows.next()).done).toBe(false);
    await expect(rows.return?.()).resolves.toMatchObject({ done: true });
    expect(await rows.next()).toMatchObject({ done: true });
  });
}

async function all(batches: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) {
    rows.push(...batch);
  }
  return rows;
}
