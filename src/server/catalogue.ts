import { RucioCatalogue } from '../adapters/rucio/catalogue.js';
import { RucioDidFacts } from '../adapters/rucio/did-facts.js';
import { RucioReplicaSummaries } from '../adapters/rucio/replica-summaries.js';
import { Catalogue } from '../catalogue/core/catalogue.js';
import type { Instances } from '../common/core/instances.js';
import type { ILake } from './lake.js';

/** The catalogue of each instance. */
export function makeCatalogues({ instances }: ILake): Instances<Catalogue> {
  return instances.map(
    ({ config, http, account }) =>
      new Catalogue({
        dids: new RucioCatalogue(http, account),
        facts: new RucioDidFacts(http),
        replicas: new RucioReplicaSummaries(http),
        mountedRses: config.mounts.map(({ rse }) => rse)
      })
  );
}
