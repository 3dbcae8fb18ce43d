import { MemoryRucio } from '../../adapters/rucio/memory-rucio.js';
import { HandClock } from '../../testing/hand-clock.js';
import { rucioPorts } from '../../testing/suites/rucio-ports.js';
import { STORED } from './lake.js';

describe.each(['generic', 'permissive'] as const)('a Rucio in memory, policy %s', policy => {
  rucioPorts(async () => {
    const rucio = new MemoryRucio({
      clock: new HandClock(),
      dids: STORED,
      rses: { SITE_A: 'type=disk', MOUNT: 'type=mount', SPARE: 'type=disk' },
      quotaBytes: 1e9,
      policy
    });
    rucio.deliver(rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' }));
    return {
      rucio,
      facts: {
        account: 'alice',
        container: 'obs:all',
        dataset: 'obs:event_1',
        files: 4,
        mount: 'MOUNT',
        expression: 'type=mount',
        own: 'obs:event_2',
        spare: 'SPARE',
        refuses: policy === 'generic'
      }
    };
  });
});
