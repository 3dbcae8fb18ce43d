import { run } from '../../cli/run.js';
import { Instances } from '../../common/core/instances.js';
import { availabilityCommands } from '../cli.js';
import { makeLake } from './lake.js';

/** Runs a command line on a lake in memory, while `meanwhile` happens to it. */
function commandLine(options: Parameters<typeof makeLake>[0] & { terminal?: boolean } = {}) {
  const lake = makeLake(options);
  const interrupted = new AbortController();
  const stream = () => {
    const kept = {
      text: '',
      columns: 80,
      isTTY: options.terminal === true,
      write: (text: string, done?: (error?: Error | null) => void) => {
        kept.text += text;
        done?.();
        return true;
      }
    };
    return kept;
  };
  const datalake = async (line: string, meanwhile?: () => Promise<void>) => {
    const [stdout, stderr] = [stream(), stream()];
    const services = async () => new Instances(new Map([['lake', lake.service]]));
    const running = run({
      argv: line.split(' '),
      streams: { stdout, stderr, env: {} },
      signal: interrupted.signal,
      version: '0',
      commands: [cli => availabilityCommands(cli, services, lake.clock)]
    });
    await meanwhile?.();
    return {
      status: await running,
      out: stdout.text,
      error: stderr.text,
      json: () =>
        stdout.text
          .split('\n')
          .flatMap(text => (text === '' ? [] : [JSON.parse(text) as Record<string, unknown>]))
    };
  };
  return { ...lake, datalake, interrupt: () => interrupted.abort() };
}

describe('datalake make-available', () => {
  it('asks for what nothing brings, one object a line', async () => {
    const { datalake } = commandLine();
    const done = await datalake('make-available obs:event_1 obs:event_2 --lifetime 2 --json');
    expect(done.status).toBe(0);
    expect(done.json()).toMatchObject([
      {
        did: 'obs:event_1',
        outcome: 'requested',
        rule: { expiresAt: expect.any(String) as string }
      },
      { did: 'obs:event_2', outcome: 'requested' }
    ]);
  });

  it('waits for it with a bar, and ends well', async () => {
    const { datalake, rucio, clock } = commandLine({ terminal: true });
    const done = await datalake('make-available obs:event_1 --wait', async () => {
      await clock.advance(3000);
      const id = '1'.padStart(32, '0');
      rucio.deliver(id, 2);
      await clock.advance(3000);
      rucio.deliver(id);
      await clock.advance(3000);
    });
    expect(done.status).toBe(0);
    expect(done.error).toMatch(/2 of 4 files, 200 B of 400 B/);
    expect(done.out).toMatch(/AVAILABLE +4\/4 +obs:event_1/);
  });

  it('stops waiting for what is stuck, with the reason', async () => {
    const { datalake, rucio, clock } = commandLine();
    const done = await datalake('make-available obs:event_1 --wait', async () => {
      await clock.advance(3000);
      rucio.stick('1'.padStart(32, '0'), 'no such file');
      await clock.advance(3000);
    });
    expect(done.status).toBe(11);
    expect(done.out).toContain('no such file');
  });

  it('waits no longer than it is told', async () => {
    const { datalake, clock } = commandLine();
    const done = await datalake('make-available obs:event_1 --wait --timeout 5', () =>
      clock.advance(7000)
    );
    expect(done.status).toBe(10);
    expect(done.out).toMatch(/^REPLICATING\t0\/4/);
  });

  it('leaves the rule when it is interrupted, and says so', async () => {
    const { datalake, clock, interrupt, know } = commandLine({ terminal: true });
    const done = await datalake('make-available obs:event_1 --wait', async () => {
      await clock.advance(3000);
      interrupt();
    });
    expect(done.status).toBe(130);
    expect(done.error).toMatch(/The rules stay/);
    expect((await know('obs:event_1')).state).toBe('REPLICATING');
  });

  it('says what was done and what was not', async () => {
    const { datalake } = commandLine();
    const some = await datalake('make-available obs:event_1 obs:none');
    expect(some.status).toBe(9);
    expect(some.out).toMatch(/^requested\tobs:event_1/);
    expect(some.out).toMatch(/failed\tobs:none\t\tRucio knows no DID obs:none/);
    expect((await datalake('make-available obs:none')).status).toBe(7);
  });

  it.each([
    ['make-available nocolon', /scope:name/],
    ['make-available obs:event_1 --lifetime soon', /--lifetime is a number of days/],
    ['make-available obs:event_1 --timeout -1', /--timeout is a number of seconds/],
    ['make-available obs:event_1 --rse SITE_A', /does not offer/]
  ])('refuses %s', async (line, words) => {
    const { datalake, rucio } = commandLine();
    const done = await datalake(line);
    expect(done.status).toBe(2);
    expect(done.error).toMatch(words);
    expect(rucio.requests).not.toContain('add');
  });
});

describe('datalake paths', () => {
  it('writes one a line', async () => {
    const { datalake, rucio, pathOf } = commandLine();
    rucio.deliver(rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' }));
    const done = await datalake('paths obs:event_1');
    expect(done.status).toBe(0);
    expect(done.out).toBe([0, 1, 2, 3].map(n => `${pathOf(`obs:wave_1_${n}`)}\n`).join(''));
  });

  it('writes nothing when one lacks, and says what to do', async () => {
    const { datalake } = commandLine();
    const done = await datalake('paths obs:event_1');
    expect(done.status).toBe(12);
    expect(done.out).toBe('');
    expect(done.error).toMatch(/0 of 4 .*datalake make-available obs:event_1/);
  });

  it('writes those that are there, if part will do', async () => {
    const { datalake, rucio, mount, pathOf } = commandLine();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    rucio.deliver(id, 1);
    mount.all = () => 'missing';
    mount.set(pathOf('obs:wave_1_0'), 100);
    const done = await datalake('paths obs:event_1 --partial');
    expect(done.status).toBe(0);
    expect(done.out).toBe(`${pathOf('obs:wave_1_0')}\n`);
    const all = await datalake('paths obs:event_1 --partial --json');
    expect(all.json()).toHaveLength(4);
    expect(all.json()[3]).toMatchObject({ did: 'obs:wave_1_3', state: 'REPLICATING', bytes: 100 });
  });
});

describe('datalake rules', () => {
  it('lists', async () => {
    const { datalake, rucio } = commandLine();
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT' });
    const done = await datalake('rules obs:event_1');
    expect(done.out).toBe(`REPLICATING\t0/4\tsomebody\tMOUNT\t\t${id}\tobs:event_1\t\n`);
    expect((await datalake('rules --json')).json()).toEqual([]);
  });

  it('extends, retries and cancels, or says why not', async () => {
    const { datalake, rucio } = commandLine({ policy: 'permissive' });
    const id = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    expect((await datalake(`rules extend ${id} --lifetime 3 --json`)).json()).toMatchObject([
      { id, expiresAt: '2026-01-04T00:00:00.000Z' }
    ]);
    expect((await datalake(`rules cancel ${id}`)).status).toBe(0);
    expect((await datalake(`rules retry ${id}`)).status).toBe(8);
    expect((await datalake(`rules cancel ${'0'.repeat(32)}`)).status).toBe(7);
    expect((await datalake('rules cancel it')).status).toBe(2);
    expect((await datalake(`rules extend ${id}`)).status).toBe(2);
    const foreign = rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT' });
    expect((await datalake(`rules cancel ${foreign}`)).status).toBe(5);
  });
});
