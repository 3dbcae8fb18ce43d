import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LabIam } from '../../../lab/iam/client/lab-iam.ts';
import { lakeFile, readLake, type ILake } from '../../../lab/lake.ts';
import { labFolder } from '../../../lab/places.ts';
import { NO_LOG } from '../../../src/common/core/log.js';
import { claimsOf } from '../../../src/common/server/jwt.js';
import { Config } from '../../../src/server/config.js';
import { makeLake } from '../../../src/server/lake.js';
import { makeSignIns } from '../../../src/server/sign-in.js';
import { makeTokens } from '../../../src/server/tokens.js';
import type { TokenService } from '../../../src/token-renewal/core/token-service.js';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Two thirds of it are waited for twice. */
const LIFE_SECONDS = 20;
const folder = mkdtempSync(join(tmpdir(), 'rucio-sign-in-'));
const file = join(folder, 'tokens', 'rucio');
const end = new AbortController();
let lake: ILake;
let iam: LabIam;
let service: TokenService;
let running: Promise<void>;
let whoami: () => Promise<{ account: string | null; identity: string | null }>;

beforeAll(async () => {
  // The lake that the port suites of the full profile use.
  const up = ['lab/main.ts', 'up', '--profile', 'full'];
  execFileSync('node', up, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  lake = readLake(join(ROOT, '.lab/full'))!;
  iam = LabIam.of(lake);
  await iam.control.turn({ accessTokenSeconds: LIFE_SECONDS });
  const made = makeLake(configuration(), NO_LOG);
  const tokens = makeTokens(made, null, () => {});
  service = tokens.tokens.get();
  running = tokens.run(end.signal);
  whoami = () => makeSignIns(made).states.get().read(new AbortController().signal);
});
afterAll(async () => {
  await iam?.control.turn({ accessTokenSeconds: 3600 });
  end.abort();
  await running;
  rmSync(folder, { recursive: true, force: true });
});

/** A lake without an identity provider of its own: Rucio's is enough. */
function configuration(): Config {
  const target = { name: 'rucio', audience: '', scope: '', file, format: 'plain', serves: 'rucio' };
  return Config.parse({
    instances: [
      {
        name: 'lab',
        rucioUrl: lake.rucioUrl,
        authUrl: lake.iam!.rucioHttpsUrl,
        caCert: lake.iam!.certificates.authority,
        authType: 'oidc',
        oidcTokenFile: file,
        tokens: {
          source: 'rucio',
          issuer: '',
          scope: 'openid profile offline_access',
          ...{ clientId: '', clientSecretFile: '', redirectUrl: '', hubTokenPath: '' },
          ...{ subjectFile: '', subjectVariable: '', inSharedFolders: false },
          targets: [target]
        }
      }
    ],
    stateDir: join(folder, 'state'),
    kernelDir: '/nonexistent'
  });
}

/** The link in a browser of this person, to the page that says that all is well. */
async function follow(url: string, person: string): Promise<number> {
  const sentOn = await iam.address.ask(url);
  const page = await iam.person(person).open(sentOn.headers.location ?? '');
  return (await iam.address.ask(page.url)).status;
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) {
    await setTimeout(100);
  }
}

/** In Rucio's table of tokens, as its database's owner; meanwhile, tokens are kept. */
async function change(what: string): Promise<void> {
  const program = `
import json, sys, pathlib, psycopg
lake = json.loads(pathlib.Path(sys.argv[1]).read_text())
password = (pathlib.Path(lake["folders"]["secrets"]) / "database").read_text().strip()
with psycopg.connect(host="127.0.0.1", port=lake["ports"]["postgres"], user="rucio", password=password, dbname="rucio") as db:
    db.execute("update dev.tokens set " + sys.argv[2] + " where account = 'alice' and refresh")
`;
  const python = join(labFolder(), 'venv/bin/python');
  await promisify(execFile)(python, ['-c', program, lakeFile(lake.folder), what]);
}

const target = () => service.status().targets[0];
const kept = () => readFileSync(file, 'utf8');

it('a person signs in by Rucio’s link, and the token is kept in a file of theirs', async () => {
  expect(service.status()).toMatchObject({ source: 'rucio', signsInHere: true, signedIn: false });
  const { device } = await service.beginOnDevice();
  expect(device).toMatchObject({ userCode: null, completeUrl: null });
  expect(device?.url.startsWith(`${lake.iam!.rucioHttpsUrl}/auth/oidc_redirect?`)).toBe(true);
  expect(await follow(device?.url ?? '', 'alice')).toBe(200);
  await until(() => target().state === 'valid');
  expect(service.status()).toMatchObject({ signedIn: true, device: null, deviceProblem: null });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await whoami()).toMatchObject({ account: 'alice', identity: claimsOf(kept()).subject });
});

it('it is renewed by Rucio before it ends, as soon as Rucio does that', async () => {
  const first = kept();
  // Rucio gives one that is younger than five minutes back as it is.
  await change("updated_at = updated_at - interval '10 minutes'");
  await until(() => kept() !== first);
  await until(() => target().state === 'valid' && target().problem === null);
  expect(claimsOf(kept()).expiresAt).toBeGreaterThan(claimsOf(first).expiresAt ?? Infinity);
  expect(await whoami()).toMatchObject({ account: 'alice' });
});

it('when Rucio cannot renew it, the person is asked to sign in again', async () => {
  await change('refresh_token = null');
  await until(() => !service.status().signedIn);
  expect(target().problem?.code).toBe('not-signed-in');
});

it('a sign-in that was cancelled gives no token', async () => {
  const { device } = await service.beginOnDevice();
  expect(service.cancelOnDevice().device).toBeNull();
  expect(await follow(device?.url ?? '', 'alice')).toBe(200);
  expect(service.status().signedIn).toBe(false);
});

it('after a sign-out nothing is left', async () => {
  const { device } = await service.beginOnDevice();
  await follow(device?.url ?? '', 'alice');
  await until(() => service.status().signedIn && target().state === 'valid');
  expect(await service.signOut()).toMatchObject({ signedIn: false });
  await until(() => target().state === 'waiting');
  await expect(whoami()).resolves.toMatchObject({ account: null });
});
