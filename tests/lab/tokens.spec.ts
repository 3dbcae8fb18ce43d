import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LabIam } from '../../lab/iam/client/lab-iam.ts';
import { writePrivate } from '../../lab/private-file.ts';
import { HubPerson, tokenOfServer } from './hub-person.ts';
import { run, runAsNobody, TestLake, type IResult } from './test-lake.ts';

const testLake = new TestLake('full');
let iam: LabIam;
let folder: string;

beforeAll(async () => {
  await testLake.destroy();
  await testLake.up('generic');
  iam = LabIam.of(testLake.lake);
  folder = mkdtempSync(path.join(tmpdir(), 'lab-tokens-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await testLake.destroy();
});

const asRoot = process.getuid?.() === 0;

/** A token that ended half an hour ago: the IAM's clock was an hour behind when it was made. */
async function expired(audience: string): Promise<string> {
  await iam.control.turn({ skewSeconds: -3600, accessTokenSeconds: 1800 });
  const token = await iam.token('alice', audience);
  await iam.control.turn({ skewSeconds: 0, accessTokenSeconds: 3600 });
  return token;
}

describe('Rucio', () => {
  const whoami = async (token: string, account?: string): Promise<[number, string | null]> => {
    const answer = await fetch(`${testLake.lake.rucioUrl}/accounts/whoami`, {
      redirect: 'manual',
      headers: {
        'X-Rucio-Auth-Token': token,
        ...(account === undefined ? {} : { 'X-Rucio-Account': account })
      }
    });
    return [answer.status, answer.headers.get('location')];
  };

  it.each(['alice', 'bob'])('knows %s by a token', async name => {
    const [status, location] = await whoami(await iam.token(name, 'rucio'), 'root');
    expect([status, path.basename(location ?? '')]).toEqual([303, name]);
  });

  it('refuses a token for somebody else, of a stranger, without the scope, or that has ended', async () => {
    const tokens = [
      await iam.token('alice', 'xrootd'),
      await iam.token('eve', 'rucio'),
      await iam.token('alice', 'rucio', 'openid'),
      await expired('rucio')
    ];
    for (const token of tokens) expect(await whoami(token)).toEqual([401, null]);
  });

  it('signs people in itself, as a client of the identity provider', async () => {
    const { rucioUrl } = testLake.lake;
    const asked = await fetch(`${rucioUrl}/auth/oidc`, {
      headers: {
        'X-Rucio-Account': 'alice',
        'X-Rucio-Client-Authorize-Auto': 'False',
        'X-Rucio-Client-Authorize-Polling': 'True',
        'X-Rucio-Client-Authorize-Scope': 'openid profile',
        'X-Rucio-Client-Authorize-Audience': 'rucio',
        'X-Rucio-Client-Authorize-Refresh-Lifetime': '96'
      }
    });
    const url = asked.headers.get('X-Rucio-OIDC-Auth-URL') ?? '';
    const sentOn = await iam.address.ask(url);
    const page = await iam.person('alice').open(sentOn.headers.location ?? '');
    expect((await iam.address.ask(page.url)).status).toBe(200);
    const fetched = await iam.address.ask(url, {
      headers: { 'X-Rucio-Client-Fetch-Token': 'True' }
    });
    const token = String(fetched.headers['x-rucio-auth-token']);
    expect((await whoami(token))[0]).toBe(303);
  });
});

describe('XRootD', () => {
  const FILE = { scope: 'obs.2024', name: 'wave_0419_01.mseed' };

  /** Where Rucio says that the file is, at a server and behind the redirector, with what is in it. */
  async function replicas(): Promise<{ pfn: string; content: Buffer }[]> {
    const alice = await testLake.account('alice');
    const { text } = await alice.ask('POST', '/replicas/list', { dids: [FILE] });
    const { rses } = JSON.parse(text) as { rses: Record<string, string[]> };
    return Promise.all(
      ['SITEA_DISK', 'MYSITE_MOUNT'].map(async rse => {
        const pfn = rses[rse]![0]!;
        const { protocol, folder: root } = testLake.lake.rses.find(({ name }) => name === rse)!;
        const within = pfn.slice(pfn.indexOf(protocol.prefix) + protocol.prefix.length);
        return { pfn, content: readFileSync(path.join(root, within)) };
      })
    );
  }

  function withToken(token: string, command: string[], mode = 0o600): Promise<IResult> {
    const file = path.join(folder, 'token');
    writePrivate(file, token);
    chmodSync(file, mode);
    const environment = {
      PATH: '/usr/bin:/bin',
      X509_CERT_DIR: testLake.lake.iam!.certificates.folder,
      BEARER_TOKEN_FILE: file
    };
    return run(command, { environment });
  }

  const fetched = (token: string, pfn: string, mode?: number): Promise<IResult> =>
    withToken(token, ['xrdcp', '-f', '-s', pfn, path.join(folder, 'fetched')], mode);

  it('gives a catalogued file to whoever has a token, and takes one', async () => {
    const token = await iam.token('alice', 'xrootd', 'storage.read:/ storage.modify:/');
    for (const { pfn, content } of await replicas()) {
      expect(await fetched(token, pfn)).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(path.join(folder, 'fetched')).equals(content)).toBe(true);
      const own = `${pfn}.copy`;
      const sent = ['xrdcp', '-f', '-s', path.join(folder, 'fetched'), own];
      expect((await withToken(token, sent)).status).toBe(0);
      const removed = [
        'xrdfs',
        own.slice(0, own.indexOf('//lake')),
        'rm',
        own.replace(/.*\/\//, '/')
      ];
      expect((await withToken(token, removed)).status).toBe(0);
    }
  });

  it('gives it by https, too', async () => {
    const token = await iam.token('alice', 'xrootd', 'storage.read:/lake');
    const { pfn, content } = (await replicas())[0]!;
    const url = pfn.replace('root://127.0.0.1', 'https://localhost').replace('//lake', '/lake');
    const asked = { headers: { Authorization: `Bearer ${token}` } };
    const answer = await iam.address.ask(url, asked);
    expect([answer.status, Number(answer.headers['content-length'])]).toEqual([
      200,
      content.length
    ]);
    expect((await iam.address.ask(url)).status).toBe(403);
    const other = await iam.token('alice', 'rucio');
    asked.headers.Authorization = `Bearer ${other}`;
    expect((await iam.address.ask(url, asked)).status).toBe(403);
  });

  it('refuses a token for somebody else, one that has ended, and one that others can read', async () => {
    const good = await iam.token('alice', 'xrootd', 'storage.read:/');
    const rucio = await iam.token('alice', 'rucio');
    const late = await expired('xrootd');
    for (const { pfn } of await replicas()) {
      expect((await fetched(rucio, pfn)).stderr).toContain('permission denied');
      expect((await fetched(late, pfn)).stderr).toContain('Auth failed');
      expect((await fetched(good, pfn, 0o644)).stderr).toContain('Auth failed');
      expect((await fetched('', pfn)).stderr).toContain('Auth failed');
    }
  });

  it('refuses what the scope does not cover', async () => {
    const token = await iam.token('alice', 'xrootd', 'storage.read:/lake');
    for (const { pfn } of await replicas()) {
      expect((await fetched(token, pfn)).status).toBe(0);
      const sent = ['xrdcp', '-f', '-s', '/etc/hostname', `${pfn}.copy`];
      expect((await withToken(token, sent)).stderr).toContain('permission denied');
    }
  });

  it('refuses a token that was good from the moment it ends', async () => {
    const { pfn } = (await replicas())[0]!;
    await iam.control.turn({ accessTokenSeconds: 15 });
    const token = await iam.token('alice', 'xrootd', 'storage.read:/');
    await iam.control.turn({ accessTokenSeconds: 3600 });
    let result = await fetched(token, pfn);
    expect(result.status).toBe(0);
    while (result.status === 0) {
      await wait(200);
      result = await fetched(token, pfn);
    }
    expect(result.stderr).toContain('Auth failed');
  });
});

it('the identity provider can be away alone, and knows everybody when it is back', async () => {
  const client = iam.client('datalake');
  const { refresh_token } = await client.signIn(iam.person('alice'));
  expect(await testLake.lab('iam', 'down')).toMatchObject({ status: 0 });
  await expect(client.refresh(refresh_token!)).rejects.toThrow('ECONNREFUSED');
  expect(await testLake.lab('iam', 'up')).toMatchObject({ status: 0 });
  expect((await client.refresh(refresh_token!)).status).toBe(200);
});

describe('JupyterHub', () => {
  it('hands the token of a person’s sign-in to their own server, and to no other', async () => {
    const { lake } = testLake;
    expect(await testLake.lab('hub', 'up')).toMatchObject({ status: 0 });
    const hub = new HubPerson(`http://127.0.0.1:${lake.ports.hubProxy}`);
    expect(await hub.signIn(iam.person('alice'))).toBe('/hub/spawn');
    await hub.startServer('alice');
    const ask = (user: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${lake.ports.hub}/hub/api/users/${user}`, {
        headers: { Authorization: `token ${tokenOfServer(path.join(lake.folder, 'hub'))}` }
      });
    const { auth_state } = (await (await ask('alice')).json()) as {
      auth_state: { access_token: string };
    };
    expect(await iam.client('resource-server').introspect(auth_state.access_token)).toMatchObject({
      active: true,
      username: 'alice'
    });
    expect((await ask('bob')).status).toBe(404);
  });

  it('is a page for nobody without a password', async () => {
    const { ports } = testLake.lake;
    const answer = await fetch(`http://127.0.0.1:${ports.hubProxy}/user/alice/api/contents`);
    const routes = await fetch(`http://127.0.0.1:${ports.hubProxyApi}/api/routes`);
    expect([answer.status, routes.status]).toEqual([403, 403]);
    const hub = new HubPerson(`http://127.0.0.1:${ports.hubProxy}`);
    await expect(hub.signIn(iam.person('alice', 'wrong'))).rejects.toThrow('401');
  });

  it('is stopped with the servers of people', async () => {
    const pids = await testLake.pids();
    expect(await testLake.lab('hub', 'down')).toMatchObject({ status: 0 });
    expect((await testLake.pids()).length).toBe(pids.length - 1);
    expect(TestLake.alive(pids)).toHaveLength(pids.length - 1);
  });
});

describe('nobody else', () => {
  const CURL = ['curl', '--silent', '--insecure', '--output', '/dev/null', '--write-out'];

  it('turns the dials, reads figures, or asks about tokens', async () => {
    const { issuer } = testLake.lake.iam!;
    for (const what of ['_lab/stats', '_lab/dials']) {
      const { stdout } = await runAsNobody([...CURL, '%{http_code}', `${issuer}/${what}`]);
      expect(stdout).toBe('401');
    }
    const asked = ['--data', 'token=x&client_id=resource-server&client_secret=x'];
    const { stdout } = await runAsNobody([
      ...[...CURL, '%{http_code}', ...asked],
      `${issuer}/token/introspection`
    ]);
    expect(stdout).toBe('401');
  });

  it('reads passwords, keys, settings, or what the identity provider remembers', async () => {
    const { iam: at, folders } = testLake.lake;
    const files = [
      path.join(folders.secrets, 'iam-alice'),
      path.join(folders.secrets, 'client-datalake'),
      path.join(folders.server, 'etc/idpsecrets.json'),
      path.join(folders.storage, 'certificates/server.key'),
      at!.certificates.key,
      path.join(at!.certificates.folder, '../people/alice.key'),
      path.join(at!.certificates.folder, '../people/alice.proxy'),
      at!.settings,
      path.join(at!.stateFolder, 'keys.json'),
      path.join(at!.stateFolder, 'iam.sqlite')
    ];
    for (const file of files) {
      expect(readFileSync(file).length).toBeGreaterThan(0);
      expect((await runAsNobody(['cat', file])).status !== 0).toBe(asRoot);
    }
  });

  it('uses XRootD by https without a token', async () => {
    const { ports } = testLake.lake;
    const file = path.join(folder, 'not-wanted');
    chmodSync(folder, 0o755);
    writeFileSync(file, 'not wanted', { mode: 0o644 });
    for (const port of [ports.siteA, ports.siteB, ports.mysiteServer]) {
      for (const scheme of ['http', 'https']) {
        const url = `${scheme}://localhost:${port}/lake/SITEA_DISK/`;
        const read = await runAsNobody([...CURL, '%{http_code}', url]);
        const sent = ['--upload-file', file, `${url}not-wanted`];
        const written = await runAsNobody([...CURL, '%{http_code}', ...sent]);
        expect([read.stdout, written.stdout]).toEqual(['403', '403']);
      }
    }
  });
});

it('no token and no password is in a log', () => {
  const { log, secrets } = testLake.lake.folders;
  const words = ['iam-alice', 'client-datalake', 'iam-lab'].map(name =>
    readFileSync(path.join(secrets, name), 'utf8').trim()
  );
  for (const name of ['iam', 'rucio', 'rucio.access', 'sitea', 'mysite', 'redirector', 'hub']) {
    const text = readFileSync(path.join(log, `${name}.log`), 'utf8');
    expect([name, /eyJ[\w-]+\.eyJ/.test(text)]).toEqual([name, false]);
    for (const word of words) expect(text).not.toContain(word);
  }
});
