import { makeRucio } from '../../../src/server/availability.js';
import { rucioPorts } from '../../../src/testing/suites/rucio-ports.js';
import { labLake, labPolicy } from '../lab.js';

describe('what availability asks of a real Rucio', () => {
  rucioPorts(async () => ({
    rucio: makeRucio(labLake().instances.get()),
    facts: {
      account: 'alice',
      container: 'obs.2024:event_catalogue',
      dataset: 'obs.2024:event_0503',
      files: 24,
      mount: 'MYSITE_MOUNT',
      expression: 'MYSITE_MOUNT|SITEA_DISK',
      own: 'user.alice:first_upload',
      spare: 'MYSITE_USERDISK',
      refuses: labPolicy() === 'generic'
    }
  }));
});
