import { DataLakeError } from '../../common/contract/problem.js';
import type { IStoredDid } from '../../adapters/rucio/memory-rucio.js';
import { makeLake } from './lake.js';

const MINUTE = 60_000;

/** So many datasets of 5 files, and rules of this account that bring them. */
function pending(count: number, type: 'DATASET' | 'FILE' = 'DATASET') {
  const dids: IStoredDid[] = [];
  const datasets: string[] = [];
  for (let set = 0; set < count; set++) {
    const content = Array.from({ length: 5 }, (_, index) => `obs:f${set}_${index}`);
    dids.push(...content.map(did => ({ did, type: 'FILE' as const, bytes: 100 })));
    dids.push({ did: `obs:d${set}`, type: 'DATASET', content });
    datasets.push(type === 'DATASET' ? `obs:d${set}` : content[0]);
  }
  const lake = makeLake({ dids });
  const rules = datasets.map(did =>
    lake.rucio.addRule({ did, rseExpression: 'MOUNT', account: 'alice' })
  );
  return { ...lake, datasets, rules };
}

/** How many requests Rucio gets in this time. */
async function requestsIn(lake: ReturnType<typeof makeLake>, milliseconds: number) {
  const before = lake.rucio.requests.length;
  await lake.clock.advance(milliseconds);
  return lake.rucio.requests.length - before;
}

