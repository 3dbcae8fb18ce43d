import type { IStoredDid } from '../../adapters/rucio/memory-rucio.js';
import { MOST_PARTS } from '../core/lake-facts.js';
import { makeLake } from './lake.js';

/** So many datasets of one file each, all in one container. */
function large(count: number): IStoredDid[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return [
    ...numbers.flatMap((index): IStoredDid[] => [
      { did: `big:part_${index}`, type: 'DATASET', content: [`big:file_${index}`] },
      { did: `big:file_${index}`, type: 'FILE', bytes: 100, rses: ['SITE_A'] }
    ]),
    { did: 'big:all', type: 'CONTAINER', content: numbers.map(index => `big:part_${index}`) },
    { did: 'big:more', type: 'CONTAINER', content: ['big:all'] }
  ];
}

const parts = (count: number) => Array.from({ length: count }, (_, index) => `big:part_${index}`);

describe('a look at many DIDs', () => {
  it.each([
    ['of which nothing is there', () => undefined],
    [
      'that are there by rules of their own',
      ({ rucio }: ReturnType<typeof makeLake>, count: number) =>
        parts(count).forEach(did =>
          rucio.deliver(rucio.addRule({ did, rseExpression: 'MOUNT', account: 'alice' }))
        )
    ]
  ])('%s asks Rucio as much for 300 as for 30', async (_, prepare) => {
    const asked = async (count: number) => {
      const lake = makeLake({ dids: large(300) });
      prepare(lake, count);
      lake.rucio.requests.length = 0;
      const answers = await lake.service.query(parts(count), lake.signal);
      const states = answers.map(answer => 'availability' in answer && answer.availability.state);
      // To look at the paths of what is there, its files must be known.
      const requests = lake.rucio.requests.filter(request => request !== 'filesOf').toSorted();
      return { states: [...new Set(states)], requests };
    };
    const many = await asked(300);
    expect(many).toEqual(await asked(30));
    expect(many.requests.length).toBeLessThanOrEqual(10);
  });

  it('asks for the rules of others one by one, as nothing lists them', async () => {
    const { rucio, service, signal } = makeLake({ dids: large(20) });
    for (const did of parts(20)) {
      rucio.deliver(rucio.addRule({ did, rseExpression: 'MOUNT', account: 'prod' }));
    }
    const answers = await service.query(parts(20), signal);
    expect(answers).toEqual(
      parts(20).map(did => ({
        did,
        availability: expect.objectContaining({ state: 'AVAILABLE' }) as unknown
      }))
    );
    expect(rucio.requests.filter(request => request === 'rule')).toHaveLength(20);
  });
});

describe('a container of more datasets than are looked at one by one', () => {
  const count = MOST_PARTS + 1;

  it('asks for the locks of none of them', async () => {
    const { know, rucio } = makeLake({ dids: large(count) });
    expect(await know('big:all')).toMatchObject({
      state: 'NOT_AVAILABLE',
      files: { total: count, available: 0 }
    });
    expect(rucio.requests).not.toContain('locksOf');
    expect(rucio.requests.length).toBeLessThan(20);
  });

  it.each(['big:all', 'big:more'])('goes by a rule on %s', async did => {
    const { know, rucio, clock } = makeLake({ dids: large(count) });
    const id = rucio.addRule({ did, rseExpression: 'MOUNT' });
    rucio.deliver(id, 7);
    expect(await know('big:all')).toMatchObject({
      state: 'REPLICATING',
      files: { total: count, available: 7 },
      rule: { id }
    });
    rucio.deliver(id);
    await clock.advance(120_000);
    expect((await know('big:all')).state).toBe('AVAILABLE');
  });

  it('counts what is there by rules on its datasets', async () => {
    const { know, rucio } = makeLake({ dids: large(count) });
    rucio.deliver(rucio.addRule({ did: 'big:part_3', rseExpression: 'MOUNT' }));
    expect(await know('big:all')).toMatchObject({
      state: 'NOT_AVAILABLE',
      files: { total: count, available: 1 }
    });
  });
});

describe('a rule that has no locks yet', () => {
  it('on what holds a DID concerns it, and nothing beside it', async () => {
    const { know, rucio } = makeLake();
    rucio.addRule({ did: 'obs:april', rseExpression: 'MOUNT', state: 'WAITING_APPROVAL' });
    expect((await know('obs:event_1')).state).toBe('WAITING_APPROVAL');
    expect((await know('obs:wave_1_0')).state).toBe('WAITING_APPROVAL');
    expect((await know('obs:event_3')).state).toBe('NOT_AVAILABLE');
  });

  it('that failed before its first lock is told to who made it', async () => {
    const { know, rucio } = makeLake();
    const rule = { rseExpression: 'MOUNT', state: 'STUCK' } as const;
    rucio.addRule({ ...rule, did: 'obs:event_1', account: 'alice' });
    rucio.addRule({ ...rule, did: 'obs:event_2', account: 'bob' });
    expect((await know('obs:event_1')).state).toBe('STUCK');
    expect((await know('obs:event_2')).state).toBe('NOT_AVAILABLE');
  });
});
