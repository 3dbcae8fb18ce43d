import { setTimeout as sleep } from 'node:timers/promises';
import { RucioCollections } from '../../../src/adapters/rucio/collections.js';
import type { RucioHttp } from '../../../src/adapters/rucio/http.js';
import { rucioPath } from '../../../src/adapters/rucio/path.js';
import { RucioRegistry } from '../../../src/adapters/rucio/registry.js';
import { RucioRsesToWrite } from '../../../src/adapters/rucio/rses-to-write.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/system-clock.js';
import type { INewReplica } from '../../../src/upload/core/ports.js';
import { OwnLake } from '../own-lake.js';
import { lost } from './faults.js';
import { FaultyProxy } from './faulty-proxy.js';

const RSE = 'SITEA_USERDISK';
const RULE = {
  ...{ rseExpression: RSE, copies: 1, lifetimeSeconds: 3600 },
  ...{ activity: null, source: null, purge: true }
};
const PLENTY = 10 ** 10;
const { signal } = new AbortController();
const run = Date.now().toString(36);
let count = 0;
let lake: OwnLake;
let root: RucioHttp;
let proxy: FaultyProxy;

beforeAll(async () => {
  lake = OwnLake.start('generic');
  const administrator = lake.as('root').instances.get();
  root = administrator.http;
  proxy = await FaultyProxy.before(administrator.client.rucioUrl);
}, 600_000);
afterAll(() => proxy.down());

function bob(rucioUrl?: string) {
  const { http, account } = lake.as('bob', rucioUrl).instances.get();
  const registry = new RucioRegistry(http, account, SYSTEM_CLOCK);
  return {
    registry,
    rses: new RucioRsesToWrite(http, account),
    collections: new RucioCollections(http, account, registry)
  };
}

const newDid = () => `user.bob:faults-${run}/${++count}`;
const file = (bytes = 9): INewReplica => ({
  ...{ did: newDid(), bytes, adler32: '11e60398', md5: null, pfn: null }
});

/** An administrator's change of the lake. */
const tell = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  root.text({ method, path, body, signal });

describe('an RSE that is blocked for writing', () => {
  const block = (blocked: boolean) =>
    tell('PUT', rucioPath`/rses/${RSE}`, { availability_write: !blocked });
  afterAll(() => block(false));

  it('takes no file and no rule, and says so, until it is free again', async () => {
    const { registry, rses } = bob();
    const [before, after] = [file(), file()];
    await registry.register(RSE, [before], signal);
    await block(true);
    expect((await rses.facts(RSE, signal)).writable).toBe(false);
    const refused = { code: 'rse-not-writable' };
    await expect(registry.register(RSE, [after], signal)).rejects.toMatchObject(refused);
    await expect(registry.keep([before.did], RULE, signal)).rejects.toMatchObject(refused);
    expect((await registry.known([after.did], signal)).size).toBe(0);
    await block(false);
    await registry.register(RSE, [after], signal);
    expect((await registry.keep([before.did, after.did], RULE, signal)).size).toBe(2);
  });
});

