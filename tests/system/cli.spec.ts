import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from '../../src/testing/http-server.js';
import { PASSWORD, startRucio } from '../../src/testing/rucio-server.js';
import { labEnvironment } from './lab.js';

interface IEnd {
  status: number | null;
  out: string;
  error: string;
}

const folder = mkdtempSync(join(tmpdir(), 'datalake-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
let environment: NodeJS.ProcessEnv;
beforeAll(() => {
  environment = { ...labEnvironment(), JUPYTER_RUNTIME_DIR: join(folder, 'runtime') };
}, 600_000);

/** Runs a line of bash with `datalake` on PATH. */
function shell(line: string, env = environment, started?: (pid: number) => void): Promise<IEnd> {
  return new Promise(resolve => {
    const child = spawn('bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const end: IEnd = { status: null, out: '', error: '' };
    child.stdout.on('data', text => (end.out += text));
    child.stderr.on('data', text => (end.error += text));
    child.on('close', status => resolve({ ...end, status }));
    if (child.pid !== undefined) {
      started?.(child.pid);
    }
  });
}

const rows = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

describe('datalake on a real lake', () => {
  it('knows who is signed in', async () => {
    const { status, out, error } = await shell('datalake whoami --json');
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(rows(out)).toEqual([
      expect.objectContaining({ account: 'alice', signedIn: true, authType: 'userpass' })
    ]);
  });

  it('lists scopes, one object a line', async () => {
    const { out } = await shell('datalake scopes --json');
    expect(rows(out)).toEqual(
      expect.arrayContaining([
        { scope: 'obs.2024', own: false },
        { scope: 'user.alice', own: true }
      ])
    );
  });

  it('searches, and lists to any depth', async () => {
    const found = await shell("datalake search 'obs.2024:event_*' --type dataset");
    expect(found.out).toContain('\tobs.2024:event_0412\n');
    expect(found.out).not.toContain('event_catalogue');
    const below = await shell('datalake ls -r obs.2024:event_catalogue --json');
    const files = rows(below.out).filter(({ type }) => type === 'FILE');
    expect(files).toHaveLength(116);
  });

  it('knows all about a DID', async () => {
    const { out } = await shell('datalake info obs.2024:event_0419 --json');
    expect(rows(out)).toEqual([
      expect.objectContaining({
        did: 'obs.2024:event_0419',
        type: 'DATASET',
        length: 20,
        metadata: expect.objectContaining({ project: 'quake' }) as object
      })
    ]);
  });

  it('makes a dataset, fills and describes it, closes it, and gives it an end', async () => {
    const did = `user.alice:care-${Date.now().toString(36)}`;
    const change = (line: string) => shell(`datalake ${line}`);
    const made = await change(`dataset create ${did} --meta campaign=2026 --meta mine=x`);
    expect({ status: made.status, error: made.error }).toEqual({ status: 0, error: '' });
    const [file] = rows((await shell('datalake ls user.alice:first_upload --json')).out);
    await change(`dataset attach ${did} ${String(file.did)}`);
    await change(`metadata set ${did} site=here`);
    await change(`metadata unset ${did} mine`);
    await change(`dataset close ${did}`);
    await change(`lifetime ${did} 30`);
    const [info] = rows((await shell(`datalake info ${did} --json`)).out);
    expect(info).toMatchObject({ type: 'DATASET', length: 1, open: false });
    expect(info.metadata).toMatchObject({ campaign: '2026', site: 'here' });
    expect(info.metadata).not.toHaveProperty('mine');
    const end = Date.parse(String(info.expiresAt)) - Date.parse(String(info.createdAt));
    expect(Math.round(end / 86_400_000)).toBe(30);
    const refused = await change(`dataset detach user.bob:first_upload ${String(file.did)}`);
    expect({ status: refused.status, out: refused.out }).toEqual({ status: 5, out: '' });
  });

  it('is quiet when its reader has gone', async () => {
    const { out, error } = await shell(
      "set -o pipefail; datalake search 'obs.2024:*' | head -n 1; echo status $?"
    );
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toContain('status 0');
    expect(error).toBe('');
  });

  it('finds everything in order', async () => {
    const { status, out, error } = await shell('datalake doctor --json');
    const findings = rows(out);
    expect({ error, failed: findings.filter(({ ok }) => ok !== true) }).toEqual({
      error: '',
      failed: []
    });
    expect(status).toBe(0);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['reachability', 'sign-in', 'mount MYSITE_MOUNT'])
    );
  });

  it.each([
    ['datalake info obs.2024:none', 7, 'Rucio knows no such DID'],
    ['datalake info obs.2024', 2, 'no colon'],
    ["datalake search 'none:*'", 7, 'no scope none'],
    ['datalake serch x', 2, 'Did you mean search?']
  ])('%s fails with %d', async (line, status, sentence) => {
    const end = await shell(line);
    expect({ status: end.status, out: end.out }).toEqual({ status, out: '' });
    expect(end.error).toContain(sentence);
  });
});

describe('datalake with a rucio.cfg of its own', () => {
  let rucio: TestServer;
  beforeAll(async () => {
    rucio = await startRucio();
  });
  afterAll(() => rucio.close());

  function configured(lines: string[]): NodeJS.ProcessEnv {
    const home = mkdtempSync(join(folder, 'home-'));
    mkdirSync(join(home, 'etc'));
    writeFileSync(join(home, 'etc/rucio.cfg'), ['[client]', ...lines].join('\n'), { mode: 0o600 });
    return {
      PATH: environment.PATH,
      HOME: home,
      RUCIO_HOME: home,
      JUPYTER_RUNTIME_DIR: join(home, 'runtime')
    };
  }

  const alice = (url: string, password = PASSWORD) =>
    configured([
      `rucio_host = ${url}`,
      `auth_host = ${url}`,
      'auth_type = userpass',
      'username = alice',
      `password = ${password}`
    ]);

  it('ends with 130 on Ctrl-C, and lets go of what it asked for', async () => {
    let asked = () => {};
    const waiting = new Promise<void>(resolve => (asked = resolve));
    const closed = new Promise<void>(resolve =>
      rucio.on('/dids/', response => {
        response.on('close', resolve);
        asked();
      })
    );
    let pid = 0;
    const end = shell('exec datalake search a:b', alice(rucio.url), id => (pid = id));
    await waiting;
    process.kill(pid, 'SIGINT');
    expect(await end).toEqual({ status: 130, out: '', error: '' });
    await closed;
  });

  it('says that the password is refused, and never what it is', async () => {
    const end = await shell('datalake whoami', alice(rucio.url, 'wrong-password'));
    expect(end.status).toBe(4);
    expect(end.error).toMatch(/Rucio refuses to sign in alice .* in .*rucio.cfg/);
    expect(end.error).not.toContain('wrong-password');
  });

  it('says that Rucio cannot be reached', async () => {
    const end = await shell('datalake scopes', alice('http://127.0.0.1:9'));
    expect(end.status).toBe(10);
    expect(end.error).toContain('cannot be reached');
  });

  it('has a doctor that says what to do', async () => {
    const env = alice('http://127.0.0.1:9');
    const { status, out } = await shell('datalake doctor --json', env);
    const failed = rows(out).filter(({ ok }) => ok !== true);
    expect(status).toBe(10);
    expect(failed.map(({ check }) => check)).toEqual(['reachability', 'sign-in']);
  });

  it('has a doctor that writes a report without the password', async () => {
    const file = join(folder, 'report.json');
    const env = alice(rucio.url, 'wrong-password');
    rucio.reply('/ping', 200, '{"version":"39.0.0"}');
    const { status, error } = await shell(`datalake doctor --report ${file}`, env);
    expect([status, error]).toEqual([4, expect.stringContaining(file)]);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('Rucio refuses to sign in alice');
    expect(text).not.toContain('wrong-password');
  });

  it('says that nothing is configured', async () => {
    const end = await shell('datalake scopes', configured([]));
    expect(end.status).toBe(3);
    expect(end.error).toMatch(/rucio_host|c\.DataLake/);
    const doctor = await shell('datalake doctor', configured([]));
    expect(doctor.status).toBe(3);
  });
});
