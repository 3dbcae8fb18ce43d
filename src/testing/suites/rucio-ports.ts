import type { IFileEntry, IRucio } from '../../availability/core/ports.js';
import { formatDid } from '../../common/contract/did.js';

/** What a lake must hold for the suite. */
export interface IRucioFacts {
  account: string;
  container: string;
  /** A dataset somewhere below the container, complete on `mount` by a rule whose id nobody knows. */
  dataset: string;
  files: number;
  /** An RSE that has the dataset. */
  mount: string;
  /** An expression that stands for `mount` among others, or for it alone. */
  expression: string;
  /** A dataset that nobody may have a rule for on `spare` but this account. */
  own: string;
  spare: string;
  /** The policy refuses to change rules. */
  refuses: boolean;
}

/** What availability is promised of Rucio (availability/core/ports.ts). Run on the fake and on a real lake. */
export function rucioPorts(make: () => Promise<{ rucio: IRucio; facts: IRucioFacts }>): void {
  let rucio: IRucio;
  let facts: IRucioFacts;
  const { signal } = new AbortController();
  beforeAll(async () => {
    ({ rucio, facts } = await make());
  });
  const files = async () => all<IFileEntry>(rucio.contents.filesOf(facts.dataset, signal));

  it('describes DIDs in bulk, and leaves out one that is not there', async () => {
    const [{ scope, name }] = await files();
    const file = `${scope}:${name}`;
    const found = await rucio.contents.describe(
      [facts.dataset, facts.container, file, `${scope}:no-such-name`],
      signal
    );
    expect([...found.keys()].toSorted()).toEqual([facts.dataset, facts.container, file].toSorted());
    expect(found.get(facts.dataset)).toMatchObject({ type: 'DATASET', files: facts.files });
    expect(found.get(file)).toMatchObject({ type: 'FILE', files: 1 });
    expect(found.get(facts.container)?.files).toBeGreaterThan(facts.files);
    const bytes = (await files()).reduce((sum, each) => sum + (each.bytes ?? NaN), 0);
    expect(found.get(facts.dataset)?.bytes).toBe(bytes);
  });

  it('finds the datasets below a container, to any depth, with their sizes', async () => {
    const datasets = (await rucio.contents.datasetsOf(facts.container, 100, signal)) ?? [];
    expect(datasets.find(({ did }) => did === facts.dataset)).toMatchObject({
      type: 'DATASET',
      files: facts.files
    });
    expect(new Set(datasets.map(({ did }) => did)).size).toBe(datasets.length);
    const { length } = datasets;
    expect(await rucio.contents.datasetsOf(facts.container, length - 1, signal)).toBeNull();
  });

  it('finds what is above', async () => {
    const above = await rucio.contents.parentsOf(facts.dataset, signal);
    expect(above.length).toBeGreaterThan(0);
    expect(await rucio.contents.parentsOf(facts.container, signal)).toEqual([]);
  });

  it('knows the rule and the lock that keep a dataset on an RSE', async () => {
    const locks = await rucio.replicas.locksOf([{ did: facts.dataset, type: 'DATASET' }], signal);
    const lock = locks.find(({ rse }) => rse === facts.mount);
    expect(lock).toMatchObject({ dataset: facts.dataset, state: 'OK' });
    const rule = await rucio.rules.get(lock?.ruleId ?? '', signal);
    expect(rule).toMatchObject({ state: 'OK', account: lock?.account });
    expect(await rucio.rules.ofDid(rule?.did ?? '', signal)).toContainEqual(rule);
    const [file] = await files();
    const ofFile = await rucio.rules.ofFile(formatDid(file), signal);
    expect(ofFile.map(({ id }) => id)).toContain(lock?.ruleId);
  });

  it('finds the locks of all that is below a container', async () => {
    const locks = await rucio.replicas.locksOf(
      [{ did: facts.container, type: 'CONTAINER' }],
      signal
    );
    expect(locks.map(({ dataset }) => dataset)).toContain(facts.dataset);
  });

  it('knows no rule of an id that is nobodys', async () => {
    expect(await rucio.rules.get('f'.repeat(32), signal)).toBeNull();
  });

  it('counts collections file by file, whatever brought them there', async () => {
    const datasets = (await rucio.contents.datasetsOf(facts.container, 100, signal)) ?? [];
    const whole = { did: facts.container, type: 'CONTAINER' } as const;
    const counted = await rucio.replicas.ofCollections([...datasets, whole], [facts.mount], signal);
    const bytes = (await files()).reduce((sum, each) => sum + (each.bytes ?? NaN), 0);
    expect(counted.get(facts.dataset)).toEqual([
      { rse: facts.mount, availableFiles: facts.files, availableBytes: bytes }
    ]);
    const below = datasets.flatMap(({ did }) => counted.get(did) ?? []);
    const [all] = counted.get(facts.container) ?? [];
    expect(all.availableFiles).toBe(
      below.reduce((sum, { availableFiles }) => sum + availableFiles, 0)
    );
    // None of it is on the other RSE: said of many at once.
    const none = await rucio.replicas.ofCollections(datasets, [facts.spare], signal);
    expect([...none]).toEqual(datasets.map(({ did }) => [did, []]));
  });

  it('lists the rules that may have no lock yet', async () => {
    for (const { state, account } of await all(rucio.rules.waiting(signal))) {
      expect([
        'INJECT',
        'WAITING_APPROVAL',
        ...(account === facts.account ? ['STUCK', 'SUSPENDED'] : [])
      ]).toContain(state);
    }
  });

  it('places files as the RSE computes them', async () => {
    const dids = (await files()).map(formatDid);
    const replicas = await rucio.replicas.ofFiles(dids, [facts.mount, facts.spare], signal);
    const { prefixes, suffixOf } = await rucio.rses.facts(facts.mount, signal);
    expect([...replicas.keys()]).toEqual(dids);
    for (const { scope, name } of await files()) {
      const here = replicas.get(`${scope}:${name}`);
      expect(here).toHaveLength(1);
      expect(here?.[0]).toMatchObject({ rse: facts.mount, available: true });
      const computed = prefixes.map(prefix => prefix + suffixOf?.(scope, name));
      expect(computed).toEqual(expect.arrayContaining([...(here?.[0].pfns ?? [])]));
    }
  });

  it('reads RSE expressions, and says of a bad one that it is bad', async () => {
    expect(await rucio.rses.matching(facts.expression, signal)).toContain(facts.mount);
    expect(await rucio.rses.matching(facts.mount, signal)).toEqual([facts.mount]);
    await expect(rucio.rses.matching('no=such', signal)).rejects.toMatchObject({
      code: 'bad-request'
    });
    await expect(rucio.rses.facts('NO_SUCH_RSE', signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('knows the account and its quota', async () => {
    expect(await rucio.accounts.name(signal)).toBe(facts.account);
    const { limitBytes, usedBytes } = await rucio.accounts.quota(facts.mount, signal);
    expect(limitBytes).toBeGreaterThan(0);
    expect(usedBytes).toBeGreaterThanOrEqual(0);
  });

  it('makes a rule once, and lists it', async () => {
    const rule = { did: facts.own, rseExpression: facts.spare, lifetimeSeconds: 3600 };
    const mine = async () =>
      (await all(rucio.rules.mine(null, signal))).find(
        each => each.did === facts.own && each.rseExpression === facts.spare
      );
    const id = (await mine())?.id ?? (await rucio.rules.add(rule, signal));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await expect(rucio.rules.add(rule, signal)).rejects.toMatchObject({ code: 'conflict' });
    expect(await mine()).toMatchObject({ id, account: facts.account, copies: 1 });
  });

  it('makes none for a DID that is not there, or an expression that is bad', async () => {
    const rule = { did: facts.own, rseExpression: facts.spare, lifetimeSeconds: 3600 };
    await expect(
      rucio.rules.add({ ...rule, did: `${facts.own}.none` }, signal)
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('extends and cancels what the policy lets it', async () => {
    const [rule] = (await rucio.rules.ofDid(facts.own, signal)).filter(
      ({ rseExpression }) => rseExpression === facts.spare
    );
    const extended = rucio.rules.extend(rule.id, 7200, signal);
    if (facts.refuses) {
      await expect(extended).rejects.toMatchObject({ code: 'forbidden' });
      await expect(rucio.rules.cancel(rule.id, signal)).rejects.toMatchObject({
        code: 'forbidden'
      });
      await expect(rucio.rules.retry(rule.id, signal)).rejects.toMatchObject({
        code: 'forbidden'
      });
      return;
    }
    await extended;
    await rucio.rules.retry(rule.id, signal);
    const after = await rucio.rules.get(rule.id, signal);
    expect(after?.expiresAt).toBeGreaterThan(rule.expiresAt ?? Infinity);
    await rucio.rules.cancel(rule.id, signal);
    const cancelled = await rucio.rules.get(rule.id, signal);
    expect(cancelled?.expiresAt).toBeLessThan(after?.expiresAt ?? 0);
  });

  it('gives up when it is cancelled', async () => {
    const aborted = AbortSignal.abort();
    await expect(rucio.contents.describe([facts.dataset], aborted)).rejects.toMatchObject({
      code: 'cancelled'
    });
    await expect(all(rucio.rules.mine(null, aborted))).rejects.toMatchObject({
      code: 'cancelled'
    });
  });
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) {
    items.push(...batch);
  }
  return items;
}
