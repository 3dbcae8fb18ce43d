import { MemoryMount } from '../../adapters/mount/memory-mount.js';
import { HandClock } from '../../testing/hand-clock.js';
import { MountedStore, type IMountSettings } from '../core/mounted-store.js';
import type { IReplicas, IRseFacts } from '../core/ports.js';

const FILE = { scope: 'obs', name: 'wave', bytes: 1, adler32: null };
const { signal } = new AbortController();

function store(settings: Partial<IMountSettings>, facts: Partial<IRseFacts>, pfns: string[] = []) {
  let asked = 0;
  const rses = {
    facts: async (rse: string) => ({ rse, prefixes: [], suffixOf: null, ...facts }),
    matching: async () => []
  };
  const replicas = {
    ofFiles: async (dids: readonly string[]) => {
      asked++;
      return new Map(
        dids.map(did => [did, pfns.length === 0 ? [] : [{ rse: 'M', available: true, pfns }]])
      );
    }
  } as unknown as IReplicas;
  const made = new MountedStore(
    { rse: 'M', path: '/mnt', pfnPrefix: '', ...settings },
    new MemoryMount(),
    rses,
    replicas,
    new HandClock()
  );
  return { made, asked: () => asked };
}

const suffixOf = (scope: string, name: string) => `${scope}/${name}`;

describe('the place of a file', () => {
  it('is computed without asking for replicas, PFN of the protocol that is read from', async () => {
    const prefixes = ['davs://b:443/x/', 'root://a:1094//x/'];
    const { made, asked } = store({}, { prefixes, suffixOf });
    expect(await made.place([FILE], signal)).toEqual([
      { ...FILE, path: '/mnt/obs/wave', pfn: 'davs://b:443/x/obs/wave' }
    ]);
    expect(asked()).toBe(0);
  });

  it('is asked for where only Rucio knows it; one that is not there yet has none', async () => {
    const prefixes = ['root://a:1094//x/'];
    const there = store({}, { prefixes }, ['root://a:1094//x/2024/run7/wave']);
    expect(await there.made.place([FILE], signal)).toMatchObject([{ path: '/mnt/2024/run7/wave' }]);
    expect(there.asked()).toBe(1);
    expect(await store({}, { prefixes }).made.place([FILE], signal)).toEqual([null]);
  });

  it('is by the prefix that is set by hand, through whichever protocol has it', async () => {
    const prefixes = ['davs://b:443/eos/x/', 'root://a:1094//eos/x/'];
    const pfnPrefix = 'root://a//eos';
    const { made } = store({ pfnPrefix }, { prefixes, suffixOf });
    expect(await made.place([FILE], signal)).toMatchObject([{ path: '/mnt/x/obs/wave' }]);
  });

  it("is cut by the reference's path_begins_at", async () => {
    const { made } = store({ pathBeginsAt: 1 }, { prefixes: ['root://a:1094//eos/x/'], suffixOf });
    expect(await made.place([FILE], signal)).toMatchObject([{ path: '/mnt/x/obs/wave' }]);
  });

  it('that is not below the mount is a mistake in the configuration', async () => {
    const { made } = store({ pfnPrefix: 'root://c//y' }, { prefixes: ['root://a//x/'], suffixOf });
    await expect(made.place([FILE], signal)).rejects.toMatchObject({
      code: 'not-configured',
      message: expect.stringContaining('pfnPrefix') as string
    });
  });
});
