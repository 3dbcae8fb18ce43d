import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childOf, MILLION } from '../../lab/million.ts';
import {
  authenticationAskedBy,
  listeningAddresses,
  LOOPBACK,
  orderAsNobody
} from './other-users.ts';
import { run, runAsNobody, TestLake } from './test-lake.ts';

const testLake = new TestLake('embedded');

beforeAll(async () => {
  await testLake.destroy();
  await testLake.up('generic');
});

afterAll(() => testLake.destroy());

/** Where a file of the lake lies on an RSE. */
function storedAt(rse: string, name: string): string {
  const folder = testLake.lake.rses.find(entry => entry.name === rse)!.folder;
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    entry => path.basename(entry) === name
  );
  return found === undefined ? '' : path.join(folder, found);
}

describe('starting and stopping', () => {
  it('leaves a lake that runs as it is', async () => {
    const before = await testLake.pids();
    const { status } = await testLake.lab('up');
    expect(status).toBe(0);
    expect(before.length).toBe(4);
    expect(await testLake.pids()).toEqual(before);
  });

  it('goes on with a lake that was made half', async () => {
    const { folder, folders } = testLake.lake;
    await testLake.lab('down');
    for (const mark of ['seeded', 'bootstrapped']) rmSync(path.join(folder, mark));
    mkdirSync(path.join(folders.postgres, 'data.partial'));
    const { status, stderr } = await testLake.lab('up');
    expect([status, stderr]).toEqual([0, expect.stringContaining('lake filled')]);
  });

  it('ends every process, frees every port, and never ends a process of somebody else', async () => {
    const pids = await testLake.pids();
    const { ports, folders } = testLake.lake;
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    writeFileSync(
      path.join(folders.run, 'mount.pid'),
      JSON.stringify({ pid: bystander.pid, startTime: '1' })
    );
    const daemons = path.join(folders.run, 'daemons.pid');
    const kept = readFileSync(daemons, 'utf8');
    try {
      const { status } = await testLake.lab('down');
      expect(status).toBe(0);
      expect(TestLake.alive(pids)).toEqual([]);
      expect(listeningAddresses(ports.rucio, 10)).toEqual([]);
      // The number of a process that has ended may have gone to another one.
      writeFileSync(
        daemons,
        JSON.stringify({ ...(JSON.parse(kept) as object), pid: bystander.pid })
      );
      expect((await testLake.lab('down')).stderr).toContain('was not running');
      expect(bystander.exitCode).toBeNull();
      expect(TestLake.alive([bystander.pid!])).toEqual([bystander.pid]);
    } finally {
      bystander.kill();
      await testLake.up('generic');
    }
  });

  it('says which port is in use, and starts nothing', async () => {
    const { ports, folder } = testLake.lake;
    const { status, stderr } = await testLake.lab('up', `--dir=${folder}-2`);
    const left = readdirSync(path.join(`${folder}-2`, 'run'));
    rmSync(`${folder}-2`, { recursive: true });
    expect([status, left]).toEqual([1, []]);
    expect(stderr).toContain(`Port ${ports.rucio} is in use by another program`);
  });
});

describe('a large catalogue', () => {
  it('is as large as asked for, once', async () => {
    for (const words of [
      ['million', '3000'],
      ['million', '3000']
    ]) {
      expect((await testLake.lab(...words)).status).toBe(0);
    }
    const alice = await testLake.account('alice');
    const count = async (route: string): Promise<number> =>
      (await alice.list(`/dids/big/${route}`)).length;
    expect({
      all: await count('dids/search?type=all&name=*'),
      files: await count('dids/search?type=file&name=*'),
      larger: await count('dataset_300k/files'),
      children: await count(`${MILLION.container.name}/dids`),
      child: await count(`${childOf(150)}/files`)
    }).toEqual({ all: 3000, files: 2847, larger: 900, children: 150, child: 1 });
  });

  it('of another size is refused where there is one', async () => {
    const { status, stderr } = await testLake.lab('million', '4000');
    expect([status, stderr]).toEqual([1, expect.stringContaining('has 3000 DIDs of its own')]);
    expect((await testLake.lab('million', 'many')).stderr).toContain('between 1,000 and 1,000,000');
  });
});

describe('what is in it', () => {
  it('has scopes, files, datasets, containers in containers, and metadata', async () => {
    const alice = await testLake.account('alice');
    const scopes = JSON.parse((await alice.ask('GET', '/scopes/')).text) as string[];
    expect(scopes).toEqual(
      expect.arrayContaining(['obs.2024', 'obs.formats', 'sun.2011', 'user.alice', 'user.bob'])
    );
    const counts = await Promise.all(
      scopes.map(scope => alice.list(`/dids/${scope}/dids/search?type=file&name=*`))
    );
    expect(counts.flat().length).toBeGreaterThanOrEqual(200);
    const inside = (name: string): Promise<{ name: string; type: string }[]> =>
      alice.list(`/dids/obs.2024/${name}/dids`);
    expect((await inside('event_catalogue')).map(child => child.type)).toEqual([
      'CONTAINER',
      'CONTAINER'
    ]);
    expect((await inside('april_2024')).map(child => child.name).sort()).toEqual([
      'event_0412',
      'event_0419',
      'event_0430'
    ]);
    const strong = await alice.list<string>(
      '/dids/obs.2024/dids/search?type=dataset&filters=%5B%7B%22magnitude.gt%22%3A%206%7D%5D'
    );
    expect(strong.sort()).toEqual(['event_0412', 'event_0526']);
  });

  it('has a rule that is stuck and says why', async () => {
    const alice = await testLake.account('alice');
    const [stuck] = await alice
      .list<{ id: string; account: string }>('/dids/obs.2024/event_0430/rules')
      .then(rules => rules.filter(entry => entry.account === 'alice'));
    const last = (await alice.watchRule(stuck!.id, 'STUCK')).at(-1)!;
    expect(last.error).toContain('SOURCE [2] No such file or directory');
  });

  it('gives bob little room', async () => {
    const bob = await testLake.account('bob');
    await expect(bob.addRule('obs.formats:regional_networks', 'MYSITE_MOUNT')).rejects.toThrow(
      /insufficient quota/i
    );
  });
});