describe('watching', () => {
  it('asks nothing while nobody watches', async () => {
    const lake = makeLake();
    await lake.know('obs:event_1');
    expect(await requestsIn(lake, 60 * MINUTE)).toBe(0);
    expect(lake.clock.sleeping).toBe(0);
  });

  it.each(['obs:april', 'obs:event_1', 'obs:wave_1_0'])(
    'sees the rule on %s become OK within two seconds, and tells it',
    async did => {
      const { rucio, clock, service, changes, know } = makeLake();
      const id = rucio.addRule({ did, rseExpression: 'MOUNT', account: 'alice' });
      service.show(new Set([did]));
      await clock.advance(20_000);
      changes.length = 0;
      rucio.deliver(id);
      await clock.advance(2000);
      expect(changes).toEqual([did]);
      expect((await know(did)).state).toBe('AVAILABLE');
    }
  );

  it('sees within a minute that a part of what a rule brings is there', async () => {
    const { rucio, clock, service, know } = makeLake();
    const id = rucio.addRule({ did: 'obs:all', rseExpression: 'MOUNT', account: 'alice' });
    service.show(new Set(['obs:event_1', 'obs:all']));
    await clock.advance(20_000);
    expect((await know('obs:event_1')).state).toBe('REPLICATING');
    rucio.deliver(id, 4);
    await clock.advance(MINUTE);
    expect((await know('obs:event_1')).state).toBe('AVAILABLE');
    expect((await know('obs:all')).state).toBe('REPLICATING');
  });

  it.each([1, 5, 10])('sees it soon also after %s minutes without news', async minutes => {
    const { rucio, clock, service, changes } = makeLake();
    const did = 'obs:wave_1_0';
    const id = rucio.addRule({ did, rseExpression: 'MOUNT', account: 'alice' });
    service.show(new Set([did]));
    await clock.advance(minutes * MINUTE);
    changes.length = 0;
    rucio.deliver(id);
    await clock.advance(minutes * MINUTE * 0.06);
    expect(changes).toEqual([did]);
  });

  it('answers from memory what it watches', async () => {
    const { rucio, clock, service, know } = makeLake();
    rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    service.show(new Set(['obs:event_1']));
    await clock.advance(20_000);
    const before = rucio.requests.length;
    await know('obs:event_1');
    expect(rucio.requests.length).toBe(before);
  });

  it('asks fewer than 40 times a minute for 20 files on their way', async () => {
    const lake = pending(20, 'FILE');
    lake.service.show(new Set(lake.datasets));
    await lake.clock.advance(10_000);
    expect(await requestsIn(lake, MINUTE)).toBeLessThan(40);
  });

  it('asks fewer than 40 times a minute for 20 DIDs on their way, all moving', async () => {
    const lake = pending(20);
    lake.service.show(new Set(lake.datasets));
    await lake.clock.advance(MINUTE);
    for (let minute = 0; minute < 4; minute++) {
      const before = lake.rucio.requests.length;
      for (let step = 0; step < 20; step++) {
        lake.rucio.deliver(lake.rules[minute * 5 + (step % 5)], 1);
        await lake.clock.advance(3000);
      }
      // One more for each rule that has left the list of those on their way, and the look at its paths.
      const settled = 5 * 2;
      expect(lake.rucio.requests.length - before - settled).toBeLessThan(40);
    }
    const still = await requestsIn(lake, MINUTE);
    expect(still).toBeLessThan(40);
    expect(lake.rucio.requests.filter(request => request === 'add')).toHaveLength(0);
  });

  it('asks less and less while nothing moves, and fast again when something does', async () => {
    const lake = pending(20);
    lake.service.show(new Set(lake.datasets));
    await lake.clock.advance(2 * MINUTE);
    const later = await requestsIn(lake, 10 * MINUTE);
    expect(later / 10).toBeLessThan(8);
    lake.rucio.deliver(lake.rules[0], 1);
    await lake.clock.advance(MINUTE);
    lake.changes.length = 0;
    lake.rucio.deliver(lake.rules[0]);
    await lake.clock.advance(2000);
    expect(lake.changes).toEqual(['obs:d0']);
  });

  it('notices a rule that is made elsewhere, and one that is gone', async () => {
    const { rucio, clock, service, know } = makeLake();
    service.show(new Set(['obs:event_1']));
    await clock.advance(1000);
    const id = rucio.addRule({ did: 'obs:april', rseExpression: 'MOUNT', account: 'bob' });
    await clock.advance(MINUTE);
    expect(await know('obs:event_1')).toMatchObject({ state: 'REPLICATING', rule: { id } });
    rucio.deliver(id, 2);
    rucio.stick(id, 'gone');
    rucio.removeRule(id);
    await clock.advance(5 * MINUTE);
    expect((await know('obs:event_1')).state).toBe('NOT_AVAILABLE');
  });

  it('sees a rule get stuck, with its reason, and come free', async () => {
    const { rucio, clock, service, know } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    service.show(new Set(['obs:event_1']));
    await clock.advance(5000);
    rucio.stick(id, 'no such file');
    await clock.advance(2000);
    expect(await know('obs:event_1')).toMatchObject({ state: 'STUCK', reason: 'no such file' });
    rucio.deliver(id);
    await clock.advance(MINUTE);
    expect((await know('obs:event_1')).state).toBe('AVAILABLE');
  });

  it('follows a rule in preparation', async () => {
    const { rucio, clock, service, know } = makeLake();
    const rule = { did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' };
    const id = rucio.addRule({ ...rule, state: 'INJECT' });
    service.show(new Set(['obs:event_1']));
    await clock.advance(5000);
    expect((await know('obs:event_1')).state).toBe('INJECT');
    rucio.deliver(id, 0);
    await clock.advance(MINUTE);
    expect((await know('obs:event_1')).state).toBe('REPLICATING');
  });

  it('estimates the time that is left from the rate so far', async () => {
    const { rucio, clock, service, know } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    service.show(new Set(['obs:event_1']));
    await clock.advance(10_000);
    expect((await know('obs:event_1')).etaSeconds).toBeNull();
    rucio.deliver(id, 2);
    await clock.advance(2000);
    expect((await know('obs:event_1')).etaSeconds).toBeGreaterThan(9);
    expect((await know('obs:event_1')).etaSeconds).toBeLessThan(13);
  });

  it('holds what a cart waits for until it is let go', async () => {
    const lake = makeLake();
    const release = lake.service.hold('obs:event_1');
    expect(await requestsIn(lake, 5000)).toBeGreaterThan(0);
    release();
    await lake.clock.advance(5 * MINUTE);
    expect(await requestsIn(lake, 60 * MINUTE)).toBe(0);
  });

  it('says so and asks less often when Rucio cannot be asked, and recovers', async () => {
    const lake = pending(3);
    lake.service.show(new Set(lake.datasets));
    await lake.clock.advance(5000);
    lake.rucio.failure = new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
    lake.changes.length = 0;
    await lake.clock.advance(2 * MINUTE);
    expect(new Set(lake.changes)).toEqual(new Set(lake.datasets));
    expect(await lake.ask('obs:d0')).toMatchObject({ code: 'rucio-unreachable' });
    expect(await requestsIn(lake, 10 * MINUTE)).toBeLessThan(40);
    lake.rucio.failure = null;
    await lake.clock.advance(2 * MINUTE);
    expect((await lake.know('obs:d0')).state).toBe('REPLICATING');
  });

  it('believes no answer that was asked for before something was done', async () => {
    const lake = makeLake();
    let open = () => {};
    await lake.know('obs:event_2');
    lake.rucio.gate = new Promise(resolve => (open = resolve));
    const early = lake.service.query(['obs:event_1'], lake.signal);
    await lake.clock.advance(10);
    lake.rucio.gate = null;
    const [made] = await lake.service.make(['obs:event_2'], {}, lake.signal);
    expect(made).toMatchObject({ outcome: 'requested' });
    open();
    await early;
    expect((await lake.know('obs:event_2')).state).toBe('REPLICATING');
    const versions = [];
    for (const did of ['obs:event_1', 'obs:event_2']) {
      versions.push((await lake.know(did)).version);
    }
    expect(new Set(versions).size).toBe(2);
  });

  it('raises the version with every change and with nothing else', async () => {
    const { rucio, clock, know, changes } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    const first = await know('obs:event_1');
    await clock.advance(2000);
    expect((await know('obs:event_1')).version).toBe(first.version);
    rucio.deliver(id, 1);
    await clock.advance(2000);
    expect((await know('obs:event_1')).version).toBeGreaterThan(first.version);
    expect(changes).toHaveLength(2);
  });
});
