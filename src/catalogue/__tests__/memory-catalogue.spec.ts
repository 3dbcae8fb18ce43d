import { MemoryCatalogue } from '../../adapters/rucio/memory-catalogue.js';
import { SMALL_LAKE } from '../../testing/small-lake.js';
import { cataloguePorts } from '../../testing/suites/catalogue-ports.js';

describe('a catalogue in memory', () => {
  cataloguePorts(async () => ({
    ports: new MemoryCatalogue(SMALL_LAKE),
    facts: {
      scope: 'obs.2024',
      ownScope: 'user.alice',
      outer: 'obs.2024:catalogue',
      inner: 'obs.2024:april',
      dataset: 'obs.2024:event_1',
      filesInDataset: 3,
      filesBelowOuter: 4,
      file: 'obs.2024:wave_1',
      pattern: 'event_*',
      metadata: { station: 'ANMO', magnitude: 6.4, reviewed: true },
      completeRse: 'SITE_A'
    }
  }));
});
