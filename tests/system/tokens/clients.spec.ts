import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { trust } from '../../../lab/env.ts';
import { LabIam } from '../../../lab/iam/client/lab-iam.ts';
import { readLake, type ILake } from '../../../lab/lake.ts';
import { LFN2PFN } from '../../../src/adapters/rucio/lfn2pfn.js';
import { claimsOf } from '../../../src/common/server/jwt.js';
import { run, type IResult } from '../../lab/test-lake.ts';
import { startJupyter, type IJupyter } from '../jupyter.ts';
import { digestOf } from '../uploads/lake-files.js';
import { terminalEnvironment } from './terminal.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What is left of it when it is renewed is more than a client takes to show it. */
const LIFE_SECONDS = 20;
const LIVES = 2;
/** One after the other, each of which must do. */
const TOKENS = 3;
/** Uploads share it, so that they last for more than two lives. */
const BYTES_PER_SECOND = 1_050_000;
const FILES = { long: 14_000_000, a: 2e6, b: 2e6, c: 2e6, d: 2e6, e: 2e6, f: 2e6 };
const folder = mkdtempSync(join(tmpdir(), 'clients-'));
let lake: ILake;
let iam: LabIam;
let jupyter: IJupyter;
let terminal: Record<string, string>;
let tokens: string;

