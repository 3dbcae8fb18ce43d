import { MemoryCollections } from '../../adapters/rucio/memory-collections.js';
import { MemoryRegistry } from '../../adapters/rucio/memory-registry.js';
import { Instances } from '../../common/core/instances.js';
import { HandClock } from '../../testing/hand-clock.js';
import { DatasetCare } from '../core/dataset-care.js';

/** The slice on a lake in memory: alice's dataset `run` with one file, her file `free`, and bob's dataset. */
export function makeCare() {
  const registry = new MemoryRegistry({
    clock: new HandClock(),
    scopes: { 'user.alice': 'alice', 'user.bob': 'bob' },
    rses: { SITE_A: {} }
  });
  const sums = { bytes: 9, adler32: '11e60398', md5: null };
  registry.make('user.alice:run', 'DATASET').content.add('user.alice:in');
  registry.make('user.alice:in', 'FILE', sums);
  registry.make('user.alice:free', 'FILE', sums);
  registry.make('user.bob:run', 'DATASET');
  const care = new DatasetCare(new MemoryCollections(registry));
  return { registry, care, services: new Instances(new Map([['lake', care]])) };
}
