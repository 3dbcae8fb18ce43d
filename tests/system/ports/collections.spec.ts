import * as z from 'zod';
import { RucioCollections } from '../../../src/adapters/rucio/collections.js';
import { RucioRegistry } from '../../../src/adapters/rucio/registry.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/system-clock.js';
import { parseDid } from '../../../src/common/contract/did.js';
import { collectionPorts } from '../../../src/testing/suites/collections.js';
import { labLake } from '../lab.js';

const Member = z.object({ scope: z.string(), name: z.string() });

describe('what dataset care asks of a real Rucio', () => {
  collectionPorts(async () => {
    const { http, account } = labLake().instances.get();
    const { signal } = new AbortController();
    const pathOf = (did: string) => {
      const { scope, name } = parseDid(did);
      return `/dids/${scope}/${encodeURIComponent(name)}`;
    };
    const registry = new RucioRegistry(http, account, SYSTEM_CLOCK);
    return {
      registry,
      collections: new RucioCollections(http, account, registry),
      facts: {
        scope: 'user.alice',
        foreign: 'user.bob:first_upload',
        rse: 'SITEA_USERDISK',
        metadata: did =>
          http.json(
            { path: `${pathOf(did)}/meta`, query: { plugin: 'ALL' }, signal },
            z.record(z.string(), z.unknown())
          ),
        content: async did => {
          const members: string[] = [];
          for await (const batch of http.items({ path: `${pathOf(did)}/dids`, signal }, Member)) {
            members.push(...batch.map(({ scope, name }) => `${scope}:${name}`));
          }
          return members;
        }
      }
    };
  });
});