describe('copies', () => {
  it.each([
    ['generic', 'obs.formats:gse2_samples', 401],
    ['permissive', 'obs.formats:sac_samples', 200]
  ] as const)(
    'arrive under the %s policy, one after the other when slowed; only the permissive one lets people change their rules',
    async (policy, did, change) => {
      await testLake.up(policy);
      await testLake.lab('slow', '1');
      const alice = await testLake.account('alice');
      const seen = await alice.watchRule(await alice.addRule(did, 'MYSITE_MOUNT'), 'OK', 'STUCK');
      await testLake.lab('slow', '0');
      expect(seen.at(-1)!.state).toBe('OK');
      expect(seen[0]!.state).toBe('REPLICATING');
      const between = new Set(
        seen.filter(rule => rule.state === 'REPLICATING').map(rule => rule.locks_ok_cnt)
      );
      between.delete(0);
      expect(between.size).toBeGreaterThanOrEqual(2);
      const [scope, name] = did.split(':');
      for (const file of await alice.list<{ name: string }>(`/dids/${scope}/${name}/files`)) {
        const original = readFileSync(storedAt('SITEA_DISK', file.name));
        expect(readFileSync(storedAt('MYSITE_MOUNT', file.name)).equals(original)).toBe(true);
      }
      const rules = await alice.list<{ id: string; account: string }>(
        '/dids/user.alice/first_upload/rules'
      );
      const own = rules.find(({ account }) => account === 'alice')!;
      const body = { options: { comment: 'mine' } };
      expect((await alice.ask('PUT', `/rules/${own.id}`, body)).status).toBe(change);
    }
  );

  it('of a damaged file fail, and the rule says that it is the checksum', async () => {
    const source = storedAt('SITEA_DISK', 'm13.fits');
    const content = readFileSync(source);
    content[1000]! ^= 1;
    writeFileSync(source, content);
    const alice = await testLake.account('alice');
    const last = (
      await alice.watchRule(
        await alice.addRule('sky.survey:m13.fits', 'MYSITE_MOUNT'),
        'OK',
        'STUCK'
      )
    ).at(-1)!;
    // SITE-B has an intact copy, and Rucio may take that one.
    expect(last.state === 'OK' || /CHECKSUM MISMATCH/.test(last.error ?? '')).toBe(true);
    expect(storedAt('MYSITE_MOUNT', 'm13.fits') === '').toBe(last.state !== 'OK');
  });
});

describe('nobody else', () => {
  it('reaches it from another machine: it listens on the loopback only', () => {
    const { ports } = testLake.lake;
    expect([...new Set(listeningAddresses(ports.rucio, 10))]).toEqual([LOOPBACK]);
    expect(listeningAddresses(ports.rucio, 10).length).toBe(3);
  });

  it('orders a copy', async () => {
    expect(await orderAsNobody(testLake.lake.ports.copyService)).toBe('HTTP/1.1 401 Unauthorized');
  });

  it('logs in to PostgreSQL', async () => {
    const { ports, folders } = testLake.lake;
    const SASL = 10;
    expect(await authenticationAskedBy(ports.postgres)).toBe(SASL);
    const python = path.join(path.dirname(path.dirname(folders.log)), 'venv/bin/python');
    const login = `import psycopg; psycopg.connect(host="127.0.0.1", port=${ports.postgres}, user="postgres", password="postgres", dbname="postgres")`;
    expect((await run([python, '-c', login])).stderr).toContain('password authentication failed');
  });

  it('reads a secret or a stored file', async () => {
    const { folder, folders, rses } = testLake.lake;
    const modes = readdirSync(folders.secrets).map(
      name => statSync(path.join(folders.secrets, name)).mode & 0o777
    );
    expect([...new Set(modes)]).toEqual([0o600]);
    const looked = await Promise.all(
      [
        folder,
        folders.secrets,
        folders.server,
        folders.accounts,
        folders.postgres,
        folders.log,
        rses[0]!.folder
      ].map(async place => [
        place,
        (statSync(place).mode & 0o066).toString(8),
        (await runAsNobody(['ls', place])).status !== 0
      ])
    );
    const closed = process.getuid?.() === 0;
    expect(looked.map(([, mode, refused]) => [mode, refused])).toEqual(
      looked.map(() => ['0', closed])
    );
  });
});
