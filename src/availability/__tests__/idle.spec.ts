import { DataLakeError } from '../../common/contract/problem.js';
import { makeLake } from './lake.js';

const HOUR = 3_600_000;

/** A window stays open over one DID of each state that an idle day can hold. */
async function idle() {
  const lake = makeLake();
  const rule = { rseExpression: 'MOUNT', account: 'alice' };
  lake.rucio.deliver(lake.rucio.addRule({ did: 'obs:event_1', ...rule }));
  lake.rucio.stick(lake.rucio.addRule({ did: 'obs:event_2', ...rule }), 'no such file');
  // On its way, and never there.
  lake.rucio.addRule({ did: 'obs:event_3', ...rule });
  lake.service.show(new Set(['obs:event_1', 'obs:event_2', 'obs:event_3', 'obs:empty']));
  await lake.clock.advance(HOUR);
  return lake;
}

/** How many requests Rucio gets in each of so many hours. */
async function hours(lake: Awaited<ReturnType<typeof idle>>, number: number): Promise<number[]> {
  const counts: number[] = [];
  for (let hour = 0; hour < number; hour++) {
    const before = lake.rucio.requests.length;
    await lake.clock.advance(HOUR);
    counts.push(lake.rucio.requests.length - before);
  }
  return counts;
}

describe('a day of idling', () => {
  it('costs Rucio no more in the evening than in the morning, with one timer', async () => {
    const lake = await idle();
    const { state } = await lake.know('obs:event_1');
    const timers = lake.clock.sleeping;
    lake.changes.length = 0;
    const counts = await hours(lake, 24);
    const [first] = counts;
    expect(first).toBeGreaterThan(0);
    expect(first / 60).toBeLessThan(8);
    expect(Math.max(...counts)).toBeLessThanOrEqual(first + 5);
    expect(lake.clock.sleeping).toBeLessThanOrEqual(timers);
    expect(lake.changes).toEqual([]);
    expect((await lake.know('obs:event_1')).state).toBe(state);
  });

  it('goes on asking a Rucio that is down, at most once a minute, and sees it come back', async () => {
    const lake = await idle();
    const timers = lake.clock.sleeping;
    lake.rucio.failure = new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
    await lake.clock.advance(HOUR);
    for (const count of await hours(lake, 24)) {
      // For each of the four DIDs, and for the list of rules.
      expect(count).toBeLessThanOrEqual(5 * 60);
      expect(count).toBeGreaterThan(0);
    }
    expect(lake.clock.sleeping).toBeLessThanOrEqual(timers);
    lake.rucio.failure = null;
    await lake.clock.advance(HOUR);
    expect((await lake.know('obs:event_1')).state).toBe('AVAILABLE');
  });

  it('leaves no timer and asks nothing once the window is closed', async () => {
    const lake = await idle();
    lake.service.show(new Set());
    await lake.clock.advance(HOUR);
    expect(await hours(lake, 24)).toEqual(Array(24).fill(0));
    expect(lake.clock.sleeping).toBe(0);
  });
});
