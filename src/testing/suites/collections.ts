import type { ICollections } from '../../dataset-care/core/ports.js';
import type { IRegistry } from '../../upload/core/ports.js';

/** What a lake must hold for the suite. */
export interface ICollectionFacts {
  /** Of the account. */
  scope: string;
  /** A dataset of somebody else's. */
  foreign: string;
  /** An RSE that the account may register files at. */
  rse: string;
  /** Of a DID, as the lake has it. */
  metadata(did: string): Promise<Readonly<Record<string, unknown>>>;
  /** What is in it. */
  content(did: string): Promise<readonly string[]>;
}

/** What changes of DIDs are promised of Rucio (dataset-care/core/ports.ts). Run on the fake and on real lakes. */
export function collectionPorts(
  make: () => Promise<{ collections: ICollections; registry: IRegistry; facts: ICollectionFacts }>
): void {
  let collections: ICollections;
  let registry: IRegistry;
  let facts: ICollectionFacts;
  const { signal } = new AbortController();
  const run = Date.now().toString(36);
  let count = 0;
  beforeAll(async () => {
    ({ collections, registry, facts } = await make());
  });

  const newDid = () => `${facts.scope}:care-${run}/${++count}`;
  const made = async (type: 'DATASET' | 'CONTAINER') => {
    const did = newDid();
    await collections.create(did, type, {}, signal);
    return did;
  };
  const files = async (number: number) => {
    const dids = Array.from({ length: number }, newDid);
    const sums = { bytes: 9, adler32: '11e60398', md5: null, pfn: null };
    await registry.register(
      facts.rse,
      dids.map(did => ({ did, ...sums })),
      signal
    );
    return dids;
  };
  const known = async (did: string) => (await registry.known([did], signal)).get(did);

  it('makes datasets and containers, with metadata, once', async () => {
    const [set, container] = [newDid(), newDid()];
    await collections.create(set, 'DATASET', { datalake_host: 'here', run_number: 7 }, signal);
    await collections.create(container, 'CONTAINER', {}, signal);
    expect(await known(set)).toMatchObject({ type: 'DATASET', open: true });
    expect(await known(container)).toMatchObject({ type: 'CONTAINER' });
    expect(await facts.metadata(set)).toMatchObject({ datalake_host: 'here', run_number: 7 });
    await expect(collections.create(set, 'DATASET', {}, signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    const [file] = await files(1);
    await expect(collections.create(file, 'CONTAINER', {}, signal)).rejects.toMatchObject({
      code: 'conflict'
    });
  });

  it('makes none by a name that the lake does not take, or in a foreign scope', async () => {
    await expect(
      collections.create(`${facts.scope}:_no`, 'DATASET', {}, signal)
    ).rejects.toMatchObject({ code: 'name-refused' });
    const foreign = `${facts.foreign}-${run}`;
    await expect(collections.create(foreign, 'DATASET', {}, signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
    expect(await known(foreign)).toBeUndefined();
  });

  it('attaches and detaches, the first may be told again', async () => {
    const [set, [one, two]] = [await made('DATASET'), await files(2)];
    await collections.attach(set, [one], signal);
    await collections.attach(set, [one, two], signal);
    expect((await facts.content(set)).toSorted()).toEqual([one, two].toSorted());
    await expect(collections.detach(set, [one, newDid()], signal)).rejects.toMatchObject({
      code: 'not-found'
    });
    await collections.detach(set, [one], signal);
    expect(await facts.content(set)).toEqual([two]);
    const container = await made('CONTAINER');
    await collections.attach(container, [set], signal);
    expect(await facts.content(container)).toEqual([set]);
  });

  it('attaches nothing of the wrong kind, nothing that is not there, nothing to what is not ours', async () => {
    const [set, container, [file]] = [
      await made('DATASET'),
      await made('CONTAINER'),
      await files(1)
    ];
    await expect(collections.attach(container, [file], signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    await expect(collections.attach(set, [container], signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    await expect(collections.attach(set, [file, newDid()], signal)).rejects.toMatchObject({
      code: 'not-found'
    });
    expect(await facts.content(set)).toEqual([]);
    await expect(collections.attach(facts.foreign, [file], signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
  });

  it('closes and opens, and may be told again', async () => {
    const [set, [one, two]] = [await made('DATASET'), await files(2)];
    await collections.setOpen(set, false, signal);
    await collections.setOpen(set, false, signal);
    expect((await known(set))?.open).toBe(false);
    await expect(collections.attach(set, [one], signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    await collections.setOpen(set, true, signal);
    await collections.attach(set, [one, two], signal);
    await expect(collections.setOpen(one, false, signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    await expect(collections.setOpen(newDid(), false, signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('sets and takes away metadata', async () => {
    const set = await made('DATASET');
    await collections.setMetadata(set, { kept: 'a b', gone: 'x', version: '2' }, signal);
    await collections.setMetadata(set, { kept: 'c' }, signal);
    await collections.removeMetadata(set, 'gone', signal);
    await collections.removeMetadata(set, 'gone', signal);
    const found = await facts.metadata(set);
    expect(found).toMatchObject({ kept: 'c', version: '2' });
    expect(found).not.toHaveProperty('gone');
    await expect(
      collections.setMetadata(facts.foreign, { kept: 'c' }, signal)
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(collections.removeMetadata(facts.foreign, 'kept', signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
    await expect(collections.setMetadata(newDid(), { a: 'b' }, signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('gives a DID an end, and takes it back', async () => {
    const set = await made('DATASET');
    await collections.setLifetime(set, 30, signal);
    expect((await known(set))?.ending).toBe(true);
    await collections.setLifetime(set, null, signal);
    expect((await known(set))?.ending).toBe(false);
    await collections.setLifetime(set, 30 * 86_400, signal);
    expect((await known(set))?.ending).toBe(false);
    await expect(collections.setLifetime(facts.foreign, 30, signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
  });
}
