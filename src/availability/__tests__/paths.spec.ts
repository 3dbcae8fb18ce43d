import type { IStoredDid } from '../../adapters/rucio/memory-rucio.js';
import { makeLake } from './lake.js';

function large(count: number): IStoredDid[] {
  const files = Array.from({ length: count }, (_, index) => ({
    did: `obs:f${index}`,
    type: 'FILE' as const,
    bytes: 100
  }));
  return [...files, { did: 'obs:large', type: 'DATASET', content: files.map(({ did }) => did) }];
}

async function complete(lake: ReturnType<typeof makeLake>, did = 'obs:event_1') {
  lake.rucio.deliver(lake.rucio.addRule({ did, rseExpression: 'MOUNT' }));
}

describe('paths on the mount', () => {
  it('are all looked at before it is called available', async () => {
    const lake = makeLake();
    await complete(lake);
    expect(await lake.know('obs:event_1')).toMatchObject({
      state: 'AVAILABLE',
      paths: { checked: 4, total: 4, missing: 0, firstMissing: null }
    });
  });

  it.each([
    ['missing', 'is not there'],
    ['denied', 'may not be read'],
    [99, 'has 99 bytes and not the 100 that are catalogued']
  ] as const)('make a state of their own when one is %s', async (seen, why) => {
    const lake = makeLake();
    await complete(lake);
    const path = lake.pathOf('obs:wave_1_2');
    lake.mount.set(path, seen);
    const known = await lake.know('obs:event_1');
    expect(known).toMatchObject({
      state: 'PATH_MISSING',
      paths: { checked: 4, missing: 1, firstMissing: path }
    });
    expect(known.reason).toContain(`${path} ${why}`);
    lake.mount.set(path, 100);
    await lake.clock.advance(2000);
    expect((await lake.know('obs:event_1')).state).toBe('AVAILABLE');
  });

  it('are looked at again from time to time', async () => {
    const lake = makeLake();
    await complete(lake);
    await lake.know('obs:event_1');
    lake.mount.set(lake.pathOf('obs:wave_1_2'), 'missing');
    await lake.clock.advance(61_000);
    expect((await lake.know('obs:event_1')).state).toBe('PATH_MISSING');
  });

  it('of a large one are looked at in part at once, the others in the background', async () => {
    const lake = makeLake({ dids: large(1500) });
    await complete(lake, 'obs:large');
    expect(await lake.know('obs:large')).toMatchObject({
      state: 'AVAILABLE',
      paths: { checked: 200, total: 1500 }
    });
    await lake.clock.advance(2000);
    const { checked } = (await lake.know('obs:large')).paths;
    expect(checked).toBeGreaterThan(200);
    expect(checked).toBeLessThan(1500);
    await lake.clock.advance(10_000);
    expect((await lake.know('obs:large')).paths).toMatchObject({ checked: 1500, missing: 0 });
  });

  it('make a large one not available as soon as one is found missing', async () => {
    const lake = makeLake({ dids: large(1500) });
    await complete(lake, 'obs:large');
    lake.mount.all = path => (path.endsWith('/f1499') ? 'missing' : 100);
    await lake.know('obs:large');
    await lake.clock.advance(10_000);
    expect(await lake.know('obs:large')).toMatchObject({
      state: 'PATH_MISSING',
      paths: { firstMissing: lake.pathOf('obs:f1499') }
    });
  });

  it('cannot be told while the mount hangs: a problem and no state', async () => {
    const lake = makeLake();
    await complete(lake);
    lake.mount.state = 'hanging';
    expect(await lake.ask('obs:event_1')).toMatchObject({ code: 'mount-not-answering' });
    expect(await lake.know('obs:event_2')).toMatchObject({ state: 'NOT_AVAILABLE' });
    lake.mount.state = 'there';
    await lake.clock.advance(2000);
    expect((await lake.know('obs:event_1')).state).toBe('AVAILABLE');
  });

  it.each(['missing', 'empty-and-not-mounted'] as const)(
    'are not called missing when the mount is %s',
    async state => {
      const lake = makeLake();
      await complete(lake);
      lake.mount.state = state;
      expect(await lake.ask('obs:event_1')).toMatchObject({ code: 'mount-missing' });
    }
  );

  it('tell how the mounts are, and when that changes', async () => {
    const lake = makeLake();
    expect(await lake.service.healthOfMounts()).toMatchObject([
      { rse: 'MOUNT', path: '/mnt/lake', state: 'OK', problem: null }
    ]);
    lake.mount.state = 'hanging';
    await lake.clock.advance(11_000);
    expect(await lake.service.healthOfMounts()).toMatchObject([
      { state: 'NOT_ANSWERING', problem: { code: 'mount-not-answering' } }
    ]);
    lake.mount.state = 'empty-and-not-mounted';
    await lake.clock.advance(11_000);
    expect(await lake.service.healthOfMounts()).toMatchObject([{ state: 'UNKNOWN' }]);
    expect(lake.mountsChanged()).toBe(3);
  });
});

describe('the files of a DID', () => {
  async function files(lake: ReturnType<typeof makeLake>, did: string) {
    const found = [];
    for await (const batch of lake.service.files(did, lake.signal)) {
      found.push(...batch);
    }
    return found;
  }

  it('have path, PFN and state', async () => {
    const lake = makeLake();
    await complete(lake);
    const found = await files(lake, 'obs:event_1');
    expect(found).toHaveLength(4);
    expect(found[0]).toEqual({
      scope: 'obs',
      name: 'wave_1_0',
      bytes: 100,
      adler32: '00000001',
      path: lake.pathOf('obs:wave_1_0'),
      pfn: expect.stringMatching(/^root:\/\/lake:1094\/\/MOUNT\/obs\/..\/..\/wave_1_0$/) as string,
      state: 'AVAILABLE'
    });
  });

  it('that have not come are told from those that have, which Rucio confirms together', async () => {
    const lake = makeLake();
    const id = lake.rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    lake.rucio.deliver(id, 2);
    // Whole on the mount, but Rucio has not said so.
    lake.mount.all = () => 'missing';
    [0, 1, 2].forEach(index => lake.mount.set(lake.pathOf(`obs:wave_1_${index}`), 100));
    expect((await files(lake, 'obs:event_1')).map(({ state }) => state)).toEqual([
      'AVAILABLE',
      'AVAILABLE',
      'REPLICATING',
      'REPLICATING'
    ]);
    expect(lake.rucio.requests.filter(request => request === 'replicasOfFiles')).toHaveLength(1);
  });

  it('name the one whose path is missing', async () => {
    const lake = makeLake();
    await complete(lake);
    lake.mount.set(lake.pathOf('obs:wave_1_3'), 'missing');
    expect((await files(lake, 'obs:event_1')).map(({ state }) => state)).toEqual([
      'AVAILABLE',
      'AVAILABLE',
      'AVAILABLE',
      'PATH_MISSING'
    ]);
  });

  it('of what nothing brings are not available, with the place where they would be', async () => {
    const lake = makeLake();
    const [first] = await files(lake, 'obs:event_1');
    expect(first).toMatchObject({ state: 'NOT_AVAILABLE', path: lake.pathOf('obs:wave_1_0') });
    await expect(files(lake, 'obs:none')).rejects.toMatchObject({ code: 'not-found' });
  });
});
