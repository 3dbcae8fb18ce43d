import { RucioCollections } from '../adapters/rucio/collections.js';
import { RucioRegistry } from '../adapters/rucio/registry.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import type { Instances } from '../common/core/instances.js';
import { DatasetCare } from '../dataset-care/core/dataset-care.js';
import type { ILake } from './lake.js';

/** Changes of datasets and metadata, of each instance. */
export function makeDatasetCare({ instances }: ILake): Instances<DatasetCare> {
  return instances.map(
    ({ http, account }) =>
      new DatasetCare(
        new RucioCollections(http, account, new RucioRegistry(http, account, SYSTEM_CLOCK))
      )
  );
}
