import { MemoryRegistry } from '../../adapters/rucio/memory-registry.js';
import { MemoryRsesToWrite } from '../../adapters/rucio/memory-rses-to-write.js';
import { HandClock } from '../../testing/hand-clock.js';
import { uploadsRucio } from '../../testing/suites/uploads-rucio.js';

function makeRegistry(forgets = false): MemoryRegistry {
  return new MemoryRegistry({
    clock: new HandClock(),
    scopes: { 'user.alice': 'alice', 'user.bob': 'bob' },
    rses: {
      SITE_A: { quotaBytes: 10 ** 9, freeBytes: 10 ** 12 },
      SITE_B: { quotaBytes: 10 ** 9 },
      TAPE: { refuses: true },
      SCRATCH: { deterministic: false, forgets, quotaBytes: 10 ** 9 }
    }
  });
}

describe.each([false, true])('a catalogue in memory, whose policy lets forget: %s', forgets => {
  uploadsRucio(async () => {
    const registry = makeRegistry(forgets);
    return {
      registry,
      rses: new MemoryRsesToWrite(registry),
      facts: {
        scope: 'user.alice',
        foreignScope: 'user.bob',
        rse: 'SITE_A',
        other: 'SITE_B',
        refused: 'TAPE',
        scratch: 'SCRATCH',
        forgets,
        place: async name => `file://lake/SCRATCH/${name}`,
        settle: async () => registry.deliver()
      }
    };
  });
});

describe('the same, disturbed', () => {
  const { signal } = new AbortController();
  const one = { did: 'user.alice:one', bytes: 9, adler32: '11e60398', md5: null, pfn: null };

  it('loses an answer, and has done what was asked', async () => {
    const registry = makeRegistry();
    registry.loseAnswer('register');
    await expect(registry.register('SITE_A', [one], signal)).rejects.toMatchObject({
      code: 'rucio-unreachable'
    });
    expect((await registry.known([one.did], signal)).size).toBe(1);
    await registry.register('SITE_A', [one], signal);
    expect(registry.requests).toEqual(['register', 'known', 'register']);
  });

  it('has a DID that appears in between', async () => {
    const registry = makeRegistry();
    registry.interrupt('register', 'before', () => {
      registry.make(one.did, 'FILE', { bytes: 9, adler32: '00000002', md5: null });
    });
    await registry.register('SITE_A', [one], signal);
    expect((await registry.known([one.did], signal)).get(one.did)?.adler32).toBe('00000002');
  });

  it('forgets what was erased when the daemons have come by', async () => {
    const registry = makeRegistry();
    await registry.register('SITE_A', [one], signal);
    await registry.erase([one.did], signal);
    registry.sweep();
    expect((await registry.known([one.did], signal)).size).toBe(0);
  });
});
