import { RucioCatalogue } from '../../../src/adapters/rucio/catalogue.js';
import { RucioDidFacts } from '../../../src/adapters/rucio/did-facts.js';
import { RucioReplicaSummaries } from '../../../src/adapters/rucio/replica-summaries.js';
import { cataloguePorts } from '../../../src/testing/suites/catalogue-ports.js';
import { labLake } from '../lab.js';

describe('the catalogue of a real Rucio', () => {
  cataloguePorts(async () => {
    const { http, account } = labLake().instances.get();
    const dids = new RucioCatalogue(http, account);
    const facts = new RucioDidFacts(http);
    const replicas = new RucioReplicaSummaries(http);
    return {
      ports: {
        scopes: signal => dids.scopes(signal),
        ownScopes: signal => dids.ownScopes(signal),
        search: (query, signal) => dids.search(query, signal),
        content: (did, signal) => dids.content(did, signal),
        details: (did, signal) => facts.details(did, signal),
        parents: (did, signal) => facts.parents(did, signal),
        shares: (did, signal) => replicas.shares(did, signal)
      },
      facts: {
        scope: 'obs.2024',
        ownScope: 'user.alice',
        outer: 'obs.2024:event_catalogue',
        inner: 'obs.2024:april_2024',
        dataset: 'obs.2024:event_0419',
        filesInDataset: 20,
        filesBelowOuter: 116,
        file: 'obs.2024:wave_0419_01.mseed',
        pattern: 'event_0*',
        metadata: { project: 'quake', reviewed: false },
        completeRse: 'SITEA_DISK'
      }
    };
  });
});