describe('a quota', () => {
  const everywhere = `${RSE}|MYSITE_USERDISK`;
  const onAll = rucioPath`/accounts/bob/limits/global/${everywhere}`;
  const here = rucioPath`/accounts/bob/limits/local/${RSE}`;
  const full = rucioPath`/rses/${RSE}/limits`;
  beforeAll(() => tell('POST', here, { bytes: PLENTY }));
  const used = async () => (await bob().rses.quota(RSE, signal)).usedBytes;

  it('that does not suffice refuses the rule, until it does', async () => {
    const { registry } = bob();
    const big = file(2_000_000);
    await registry.register(RSE, [big], signal);
    await tell('POST', here, { bytes: (await used()) + 1_000_000 });
    const refused = { code: 'quota-exceeded' };
    await expect(registry.keep([big.did], RULE, signal)).rejects.toMatchObject(refused);
    await tell('POST', here, { bytes: PLENTY });
    expect((await registry.keep([big.did], RULE, signal)).size).toBe(1);
  });

  it('that ends while a dataset grows shows in its rule', async () => {
    const { registry } = bob();
    const [set, first, second] = [newDid(), file(), file(PLENTY)];
    await registry.createDataset(set, signal);
    await registry.register(RSE, [first, second], signal);
    await registry.attach(set, [first], signal);
    const ids = [...(await registry.keep([set], RULE, signal)).values()];
    expect((await registry.rules(ids, signal)).get(ids[0])).toEqual({ done: true, error: null });
    await registry.attach(set, [second], signal);
    // The judge comes by in some seconds; without it this fails, and ends.
    const soon = AbortSignal.timeout(150_000);
    let state = (await registry.rules(ids, soon)).get(ids[0]);
    while (state?.error === null) {
      await sleep(200);
      state = (await registry.rules(ids, soon)).get(ids[0]);
    }
    expect(state?.done).toBe(false);
    expect(state?.error).toMatch(/quota/);
  });

  it('on several RSEs counts where it leaves least', async () => {
    await tell('POST', onAll, { bytes: (await used()) + 100 });
    const { rses, registry } = bob();
    const { limitBytes, usedBytes } = await rses.quota(RSE, signal);
    expect((limitBytes ?? 0) - usedBytes).toBeLessThanOrEqual(100);
    const small = file(1000);
    await registry.register(RSE, [small], signal);
    await expect(registry.keep([small.did], RULE, signal)).rejects.toMatchObject({
      code: 'quota-exceeded'
    });
    await tell('DELETE', onAll);
    expect((await registry.keep([small.did], RULE, signal)).size).toBe(1);
  });

  it('of the RSE itself is another sentence', async () => {
    const { registry } = bob();
    const small = file(1000);
    await registry.register(RSE, [small], signal);
    await tell('PUT', full, { name: 'MaxSpaceAvailable', value: 1 });
    const refused = registry.keep([small.did], RULE, signal);
    await expect(refused).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringContaining('RSE is full') as string
    });
    await tell('DELETE', full, { name: 'MaxSpaceAvailable' });
    expect((await registry.keep([small.did], RULE, signal)).size).toBe(1);
  });

  afterAll(async () => {
    await tell('DELETE', onAll).catch(() => {});
    await tell('DELETE', full, { name: 'MaxSpaceAvailable' }).catch(() => {});
  });
});

it('a dataset that is closed meanwhile takes no more files', async () => {
  const { registry, collections } = bob();
  const [set, one] = [newDid(), file()];
  await registry.createDataset(set, signal);
  await registry.register(RSE, [one], signal);
  await collections.setOpen(set, false, signal);
  expect((await registry.known([set], signal)).get(set)?.open).toBe(false);
  await expect(registry.attach(set, [one], signal)).rejects.toMatchObject({ code: 'conflict' });
});

describe('an answer that is lost', () => {
  afterEach(() => proxy.heal());

  it('after a registration is asked for again', async () => {
    const { registry } = bob(proxy.url);
    const files = [file(), file()];
    proxy.fault('POST /replicas', lost, 1);
    await registry.register(RSE, files, signal);
    expect(proxy.count('POST /replicas')).toBe(2);
    expect((await registry.known([files[0].did, files[1].did], signal)).size).toBe(2);
  });

  it('after rules were made fails, and the next time finds them', async () => {
    const { registry } = bob(proxy.url);
    const files = Array.from({ length: 3 }, () => file());
    const dids = files.map(({ did }) => did);
    await registry.register(RSE, files, signal);
    proxy.fault('POST /rules/', lost, 1);
    await expect(registry.keep(dids, RULE, signal)).rejects.toMatchObject({
      code: 'rucio-unreachable'
    });
    const kept = await registry.keep(dids, RULE, signal);
    expect([...kept.keys()].toSorted()).toEqual(dids.toSorted());
    const states = await registry.rules([...kept.values()], signal);
    expect([...states.values()]).toEqual(dids.map(() => ({ done: true, error: null })));
  });
});
