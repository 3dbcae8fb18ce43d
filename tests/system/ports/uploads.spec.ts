import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RucioRegistry } from '../../../src/adapters/rucio/registry.js';
import { RucioRsesToWrite } from '../../../src/adapters/rucio/rses-to-write.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/system-clock.js';
import { uploadsRucio } from '../../../src/testing/suites/uploads-rucio.js';
import { labLake, labPolicy, labScratch } from '../lab.js';

describe('what uploads ask of a real Rucio', () => {
  uploadsRucio(async () => {
    const { http, account } = labLake().instances.get();
    const scratch = labScratch();
    return {
      registry: new RucioRegistry(http, account, SYSTEM_CLOCK),
      rses: new RucioRsesToWrite(http, account),
      facts: {
        scope: 'user.alice',
        foreignScope: 'user.bob',
        rse: 'SITEA_USERDISK',
        other: 'MYSITE_USERDISK',
        refused: 'SITEA_DISK',
        scratch: scratch.rse,
        forgets: labPolicy() === 'permissive',
        place: async name => {
          const folder = join(scratch.path, 'suite');
          mkdirSync(folder, { recursive: true });
          writeFileSync(join(folder, name), 'Wikipedia');
          return `${scratch.pfnPrefix}suite/${name}`;
        },
        // Between two questions.
        settle: () => sleep(200)
      }
    };
  });
});
