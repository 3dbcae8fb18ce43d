import { storePorts } from '../../../testing/suites/stores.js';
import { MemoryStore } from '../memory-store.js';

describe('the stand-in for a store', () => {
  const store = new MemoryStore();
  storePorts(async () =>
    Promise.resolve({
      store,
      at: name => ({ rse: 'MEMORY', scheme: 'memory', pfn: `memory://store/suite/${name}` }),
      checksums: true,
      onDisk: name => store.files.get(`memory://store/suite/${name}`) ?? null
    })
  );
});
