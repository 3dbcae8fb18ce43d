import { createPrivateKey } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { certificateOf, certifiedConfigs, nameOf } from '../../../lab/people-certificates.ts';
import { IamAddress } from '../../../lab/iam/client/ask.ts';
import { readLake, type ILake } from '../../../lab/lake.ts';
import { labFolder } from '../../../lab/places.ts';
import { writePrivate } from '../../../lab/private-file.ts';
import { NO_LOG } from '../../../src/common/core/log.js';
import { Config } from '../../../src/server/config.js';
import { makeLake } from '../../../src/server/lake.js';
import { makeSignIns } from '../../../src/server/sign-in.js';
import {
  asSigner,
  makeAuthority,
  makeCertificate,
  makeProxy,
  nameOf as encoded
} from '../../../src/testing/certificates.js';
import type { SignIn } from '../../../src/token-renewal/contract.js';
import { run } from '../../lab/test-lake.ts';

const TYPES = ['x509', 'x509_proxy'] as const;
const ALICE = nameOf('alice');

const ROOT = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
let lake: ILake;

jest.setTimeout(300_000);
beforeAll(() => {
  // The lake that the port suites of the full profile use.
  const up = ['lab/main.ts', 'up', '--profile', 'full'];
  execFileSync('node', up, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  lake = readLake(join(ROOT, '.lab/full'))!;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configs = () => certifiedConfigs(lake, 'alice');

/** Ours, with this rucio.cfg and what else is configured. */
async function signIn(rucioCfg: string, options: object = {}): Promise<SignIn> {
  const config = Config.parse({
    instances: [{ name: 'lab', rucioCfg, ...options }],
    stateDir: '/nonexistent',
    kernelDir: '/nonexistent'
  });
  const { states } = makeSignIns(makeLake(config, NO_LOG));
  return states.get().read(new AbortController().signal);
}

it.each(TYPES)('%s: Rucio’s own client signs in by the lake’s rucio.cfg', async type => {
  const rucio = join(labFolder(), 'venv/bin/rucio');
  const environment = { PATH: '/usr/bin:/bin', RUCIO_CONFIG: configs()[type] };
  const { status, stdout } = await run([rucio, 'whoami'], { environment });
  expect([status, /^account +: alice$/m.test(stdout)]).toEqual([0, true]);
});

it.each(TYPES)('%s: so do we by the same file, and know the end', async type => {
  const found = await signIn(configs()[type]);
  expect(found).toMatchObject({
    signedIn: true,
    problem: null,
    authType: type,
    account: 'alice',
    identity: ALICE,
    credentialProblem: null
  });
  expect(Date.parse(found.credentialEndsAt ?? '')).toBeGreaterThan(Date.now());
});

it.each(TYPES)('%s: Rucio finds the account by the name', async type => {
  const without = join(folder, `${type}.cfg`);
  const text = readFileSync(configs()[type], 'utf8').replace(/^account = .*$/m, '');
  writePrivate(without, text);
  expect(await signIn(without)).toMatchObject({ signedIn: true, account: 'alice' });
});

it('an account that is not of this name is refused, with the name', async () => {
  const { problem } = await signIn(configs().x509, { account: 'bob' });
  expect(problem?.code).toBe('sign-in-refused');
  expect(problem?.message).toContain(`Rucio refuses to sign in ${ALICE} as account bob:`);
});

it('a proxy of a proxy is the same person, and one that has ended is nobody', async () => {
  const { certificate, key } = certificateOf(lake.iam!, 'alice');
  const signer = {
    name: encoded([
      ['DC', 'org'],
      ['DC', 'example'],
      ['O', 'Data lake lab'],
      ['CN', 'alice']
    ]),
    privateKey: createPrivateKey(readFileSync(key, 'utf8')),
    chain: readFileSync(certificate, 'utf8')
  };
  const proxy = join(folder, 'proxy');
  writePrivate(proxy, makeProxy(makeProxy(signer)).text);
  const config = configs().x509_proxy;
  expect(await signIn(config, { clientX509Proxy: proxy })).toMatchObject({ identity: ALICE });
  const yesterday = new Date(Date.now() - 86_400_000);
  const life = { from: new Date(yesterday.getTime() - 3_600_000), until: yesterday };
  writePrivate(proxy, makeProxy(signer, life).text);
  const { problem } = await signIn(config, { clientX509Proxy: proxy });
  expect(problem?.code).toBe('credential-ended');
});

it('a certificate of another authority is not believed, whatever name is in it', async () => {
  const made = makeCertificate({
    subject: [
      ['DC', 'org'],
      ['DC', 'example'],
      ['O', 'Data lake lab'],
      ['CN', 'alice']
    ],
    by: asSigner(makeAuthority('Data lake lab, people'))
  });
  const [clientCert, clientKey] = ['cert', 'key'].map(name => join(folder, name));
  writePrivate(clientCert, made.certificate);
  writePrivate(clientKey, made.key);
  const { problem } = await signIn(configs().x509, { clientCert, clientKey });
  expect(problem?.code).toBe('sign-in-refused');
  expect(problem?.message).toContain(`does not believe the certificate of ${ALICE}`);
});

it('a name in a header is nobody’s', async () => {
  const { rucioUrl, iam } = lake;
  const headers = {
    'X-Rucio-Account': 'alice',
    SSL_CLIENT_S_DN: ALICE,
    'SSL-Client-S-DN': ALICE
  };
  const address = new IamAddress(
    iam!.rucioHttpsUrl,
    readFileSync(iam!.certificates.authority, 'utf8')
  );
  expect((await address.ask('/auth/x509', { headers })).status).toBe(401);
  expect((await fetch(`${rucioUrl}/auth/x509`, { headers })).status).toBe(401);
});
