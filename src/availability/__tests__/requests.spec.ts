import { DAY_S, makeLake } from './lake.js';

describe('making available', () => {
  it('makes one rule where nothing brings it, and none elsewhere', async () => {
    const { rucio, service, signal, know } = makeLake();
    rucio.deliver(rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' }));
    const other = rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT' });
    const results = await service.make(
      ['obs:event_3', 'obs:event_1', 'obs:none', 'obs:event_2', 'obs:event_3'],
      {},
      signal
    );
    expect(results).toMatchObject([
      { did: 'obs:event_3', outcome: 'requested', rule: { mine: true, rseExpression: 'MOUNT' } },
      { did: 'obs:event_1', outcome: 'already-there' },
      { did: 'obs:none', problem: { code: 'not-found' } },
      { did: 'obs:event_2', outcome: 'already-requested', rule: { id: other } },
      { did: 'obs:event_3', outcome: 'requested' }
    ]);
    expect(rucio.requests.filter(request => request === 'add')).toHaveLength(1);
    expect((await know('obs:event_3')).state).toBe('REPLICATING');
  });

  it('takes single files too', async () => {
    const { service, signal, know, rucio } = makeLake();
    const [made] = await service.make(['obs:wave_1_0'], {}, signal);
    expect(made).toMatchObject({ outcome: 'requested', rule: { did: 'obs:wave_1_0' } });
    expect(await know('obs:wave_1_0')).toMatchObject({ state: 'REPLICATING', type: 'FILE' });
    rucio.deliver('outcome' in made ? (made.rule?.id ?? '') : '');
  });

  it('asks for the usual lifetime, or the one that is chosen, within the bounds', async () => {
    const lifetime = { defaultSeconds: 7 * DAY_S, minSeconds: DAY_S, maxSeconds: 30 * DAY_S };
    const { service, signal, clock } = makeLake({ lifetime });
    const end = (days: number) => new Date(clock.now() + days * DAY_S * 1000).toISOString();
    const [usual] = await service.make(['obs:event_1'], {}, signal);
    expect(usual).toMatchObject({ rule: { expiresAt: end(7) } });
    const options = { lifetimeSeconds: 3 * DAY_S };
    const [chosen] = await service.make(['obs:event_2'], options, signal);
    expect(chosen).toMatchObject({ rule: { expiresAt: end(3) } });
    for (const [lifetimeSeconds, words] of [
      [DAY_S - 1, /at least 1 day/],
      [30 * DAY_S + 1, /at most 30 days/]
    ] as const) {
      await expect(service.make(['obs:event_3'], { lifetimeSeconds }, signal)).rejects.toThrow(
        words
      );
    }
  });

  it("takes only the administrator's RSE expressions", async () => {
    const { service, signal } = makeLake({ rseExpressions: ['type=mount', 'MOUNT'] });
    const [first] = await service.make(['obs:event_1'], {}, signal);
    expect(first).toMatchObject({ rule: { rseExpression: 'type=mount' } });
    const [second] = await service.make(['obs:event_2'], { rseExpression: 'MOUNT' }, signal);
    expect(second).toMatchObject({ rule: { rseExpression: 'MOUNT' } });
    await expect(
      service.make(['obs:event_3'], { rseExpression: 'SITE_A' }, signal)
    ).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('explains a refused quota with the numbers, and goes on with the others', async () => {
    const { service, signal } = makeLake({ quotaBytes: 500 });
    const results = await service.make(['obs:event_1', 'obs:all'], {}, signal);
    expect(results[0]).toMatchObject({ outcome: 'requested' });
    expect(results[1]).toMatchObject({ problem: { code: 'quota-exceeded' } });
    expect(JSON.stringify(results[1])).toContain('1.2 kB are needed, 100 B of 500 B are free');
  });

  it('finds its own rule behind a conflict', async () => {
    const { rucio, service, signal, know } = makeLake();
    await know('obs:event_1');
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    expect(await service.make(['obs:event_1'], {}, signal)).toMatchObject([
      { outcome: 'already-requested', rule: { id } }
    ]);
  });

  it('plans: size, what is missing, room, bounds, and what cannot be asked about', async () => {
    const { rucio, service, signal } = makeLake({ quotaBytes: 1000 });
    rucio.deliver(rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' }));
    const dids = ['obs:event_1', 'obs:event_2', 'obs:event_3', 'obs:none'];
    expect(await service.plan(dids, undefined, signal)).toEqual({
      rse: 'MOUNT',
      files: 12,
      bytes: 1200,
      missingFiles: 8,
      missingBytes: 800,
      quota: { limitBytes: 1000, usedBytes: 0, remainingBytes: 1000 },
      fits: true,
      expectedSeconds: null,
      lifetime: { defaultSeconds: 7 * DAY_S, minSeconds: null, maxSeconds: null },
      rseExpressions: ['MOUNT'],
      problems: [
        { did: 'obs:none', problem: { code: 'not-found', message: expect.any(String) as string } }
      ]
    });
    await service.make(['obs:event_2'], {}, signal);
    const after = await service.plan(['obs:all'], undefined, signal);
    expect(after).toMatchObject({ fits: false, quota: { remainingBytes: 600 } });
  });

  it('expects the time from what came lately', async () => {
    const { rucio, service, signal, clock, know } = makeLake();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    await know('obs:event_1');
    await clock.advance(10_000);
    rucio.deliver(id);
    await know('obs:event_1');
    const plan = await service.plan(['obs:event_2', 'obs:event_3'], undefined, signal);
    expect(plan.expectedSeconds).toBe(20);
  });
});

describe('changing rules', () => {
  it('is refused by the generic policy with a reason, which is remembered', async () => {
    const { rucio, service, signal, know } = makeLake({ policy: 'generic' });
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    expect((await know('obs:event_1')).rule?.abilities).toBeUndefined();
    await expect(service.extend(id, 3600, signal)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/policy does not let.*extend.*ask/) as string
    });
    expect((await know('obs:event_1')).rule?.abilities).toMatchObject({
      retry: { allowed: false, reason: expect.stringContaining('try its rules again') as string },
      extend: { allowed: false },
      cancel: { allowed: true, reason: null }
    });
    await expect(service.cancel(id, signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await know('obs:event_1')).rule?.abilities?.cancel.allowed).toBe(false);
  });

  it('works where the policy lets it, and the answer is the rule as it is then', async () => {
    const { rucio, service, signal, clock, know } = makeLake({ policy: 'permissive' });
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    const extended = await service.extend(id, 2 * DAY_S, signal);
    expect(extended?.expiresAt).toBe(new Date(clock.now() + 2 * DAY_S * 1000).toISOString());
    await expect(service.retry(id, signal)).rejects.toMatchObject({ code: 'conflict' });
    rucio.stick(id, 'gone');
    expect(await service.retry(id, signal)).toMatchObject({ id });
    const cancelled = await service.cancel(id, signal);
    expect(cancelled?.expiresAt).toBe(new Date(clock.now() + 3_600_000).toISOString());
    expect((await know('obs:event_1')).endsSoon).toBe(true);
  });

  it("tells another account's rule from its own", async () => {
    const { rucio, service, signal, know } = makeLake({ policy: 'permissive' });
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'bob' });
    await service.make(['obs:event_2'], {}, signal);
    await expect(service.cancel(id, signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await know('obs:event_1')).rule?.abilities?.cancel.reason).toMatch(/other accounts'/);
    expect((await know('obs:event_2')).rule?.abilities).toBeUndefined();
  });

  it('says that a rule is gone', async () => {
    const { service, signal } = makeLake();
    await expect(service.cancel('0'.repeat(32), signal)).rejects.toMatchObject({
      code: 'not-found'
    });
  });

  it("lists a DID's rules, or the account's", async () => {
    const { rucio, service, signal } = makeLake();
    rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'bob' });
    rucio.addRule({ did: 'obs:event_1', rseExpression: 'SITE_A', account: 'alice' });
    rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT', account: 'alice' });
    const list = async (did?: string) => {
      const rules = [];
      for await (const batch of service.rules(did, signal)) {
        rules.push(...batch);
      }
      return rules.map(({ did: on, mine }) => [on, mine]);
    };
    expect(await list('obs:event_1')).toEqual([
      ['obs:event_1', false],
      ['obs:event_1', true]
    ]);
    expect(await list()).toEqual([
      ['obs:event_1', true],
      ['obs:event_2', true]
    ]);
  });
});
