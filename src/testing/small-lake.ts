import type { IMemoryLake } from '../adapters/rucio/memory-catalogue.js';

const file = (did: string, rses: readonly string[] = ['SITE_A']) =>
  ({ did, type: 'FILE', bytes: 1000, rses }) as const;

/** Two scopes with a container of containers, for tests on fakes. */
export const SMALL_LAKE: IMemoryLake = {
  scopes: ['user.alice', 'obs.2024'],
  ownScopes: ['user.alice'],
  dids: [
    { did: 'obs.2024:catalogue', type: 'CONTAINER', content: ['obs.2024:april', 'obs.2024:may'] },
    { did: 'obs.2024:april', type: 'CONTAINER', content: ['obs.2024:event_1'] },
    { did: 'obs.2024:may', type: 'CONTAINER', content: ['obs.2024:event_2'] },
    {
      did: 'obs.2024:event_1',
      type: 'DATASET',
      content: ['obs.2024:wave_1', 'obs.2024:wave_2', 'obs.2024:wave_3'],
      metadata: { station: 'ANMO', magnitude: 6.4, reviewed: true }
    },
    { did: 'obs.2024:event_2', type: 'DATASET', content: ['obs.2024:wave_4'] },
    file('obs.2024:wave_1', ['SITE_A', 'MOUNT']),
    file('obs.2024:wave_2'),
    file('obs.2024:wave_3'),
    file('obs.2024:wave_4'),
    { did: 'user.alice:mine', type: 'DATASET', content: ['user.alice:notes'] },
    file('user.alice:notes')
  ]
};
