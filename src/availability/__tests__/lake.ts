import { MemoryMount } from '../../adapters/mount/memory-mount.js';
import { MemoryRucio, type IStoredDid } from '../../adapters/rucio/memory-rucio.js';
import { LFN2PFN } from '../../adapters/rucio/lfn2pfn.js';
import { parseDid } from '../../common/contract/did.js';
import { NO_LOG } from '../../common/core/log.js';
import { HandClock } from '../../testing/hand-clock.js';
import type { Availability } from '../contract.js';
import { AvailabilityService } from '../core/service.js';

const files = (event: number, count: number): IStoredDid[] =>
  Array.from({ length: count }, (_, index) => ({
    did: `obs:wave_${event}_${index}`,
    type: 'FILE',
    bytes: 100,
    rses: ['SITE_A']
  }));
const dataset = (event: number, count: number): IStoredDid[] => [
  ...files(event, count),
  { did: `obs:event_${event}`, type: 'DATASET', content: files(event, count).map(({ did }) => did) }
];

/** A container of containers with three datasets of 4 files, and a dataset of none. */
export const STORED: readonly IStoredDid[] = [
  ...dataset(1, 4),
  ...dataset(2, 4),
  ...dataset(3, 4),
  { did: 'obs:april', type: 'CONTAINER', content: ['obs:event_1', 'obs:event_2'] },
  { did: 'obs:all', type: 'CONTAINER', content: ['obs:april', 'obs:event_3'] },
  { did: 'obs:empty', type: 'DATASET', content: [] }
];

export const DAY_S = 86_400;

export interface ILakeOptions {
  dids?: readonly IStoredDid[];
  quotaBytes?: number | null;
  policy?: 'generic' | 'permissive';
  rseExpressions?: readonly string[];
  lifetime?: { defaultSeconds: number; minSeconds: number | null; maxSeconds: number | null };
}

/** A service on a Rucio and a mount in memory, with a clock that is moved by hand. */
export function makeLake(options: ILakeOptions = {}) {
  const clock = new HandClock();
  const { dids = STORED, quotaBytes = null, policy = 'generic' } = options;
  const rses = { MOUNT: 'type=mount', SITE_A: 'type=disk', OTHER: 'type=mount' };
  const rucio = new MemoryRucio({ clock, dids, rses, quotaBytes, policy });
  const mount = new MemoryMount();
  mount.all = () => 100;
  const changes: string[] = [];
  let mountsChanged = 0;
  const service = new AvailabilityService({
    instance: 'lake',
    rucio,
    mounts: [{ settings: { rse: 'MOUNT', path: '/mnt/lake', pfnPrefix: '' }, prober: mount }],
    settings: {
      rseExpressions: options.rseExpressions ?? [],
      lifetime: options.lifetime ?? {
        defaultSeconds: 7 * DAY_S,
        minSeconds: null,
        maxSeconds: null
      }
    },
    clock,
    log: NO_LOG,
    changed: did => changes.push(did),
    mountsChanged: () => mountsChanged++
  });
  const { signal } = new AbortController();
  const ask = async (did: string) => {
    const [answer] = await service.query([did], signal);
    return 'availability' in answer ? answer.availability : answer.problem;
  };
  return {
    clock,
    rucio,
    mount,
    service,
    changes,
    signal,
    mountsChanged: () => mountsChanged,
    /** As the service knows it now. */
    ask,
    /** The availability; a problem fails the test. */
    know: async (did: string): Promise<Availability> => {
      const known = await ask(did);
      if (!('state' in known)) {
        throw new Error(`${did}: ${known.message}`);
      }
      return known;
    },
    /** Where a file is on the mount. */
    pathOf: (did: string) => {
      const { scope, name } = parseDid(did);
      return `/mnt/lake/${LFN2PFN.hash(scope, name)}`;
    }
  };
}