beforeAll(async () => {
  // The lake that the port suites of the full profile use.
  const up = ['lab/main.ts', 'up', '--profile', 'full'];
  execFileSync('node', up, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  lake = readLake(join(ROOT, '.lab/full'))!;
  iam = LabIam.of(lake);
  await iam.control.turn({ accessTokenSeconds: LIFE_SECONDS });
  const file = join(lake.iam!.jupyterFolder, 'jupyter_server_config.json');
  const { DataLake } = JSON.parse(readFileSync(file, 'utf8')) as { DataLake: object };
  jupyter = await startJupyter(
    {
      ...DataLake,
      state_dir: join(folder, 'state'),
      ...{ upload_bandwidth: BYTES_PER_SECOND, uploads_at_once: 4 }
    },
    // What Rucio's clients keep themselves lies in the temporary folder.
    { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...trust(lake.iam!.certificates) }
  );
  terminal = await terminalEnvironment(jupyter);
  tokens = dirname(terminal.BEARER_TOKEN_FILE);
});
afterAll(async () => {
  await iam?.control.turn({ accessTokenSeconds: 3600 });
  await jupyter?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In that terminal, with Rucio's clients on the path; nothing can be typed in. */
function type(command: string[], variables: Record<string, string> = {}): Promise<IResult> {
  const { PATH, ...others } = terminal;
  const path = `${PATH}:${join(ROOT, '.lab/venv/bin')}`;
  return run(command, { environment: { ...others, PATH: path, ...variables } });
}

/** `datalake token login`, with the person's own browser for the code. Answers its exit status. */
async function signIn(person: string): Promise<unknown> {
  const login = spawn('datalake', ['token', 'login'], { env: terminal });
  let told = '';
  login.stderr.on('data', text => (told += String(text)));
  const status = new Promise(gone => login.once('exit', gone));
  let page: string | undefined;
  while ((page = /Or open (\S+)/.exec(told)?.[1]) === undefined) await setTimeout(20);
  await iam.person(person).open(page);
  return status;
}

/** An upload that goes on while other tests run. */
class LongUpload {
  readonly began = Date.now();
  readonly ended: Promise<IResult & { seconds: number }>;

  constructor(scheme: string) {
    this._here = join(folder, scheme);
    this._prefix = `tokens${this.began}/${scheme}/`;
    mkdirSync(this._here);
    for (const [name, bytes] of Object.entries(FILES)) {
      writeFileSync(join(this._here, name), randomBytes(bytes));
    }
    const to = ['-s', 'user.alice', '-p', this._prefix, '--rse', RSE, '--protocol', scheme];
    this.ended = type(['datalake', 'upload', ...to, '--json', this._here]).then(result => ({
      ...result,
      seconds: (Date.now() - this.began) / 1000
    }));
  }

  /** Of each file: what the store has, and what it was. */
  digests(): [string | null, string | null][] {
    const storage = lake.rses.find(({ name }) => name === RSE)!.folder;
    return Object.keys(FILES).map(name => [
      digestOf(join(storage, LFN2PFN.hash('user.alice', this._prefix + name))),
      digestOf(join(this._here, name))
    ]);
  }

  private readonly _here: string;
  private readonly _prefix: string;
}
const RSE = 'SITEA_USERDISK';
let uploads: LongUpload[];

/** Somebody's notebook: one client of Rucio, made once and asked again and again. */
const NOTEBOOK = `
import sys, time
from rucio.client import Client
client = Client()
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    print(client.whoami()["account"], flush=True)
    time.sleep(0.5)
`;

it('before anybody is signed in, Rucio’s client ends and says what to do', async () => {
  const { status, stdout, stderr } = await type(['rucio', 'whoami']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('Nobody is signed in');
});

it('after one sign-in Rucio’s clients and xrdcp work, life after life', async () => {
  expect(await signIn('alice')).toBe(0);
  const storage = `root://127.0.0.1:${lake.ports.siteA}/`;
  const [file] = globSync(
    join(lake.rses.find(({ name }) => name === 'SITEA_DISK')!.folder, '*/*/*/*.mseed')
  );
  const pfn = `${storage}/lake/SITEA_DISK/${file.split('/').slice(-4).join('/')}`;
  const copy = join(folder, 'copy');
  while ((await type(['xrdcp', '-f', '-s', pfn, copy])).status !== 0) await setTimeout(100);
  uploads = ['davs', 'root'].map(scheme => new LongUpload(scheme));

  const notebook = type([
    join(ROOT, '.lab/venv/bin/python'),
    '-c',
    NOTEBOOK,
    String(LIVES * LIFE_SECONDS)
  ]);
  const seen = new Set<string>();
  const end = Date.now() + LIVES * LIFE_SECONDS * 1000;
  while (Date.now() < end || seen.size < TOKENS) {
    rmSync(copy);
    expect(await type(['xrdcp', '-s', pfn, copy])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(copy).equals(readFileSync(file))).toBe(true);
    const rucio = await type(['rucio', 'whoami']);
    expect([rucio.status, rucio.stderr]).toEqual([0, '']);
    expect(rucio.stdout).toMatch(/^account\s*: alice$/m);
    seen.add(readFileSync(join(tokens, 'storage'), 'utf8'));
  }
  const { status, stdout, stderr } = await notebook;
  expect([status, stderr]).toEqual([0, '']);
  expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['alice']));
});

it('uploads by davs and by root that were begun before went on, life after life', async () => {
  for (const upload of uploads) {
    const { status, stdout, stderr, seconds } = await upload.ended;
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', files: { done: 7, failed: 0 } });
    expect(seconds).toBeGreaterThan(LIVES * LIFE_SECONDS);
    for (const [there, here] of upload.digests()) expect(there).toBe(here);
  }
});

it('our own command in that terminal is the same person, by the same token', async () => {
  const { status, stdout, stderr } = await type(['datalake', 'whoami', '--json']);
  expect([status, stderr]).toEqual([0, '']);
  const source = join(tokens, 'rucio');
  expect(JSON.parse(stdout)).toMatchObject({ account: 'alice', authType: 'oidc', source });
});

it.each<{ words: string[]; variables: Record<string, string> }>([
  { words: ['--account', 'bob'], variables: {} },
  { words: [], variables: { RUCIO_ACCOUNT: 'bob' } }
])(
  'another account is told whose the tokens are: $words $variables',
  async ({ words, variables }) => {
    const { status, stdout, stderr } = await type(['rucio', ...words, 'whoami'], variables);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('signed in as alice, not as bob');
    const own = await type(['rucio', '--account', 'alice', 'whoami']);
    expect(own.stdout).toMatch(/^account\s*: alice$/m);
  }
);

it('Rucio’s clients leave our token files alone, and keep their own as private', async () => {
  const mode = (file: string): number => statSync(file).mode & 0o777;
  const files = ['eos', 'rucio', 'rucio.cfg', 'storage'];
  expect(
    readdirSync(tokens)
      .filter(name => !name.startsWith('.'))
      .sort()
  ).toEqual(files);
  expect(files.map(name => mode(join(tokens, name)))).toEqual(files.map(() => 0o600));
  expect(claimsOf(readFileSync(join(tokens, 'rucio'), 'utf8')).audience).toEqual(['rucio']);
  const kept = globSync(join(folder, '*/.rucio_*'));
  expect(kept.map(mode)).toEqual([0o700]);
  const names = readdirSync(kept[0]);
  expect(names).toContain('auth_token_for_account_alice');
  expect(names).not.toContain('auth_token_for_account_bob');
  expect(new Set(names.map(name => mode(join(kept[0], name))))).toEqual(new Set([0o600]));
});

it('no token is in what Jupyter wrote, and none in an environment', () => {
  expect(jupyter.log()).not.toMatch(/eyJ[\w-]+\.eyJ/);
  expect(Object.values(terminal).filter(value => /eyJ[\w-]+\.eyJ/.test(value))).toEqual([]);
});
