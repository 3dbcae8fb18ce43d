import { MemoryCollections } from '../../adapters/rucio/memory-collections.js';
import { collectionPorts } from '../../testing/suites/collections.js';
import { makeCare } from './care.js';

describe('collections in memory', () => {
  collectionPorts(async () => {
    const { registry } = makeCare();
    return {
      registry,
      collections: new MemoryCollections(registry),
      facts: {
        scope: 'user.alice',
        foreign: 'user.bob:run',
        rse: 'SITE_A',
        metadata: async did => Object.fromEntries(registry.mustKnow(did).metadata),
        content: async did => [...registry.mustKnow(did).content]
      }
    };
  });
});
