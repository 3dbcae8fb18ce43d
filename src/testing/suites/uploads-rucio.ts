import type { INewReplica, INewRule, IRegistry, IRsesToWrite } from '../../upload/core/ports.js';

/** What a lake must hold for the suite. */
export interface IUploadFacts {
  /** Of the account, and of somebody else. */
  scope: string;
  foreignScope: string;
  /** Deterministic, with quota for the account. */
  rse: string;
  /** Another one of these. */
  other: string;
  /** The policy lets the account register nothing there. */
  refused: string;
  /** Not deterministic. */
  scratch: string;
  /** The policy lets ordinary accounts take registrations back. */
  forgets: boolean;
  /** Puts nine bytes, "Wikipedia", into the scratch space, and answers their PFN there. */
  place(name: string): Promise<string>;
  /** What the lake does by itself has had its chance. */
  settle(): Promise<void>;
}

const RULE: INewRule = {
  rseExpression: '',
  copies: 1,
  lifetimeSeconds: 3600,
  activity: null,
  source: null,
  purge: true
};

/** What uploads are promised of Rucio (upload/core/ports.ts). Run on the fake and on real lakes. */
export function uploadsRucio(
  make: () => Promise<{ registry: IRegistry; rses: IRsesToWrite; facts: IUploadFacts }>
): void {
  let registry: IRegistry;
  let rses: IRsesToWrite;
  let facts: IUploadFacts;
  const { signal } = new AbortController();
  const run = Date.now().toString(36);
  let count = 0;
  beforeAll(async () => {
    ({ registry, rses, facts } = await make());
  });

  const newDid = () => `${facts.scope}:uploads-${run}/${++count}`;
  const file = (fields: Partial<INewReplica> = {}): INewReplica => ({
    did: newDid(),
    bytes: 9,
    adler32: '11e60398',
    md5: null,
    pfn: null,
    ...fields
  });
  const registered = async (number: number) => {
    const files = Array.from({ length: number }, () => file());
    await registry.register(facts.rse, files, signal);
    return files;
  };
  const didsOf = (files: readonly INewReplica[]) => files.map(({ did }) => did);
  const dataset = async () => {
    const did = newDid();
    await registry.createDataset(did, signal);
    return did;
  };

  it('knows what exists, and leaves out what does not', async () => {
    const md5 = '9897d36cdb2f2e4ee6c0bd3f2f4bd5d2';
    const there = file({ md5 });
    await registry.register(facts.rse, [there], signal);
    const set = await dataset();
    const known = await registry.known([there.did, newDid(), set], signal);
    expect([...known.keys()].toSorted()).toEqual([there.did, set].toSorted());
    expect(known.get(there.did)).toEqual({
      type: 'FILE',
      bytes: 9,
      adler32: '11e60398',
      md5,
      open: true,
      ending: false
    });
    expect(known.get(set)).toMatchObject({ type: 'DATASET', open: true, ending: false });
  });

  it.each(['_begins-badly', `${'long'.repeat(62)}-er`, 'plus+plus'])(
    'says which name the lake does not take: %s',
    async name => {
      const did = `${facts.scope}:${name}`;
      await expect(
        registry.known([newDid(), newDid(), did, newDid()], signal)
      ).rejects.toMatchObject({ code: 'name-refused', did });
      await expect(
        registry.register(facts.rse, [file(), file({ did })], signal)
      ).rejects.toMatchObject({ code: 'name-refused', did });
    }
  );

  it('registers files as whole, and may be told again, also with another checksum', async () => {
    const files = await registered(3);
    await registry.register(facts.rse, files, signal);
    await registry.register(facts.rse, [{ ...files[0], adler32: '00000001' }], signal);
    const dids = didsOf(files);
    const states = await registry.replicas([...dids, newDid()], facts.rse, signal);
    expect([...states].toSorted()).toEqual(dids.map(did => [did, 'AVAILABLE']).toSorted());
    expect(await registry.replicas(dids, facts.other, signal)).toEqual(new Map());
    expect((await registry.known(dids, signal)).get(dids[0])?.adler32).toBe('11e60398');
  });

  it('registers an empty file', async () => {
    const empty = file({ bytes: 0, adler32: '00000001' });
    await registry.register(facts.rse, [empty], signal);
    expect((await registry.known([empty.did], signal)).get(empty.did)?.bytes).toBe(0);
  });

  it('registers all of them, or none where one is a collection', async () => {
    const [one, set] = [file(), await dataset()];
    await expect(
      registry.register(facts.rse, [one, file({ did: set })], signal)
    ).rejects.toMatchObject({ code: 'conflict' });
    expect((await registry.known([one.did], signal)).size).toBe(0);
  });

  it('registers nothing in a foreign scope, at an RSE that is refused, or at none', async () => {
    const foreign = file({ did: `${facts.foreignScope}:uploads-${run}` });
    await expect(registry.register(facts.rse, [foreign], signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
    await expect(registry.register(facts.refused, [file()], signal)).rejects.toMatchObject({
      code: 'forbidden'
    });
    await expect(registry.register('NO_SUCH_RSE', [file()], signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('makes a dataset once, and none in the place of a file or in a foreign scope', async () => {
    const set = await dataset();
    await registry.createDataset(set, signal);
    const [there] = await registered(1);
    await expect(registry.createDataset(there.did, signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    await expect(
      registry.createDataset(`${facts.foreignScope}:uploads-${run}`, signal)
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('makes a dataset whose name looks like one of the routes', async () => {
    const did = `${newDid()}/meta`;
    await registry.createDataset(did, signal);
    expect((await registry.known([did], signal)).get(did)?.type).toBe('DATASET');
  });

  it('attaches files, and may be told again', async () => {
    const [set, files] = [await dataset(), await registered(3)];
    await registry.attach(set, files.slice(0, 2), signal);
    await registry.attach(set, files, signal);
    await expect(registry.attach(set, [{ ...files[0], bytes: 10 }], signal)).rejects.toMatchObject({
      code: 'exists-differs'
    });
    await expect(registry.attach(newDid(), files, signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('keeps files by rules, and makes those that lack when it is told again', async () => {
    const files = didsOf(await registered(12));
    const rule = { ...RULE, rseExpression: facts.rse };
    const some = await registry.keep(files.slice(2, 4), rule, signal);
    const all = await registry.keep(files, rule, signal);
    expect([...all.keys()].toSorted()).toEqual(files.toSorted());
    expect(all.get(files[2])).toBe(some.get(files[2]));
    expect(await registry.keep(files, rule, signal)).toEqual(all);
    expect(new Set(all.values()).size).toBe(12);
    const states = await registry.rules([...all.values(), 'f'.repeat(32)], signal);
    expect(states.size).toBe(12);
    expect(new Set([...states.values()].map(({ done, error }) => `${done} ${error}`))).toEqual(
      new Set(['true null'])
    );
    expect(await registry.isKept(files[0], facts.rse, signal)).toBe(true);
    expect(await registry.isKept(files[0], facts.other, signal)).toBe(false);
  });

  it('keeps a dataset where its files are, by a rule for one of several RSEs', async () => {
    const [set, files] = [await dataset(), await registered(2)];
    await registry.attach(set, files, signal);
    expect(await registry.isKept(set, facts.rse, signal)).toBe(false);
    const rseExpression = `${facts.other}|${facts.rse}`;
    await registry.keep([set], { ...RULE, rseExpression }, signal);
    expect(await registry.isKept(set, facts.rse, signal)).toBe(true);
    expect(await registry.isKept(set, facts.other, signal)).toBe(false);
  });

  it('tells which files nothing keeps, on them or on a dataset', async () => {
    const [set, files] = [await dataset(), await registered(3)];
    const [inSet, byRule, alone] = didsOf(files);
    await registry.attach(set, [files[0]], signal);
    const rule = { ...RULE, rseExpression: facts.rse };
    await registry.keep([set, byRule], rule, signal);
    expect([...(await registry.unkept([inSet, byRule, alone], facts.rse, signal))]).toEqual([
      alone
    ]);
    expect((await registry.unkept([inSet, byRule], facts.other, signal)).size).toBe(2);
  });

  it('keeps nothing beyond the quota', async () => {
    const huge = file({ bytes: 10 ** 15 });
    await registry.register(facts.rse, [huge], signal);
    const [small] = await registered(1);
    const rule = { ...RULE, rseExpression: facts.rse };
    await expect(registry.keep([small.did, huge.did], rule, signal)).rejects.toMatchObject({
      code: 'quota-exceeded'
    });
    expect(await registry.isKept(small.did, facts.rse, signal)).toBe(false);
    await expect(registry.keep([newDid()], rule, signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it('describes DIDs, but not by keys that are Rucios own', async () => {
    const dids = didsOf(await registered(2));
    await registry.annotate(dids, { datalake_host: 'here', version: '2', run_number: '7' }, signal);
    await registry.annotate(dids, { datalake_host: 'there' }, signal);
    for (const [key, value] of [
      ['md5', 'abc'],
      ['lifetime', '0'],
      ['provenance', 'long'],
      ['task_id', 'seven'],
      ['a.b', 'c']
    ]) {
      await expect(registry.annotate(dids, { [key]: value }, signal)).rejects.toMatchObject({
        code: 'bad-request'
      });
    }
  });

  it('erases, also where some of it is gone', async () => {
    const files = didsOf(await registered(2));
    await registry.erase([files[0], newDid(), files[1]], signal);
    await registry.erase(files, signal);
    const known = await registry.known(files, signal);
    expect([...known.values()].every(({ ending }) => ending)).toBe(true);
  });

  it('forgets what lies in scratch space, or changes nothing where the policy leaves that to others', async () => {
    const place = async (name: string) => file({ pfn: await facts.place(`${name}-${run}.txt`) });
    const files = [await place('one'), await place('two'), await place('three')];
    await registry.register(facts.scratch, files, signal);
    const dids = didsOf(files);
    const forget = (some: readonly string[]) => registry.forget(some, facts.scratch, signal);
    if (facts.forgets) {
      await forget(dids.slice(0, 1));
      await forget(dids.slice(0, 2));
    } else {
      await expect(forget(dids)).rejects.toMatchObject({ code: 'forbidden' });
    }
    const left = facts.forgets ? dids.slice(2) : dids;
    const states = await registry.replicas(dids, facts.scratch, signal);
    expect([...states.keys()].toSorted()).toEqual(left.toSorted());
    expect([...(await registry.known(dids, signal)).keys()].toSorted()).toEqual(left.toSorted());
  });

  it('registers what lies in scratch space where it is, and has the lake copy it', async () => {
    await expect(registry.register(facts.scratch, [file()], signal)).rejects.toMatchObject({
      code: 'rse-not-writable'
    });
    const pfn = await facts.place(`plot-${run}.txt`);
    const plot = file({ pfn });
    await registry.register(facts.scratch, [plot], signal);
    const rule = { ...RULE, rseExpression: facts.other, source: facts.scratch };
    const ids = [...(await registry.keep([plot.did], rule, signal)).values()];
    // Without the copy this fails, and ends.
    const soon = AbortSignal.timeout(150_000);
    for (;;) {
      const state = (await registry.rules(ids, soon)).get(ids[0]);
      if (state?.done === true) {
        expect(state.error).toBeNull();
        break;
      }
      await facts.settle();
    }
    expect(await registry.replicas([plot.did], facts.other, signal)).toEqual(
      new Map([[plot.did, 'AVAILABLE']])
    );
  });

  it('knows where the account may write', async () => {
    expect(await rses.mayWrite(facts.rse, signal)).toBe(true);
    expect(await rses.mayWrite(facts.refused, signal)).toBe(false);
    // Nothing was registered by asking.
    expect(await rses.mayWrite(facts.rse, signal)).toBe(true);
    await expect(rses.mayWrite('NO_SUCH_RSE', signal)).rejects.toMatchObject({
      code: 'not-found'
    });
    const all = await rses.matching(null, signal);
    expect(all).toEqual(expect.arrayContaining([facts.rse, facts.other, facts.scratch]));
    expect(await rses.matching(`${facts.rse}|${facts.other}`, signal)).toHaveLength(2);
    await expect(rses.matching('no=such', signal)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('knows of an RSE how it is written to, and how much', async () => {
    const found = await rses.facts(facts.rse, signal);
    expect(found).toMatchObject({ rse: facts.rse, writable: true, deterministic: true });
    expect((await rses.facts(facts.scratch, signal)).deterministic).toBe(false);
    const [protocol] = found.protocols;
    expect(protocol.prefix.startsWith(`${protocol.scheme}://`)).toBe(true);
    const dids = [newDid(), newDid()];
    const pfns = await rses.pfns(facts.rse, protocol, dids, signal);
    expect(pfns).toHaveLength(2);
    expect(pfns.map(pfn => pfn.startsWith(protocol.prefix))).toEqual([true, true]);
    expect(pfns[1].endsWith(dids[1].slice(dids[1].indexOf(':') + 1))).toBe(true);
    expect(await rses.freeBytes(facts.rse, signal)).toBeGreaterThan(0);
    expect(await rses.freeBytes(facts.refused, signal)).toBeNull();
    const { limitBytes, usedBytes } = await rses.quota(facts.rse, signal);
    expect(limitBytes).toBeGreaterThan(usedBytes);
  });

  it('knows whose scopes there are', async () => {
    const { scopes, own } = await rses.scopes(signal);
    expect(own).toContain(facts.scope);
    expect(own).not.toContain(facts.foreignScope);
    expect(scopes).toEqual(expect.arrayContaining([facts.scope, facts.foreignScope]));
  });

  it('gives up when it is cancelled', async () => {
    const aborted = AbortSignal.abort();
    for (const call of [
      () => registry.known([newDid()], aborted),
      () => registry.register(facts.rse, [file()], aborted),
      () => rses.facts(facts.rse, aborted)
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'cancelled' });
    }
  });
}
