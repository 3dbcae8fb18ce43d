import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Availability } from '../../src/availability/contract.js';
import type { AvailabilityService } from '../../src/availability/core/service.js';
import { settle } from '../../src/availability/core/settle.js';
import { SYSTEM_CLOCK } from '../../src/adapters/system-clock.js';
import {
  makeAvailabilities,
  makeRucio,
  type IAvailabilities
} from '../../src/server/availability.js';
import { rucioPorts } from '../../src/testing/suites/rucio-ports.js';
import { OwnLake } from './own-lake.js';

const PROGRAM = resolve(import.meta.dirname, '../../src/adapters/mount/prober-main.ts');
const { signal } = new AbortController();
const made: IAvailabilities[] = [];
let lake: OwnLake;

beforeAll(() => {
  lake = OwnLake.start('generic');
});
afterAll(() => made.forEach(({ stop }) => stop()));

function serviceOf(account: string): AvailabilityService {
  const availabilities = makeAvailabilities(lake.as(account), PROGRAM);
  made.push(availabilities);
  return availabilities.services.get();
}

async function know(service: AvailabilityService, did: string): Promise<Availability> {
  const [answer] = await service.query([did], signal);
  if ('problem' in answer) {
    throw new Error(answer.problem.message);
  }
  return answer.availability;
}

/** The rule whose source is gone, after Rucio's daemons have tried it once more. */
async function stuck(service: AvailabilityService): Promise<Availability> {
  const did = 'obs.2024:event_0430';
  await settle(service, [did], SYSTEM_CLOCK, { timeoutMs: 60_000, signal, show: () => {} });
  return know(service, did);
}

describe('on a real lake', () => {
  it('data come: not there, on its way, there, with every path and byte', async () => {
    const did = 'obs.2024:event_0517';
    const service = serviceOf('alice');
    expect(await know(service, did)).toMatchObject({ state: 'NOT_AVAILABLE', rule: null });
    lake.slow(0.4);
    const [result] = await service.make([did], {}, signal);
    expect(result).toMatchObject({ outcome: 'requested', rule: { state: 'REPLICATING' } });
    const seen: string[] = [];
    const came = new Set<number>();
    const arrived = new Set<number>();
    await settle(service, [did], SYSTEM_CLOCK, {
      timeoutMs: 90_000,
      signal,
      show: ([answer]) => {
        if ('availability' in answer) {
          const { state, files } = answer.availability;
          seen.push(state);
          came.add(files.available);
        }
      }
    });
    lake.slow(0);
    expect([...new Set(seen)]).toEqual(['REPLICATING', 'AVAILABLE']);
    expect([...came].filter(count => count > 0 && count < 24).length).toBeGreaterThan(1);
    const { paths } = await know(service, did);
    expect(paths).toEqual({ checked: 24, total: 24, missing: 0, firstMissing: null });
    for await (const batch of service.files(did, signal)) {
      for (const { path, bytes, state } of batch) {
        expect(state).toBe('AVAILABLE');
        expect(path?.startsWith(`${lake.mount.path}/`)).toBe(true);
        expect(readFileSync(path ?? '')).toHaveLength(bytes ?? NaN);
        arrived.add(batch.length);
      }
    }
    expect([...arrived]).toEqual([24]);
  });

  it('the generic policy lets nobody change a rule, and we say so', async () => {
    const service = serviceOf('alice');
    const { rule, state, reason } = await stuck(service);
    expect(state).toBe('STUCK');
    expect(reason).toMatch(/No such file/);
    const id = rule?.id ?? '';
    const refused = { code: 'forbidden', message: expect.stringMatching(/policy/) as string };
    await expect(service.retry(id, signal)).rejects.toMatchObject(refused);
    await expect(service.extend(id, 86_400, signal)).rejects.toMatchObject(refused);
    await expect(service.cancel(id, signal)).rejects.toMatchObject(refused);
    const after = await know(service, 'obs.2024:event_0430');
    expect(after.rule?.abilities?.cancel.allowed).toBe(false);
  });

  it('a quota that does not suffice is said before and after', async () => {
    const service = serviceOf('bob');
    const plan = await service.plan(['sun.2011:solar_archive'], undefined, signal);
    expect(plan).toMatchObject({ fits: false, quota: { limitBytes: 1_000_000 } });
    const [result] = await service.make(['sun.2011:solar_archive'], {}, signal);
    expect(result).toMatchObject({ problem: { code: 'quota-exceeded' } });
    expect('problem' in result && result.problem.message).toMatch(/are needed, .* are free/);
  });

  it("somebody else's rule is noticed while it is watched, for few requests", async () => {
    const did = 'obs.formats:sac_samples';
    const service = serviceOf('bob');
    expect((await know(service, did)).state).toBe('NOT_AVAILABLE');
    const before = lake.requests;
    const release = service.hold(did);
    const there = new Promise<void>(done => {
      service.onChange(changed => {
        void know(service, changed).then(({ state }) => state === 'AVAILABLE' && done());
      });
    });
    await serviceOf('alice').make([did], {}, signal);
    await there;
    release();
    const { rule } = await know(service, did);
    expect(rule).toMatchObject({ account: 'alice', mine: false });
    expect(lake.requests - before).toBeLessThan(60);
  });
});

describe('with a permissive policy', () => {
  beforeAll(() => lake.setPolicy('permissive'), 120_000);

  rucioPorts(async () => ({
    rucio: makeRucio(lake.as('alice').instances.get()),
    facts: {
      account: 'alice',
      container: 'obs.2024:event_catalogue',
      dataset: 'obs.2024:event_0503',
      files: 24,
      mount: lake.mount.rse,
      expression: `${lake.mount.rse}|SITEA_DISK`,
      own: 'user.alice:first_upload',
      spare: 'MYSITE_USERDISK',
      refuses: false
    }
  }));

  it('a stuck rule is tried again, extended and cancelled by its owner alone', async () => {
    const service = serviceOf('alice');
    const { rule } = await stuck(service);
    const id = rule?.id ?? '';
    await expect(serviceOf('bob').cancel(id, signal)).rejects.toMatchObject({ code: 'forbidden' });
    const extended = await service.extend(id, 3 * 86_400, signal);
    const days = (Date.parse(extended?.expiresAt ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThan(3.1);
    expect((await service.retry(id, signal))?.abilities).toMatchObject({
      retry: { allowed: true }
    });
    const cancelled = await service.cancel(id, signal);
    expect(Date.parse(cancelled?.expiresAt ?? '')).toBeLessThan(Date.now() + 3_700_000);
    expect((await know(service, 'obs.2024:event_0430')).endsSoon).toBe(true);
  });
});
