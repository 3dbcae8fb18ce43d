import { DataLakeError } from '../../common/contract/problem.js';
import { makeLake } from './lake.js';

describe('where a DID stands', () => {
  it('is not available when nothing brings it', async () => {
    const { know } = makeLake();
    expect(await know('obs:event_1')).toMatchObject({
      state: 'NOT_AVAILABLE',
      type: 'DATASET',
      rse: 'MOUNT',
      files: { total: 4, available: 0, replicating: 0, stuck: 0 },
      bytes: { total: 400, available: 0 },
      rule: null
    });
  });

  it('counts the files of its rule', async () => {
    const { know, rucio } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    rucio.deliver(id, 1);
    expect(await know('obs:event_1')).toMatchObject({
      state: 'REPLICATING',
      files: { total: 4, available: 1, replicating: 3, stuck: 0 },
      bytes: { available: 100 },
      rule: { id, mine: true, locks: { ok: 1, replicating: 3, stuck: 0 } }
    });
  });

  it.each([
    ['SUSPENDED', /given up/],
    ['WAITING_APPROVAL', /approve/],
    ['INJECT', /preparing/]
  ] as const)('tells %s apart, with a reason', async (state, reason) => {
    const { know, rucio } = makeLake();
    rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice', state });
    const known = await know('obs:event_1');
    expect(known.state).toBe(state);
    expect(known.reason).toMatch(reason);
  });

  it('is stuck with the reason that Rucio gives', async () => {
    const { know, rucio } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    rucio.deliver(id, 3);
    rucio.stick(id, 'TRANSFER_FAILED: no such file');
    expect(await know('obs:event_1')).toMatchObject({
      state: 'STUCK',
      reason: 'TRANSFER_FAILED: no such file',
      files: { available: 3, stuck: 1 }
    });
  });

  it("is stuck for Rucio's analysis, where its error is one word", async () => {
    const { know, rucio } = makeLake();
    rucio.rules.analysis = async () => 'wave_1_0: 3 attempts; no RSE has it';
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    rucio.stick(id, 'MissingSourceReplica');
    expect((await know('obs:event_1')).reason).toBe(
      'MissingSourceReplica: wave_1_0: 3 attempts; no RSE has it'
    );
  });

  it("is available by anybody's rule on what holds it", async () => {
    const { know, rucio } = makeLake();
    rucio.deliver(rucio.addRule({ did: 'obs:all', rseExpression: 'MOUNT', account: 'prod' }));
    for (const did of ['obs:all', 'obs:april', 'obs:event_1', 'obs:wave_1_0']) {
      expect(await know(did)).toMatchObject({
        state: 'AVAILABLE',
        rule: { did: 'obs:all', account: 'prod', mine: false }
      });
    }
  });

  it('is available by replicas alone', async () => {
    const { know, rucio } = makeLake();
    [0, 1, 2, 3].forEach(index => rucio.put(`obs:wave_1_${index}`, 'MOUNT'));
    expect(await know('obs:event_1')).toMatchObject({ state: 'AVAILABLE', rule: null });
    expect(await know('obs:wave_1_0')).toMatchObject({ state: 'AVAILABLE', rule: null });
    expect(await know('obs:april')).toMatchObject({
      state: 'NOT_AVAILABLE',
      files: { total: 8, available: 4 }
    });
  });

  it('is no better than its worst part', async () => {
    const { know, rucio, clock } = makeLake();
    rucio.deliver(rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' }));
    const second = rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT' });
    expect(await know('obs:april')).toMatchObject({
      state: 'REPLICATING',
      files: { total: 8, available: 4, replicating: 4 }
    });
    rucio.stick(second, 'gone');
    await clock.advance(2000);
    expect(await know('obs:april')).toMatchObject({
      state: 'STUCK',
      reason: 'gone',
      files: { available: 4, stuck: 4 }
    });
  });

  it('adds up rules on its parts', async () => {
    const { know, rucio } = makeLake();
    for (const did of ['obs:event_1', 'obs:event_2']) {
      rucio.deliver(rucio.addRule({ did, rseExpression: 'MOUNT' }));
    }
    expect(await know('obs:april')).toMatchObject({ state: 'AVAILABLE', files: { available: 8 } });
    expect((await know('obs:all')).state).toBe('NOT_AVAILABLE');
  });

  it('takes the better of two rules, and of two as good the one that lasts longer', async () => {
    const { know, rucio } = makeLake();
    const stuck = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'bob' });
    rucio.stick(stuck, 'no source');
    const short = { did: 'obs:april', rseExpression: 'MOUNT', lifetimeSeconds: 3600 };
    rucio.deliver(rucio.addRule(short));
    const long = rucio.addRule({ ...short, account: 'carol', lifetimeSeconds: 7200 });
    rucio.deliver(long);
    expect(await know('obs:event_1')).toMatchObject({ state: 'AVAILABLE', rule: { id: long } });
  });

  it('reads an RSE expression as Rucio does', async () => {
    const { know, rucio } = makeLake();
    rucio.addRule({ did: 'obs:event_1', rseExpression: 'type=mount', state: 'INJECT' });
    rucio.addRule({ did: 'obs:event_2', rseExpression: 'SITE_A', state: 'INJECT' });
    expect((await know('obs:event_1')).state).toBe('INJECT');
    expect((await know('obs:event_2')).state).toBe('NOT_AVAILABLE');
  });

  it('says when what keeps it ends soon', async () => {
    const { know, rucio } = makeLake();
    const rule = { rseExpression: 'MOUNT' };
    rucio.deliver(rucio.addRule({ ...rule, did: 'obs:event_1', lifetimeSeconds: 86_399 }));
    rucio.deliver(rucio.addRule({ ...rule, did: 'obs:event_2', lifetimeSeconds: 86_401 }));
    expect((await know('obs:event_1')).endsSoon).toBe(true);
    expect((await know('obs:event_2')).endsSoon).toBe(false);
  });

  it('holds nothing yet', async () => {
    const { know } = makeLake();
    expect(await know('obs:empty')).toMatchObject({
      state: 'NOT_AVAILABLE',
      reason: 'It holds no files yet.'
    });
  });

  it('never takes a failure for a state', async () => {
    const { ask, rucio, clock } = makeLake();
    expect(await ask('obs:none')).toMatchObject({ code: 'not-found' });
    rucio.failure = new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
    expect(await ask('obs:event_1')).toMatchObject({ code: 'rucio-unreachable' });
    rucio.failure = null;
    await clock.advance(2000);
    expect(await ask('obs:event_1')).toMatchObject({ state: 'NOT_AVAILABLE' });
  });

  it('asks for many together', async () => {
    const { service, rucio, signal } = makeLake();
    rucio.deliver(rucio.addRule({ did: 'obs:all', rseExpression: 'MOUNT' }));
    const files = [0, 1, 2, 3].flatMap(index => [`obs:wave_1_${index}`, `obs:wave_2_${index}`]);
    rucio.requests.length = 0;
    await service.query(['obs:event_1', 'obs:event_2', 'obs:event_3', ...files], signal);
    const bulk = rucio.requests.filter(request =>
      ['describe', 'locksOf', 'replicasOfFiles', 'rule'].includes(request)
    );
    expect(bulk).toEqual(['describe', 'locksOf', 'replicasOfFiles', 'rule']);
  });

  it('gives two who ask together one answer', async () => {
    const { service, rucio, signal } = makeLake();
    const [one, two] = await Promise.all([
      service.query(['obs:event_1'], signal),
      service.query(['obs:event_1'], signal)
    ]);
    expect(one).toEqual(two);
    expect(rucio.requests.filter(request => request === 'locksOf')).toHaveLength(1);
  });
});
