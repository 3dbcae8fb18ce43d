import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { claimsOf } from '../../../src/common/server/jwt.js';
import { TestIam } from '../../lab/test-iam.ts';
import { keepHere, until } from './home.ts';

const PORT = 21451;
/** As short as the identity provider lets us, so that a few seconds are several lives. */
const LIFE_SECONDS = 10;
let iam: TestIam;

beforeAll(async () => {
  iam = await TestIam.start(PORT);
}, 60_000);
beforeEach(() =>
  iam.control.turn({ accessTokenSeconds: LIFE_SECONDS, fault: null, skewSeconds: 0 })
);
afterAll(() => iam.destroy());

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map(end => end()));
});

/** A user's home; each server in it has token files of its own. */
function home() {
  const folder = mkdtempSync(join(tmpdir(), 'keeping-'));
  let servers = 0;
  const start = () => {
    const server = keepHere(iam, folder, join(folder, `server-${servers++}`));
    ends.push(server.stop);
    return server;
  };
  ends.push(async () => rmSync(folder, { recursive: true, force: true }));
  return { start, folder };
}

/** Looks at the files as a program that needs them would, until it is told to stop. */
function watch(server: { read(name: string): string; files: string }) {
  const seen = { looks: 0, ended: 0, torn: 0, open: 0, tokens: new Set<string>() };
  let on = true;
  const ended = (async () => {
    while (on) {
      const eos = /^oauth2:([^:]+):localhost:\d+\/token\/introspection$/.exec(server.read('eos'));
      const storage = server.read('storage');
      seen.looks++;
      seen.torn += eos === null || storage.split('.').length !== 3 ? 1 : 0;
      for (const token of [eos?.[1] ?? '', storage]) {
        seen.tokens.add(token);
        seen.ended += (claimsOf(token).expiresAt ?? 0) < Date.now() ? 1 : 0;
      }
      for (const name of ['eos', 'storage']) {
        seen.open += (statSync(join(server.files, name)).mode & 0o077) === 0 ? 0 : 1;
      }
      await setTimeout(25);
    }
  })();
  return async () => {
    on = false;
    await ended;
    return seen;
  };
}

it('after one sign-in the files are good through several lives, in the forms that their readers want', async () => {
  const server = home().start();
  await until(() => server.service.status().targets.every(({ problem }) => problem !== null));
  expect(server.service.status()).toMatchObject({ signedIn: false, renewsHere: true });
  expect(server.service.status().targets[0].problem?.code).toBe('not-signed-in');
  await server.signIn();
  await until(() => server.has('eos') && server.has('storage'));
  expect(claimsOf(server.read('storage'))).toMatchObject({
    audience: ['xrootd'],
    subject: 'subject-of-alice'
  });
  const stop = watch(server);
  await setTimeout(2.5 * LIFE_SECONDS * 1000);
  const { looks, ended, torn, open, tokens } = await stop();
  expect(looks).toBeGreaterThan(100);
  expect({ ended, torn, open }).toEqual({ ended: 0, torn: 0, open: 0 });
  expect(tokens.size).toBeGreaterThanOrEqual(6);
  expect(server.service.status().targets.map(({ state }) => state)).toEqual(['valid', 'valid']);
}, 60_000);

it('an identity provider that is away for less than what is left is not noticed by readers', async () => {
  const server = home().start();
  await server.signIn();
  await until(() => server.has('eos') && server.has('storage'));
  const stop = watch(server);
  const before = await iam.control.stats();
  for (const fault of [
    { status: 503 },
    { status: 502, body: '<html>gateway</html>' },
    { cut: 'before' as const },
    { delaySeconds: 30 }
  ]) {
    await setTimeout((LIFE_SECONDS / 2) * 1000);
    await iam.control.breakWith(fault);
    await setTimeout((LIFE_SECONDS / 5) * 1000);
    await iam.control.heal();
  }
  await setTimeout(3000);
  const { ended, torn, open } = await stop();
  expect({ ended, torn, open }).toEqual({ ended: 0, torn: 0, open: 0 });
  const after = await iam.control.stats();
  expect(after.requests['/token'] - before.requests['/token']).toBeLessThan(60);
}, 90_000);

it('two servers of one user share one sign-in, also when the one that renews is ended', async () => {
  const { start } = home();
  const one = start();
  await until(() => one.service.status().renewsHere);
  const other = start();
  await other.signIn();
  await until(() => one.has('storage') && other.has('storage'));
  await until(() => other.read('storage') === one.read('storage'));
  await one.stop();
  await until(() => other.service.status().renewsHere);
  const stop = watch(other);
  await setTimeout(1.5 * LIFE_SECONDS * 1000);
  const { ended, tokens } = await stop();
  expect(ended).toBe(0);
  expect(tokens.size).toBeGreaterThanOrEqual(4);
}, 60_000);

it('a sign-in that the identity provider ends leaves the tokens until their end, and asks for a person', async () => {
  const server = home().start();
  const { refreshTokenSeconds } = await iam.control.dials();
  await iam.control.turn({ refreshTokenSeconds: 3 });
  await server.signIn();
  await iam.control.turn({ refreshTokenSeconds });
  await until(() => server.has('storage'));
  await until(() => !server.service.status().signedIn);
  expect(server.has('storage')).toBe(true);
  expect((claimsOf(server.read('storage')).expiresAt ?? 0) - Date.now()).toBeGreaterThan(0);
  await server.signIn('bob');
  await until(() => claimsOf(server.read('storage')).subject === 'subject-of-bob');
}, 60_000);

it('a sign-out gives back what we obtained and takes the files away', async () => {
  const { start } = home();
  const one = start();
  const other = start();
  await one.signIn();
  await until(() => one.has('eos') && other.has('eos'));
  await other.service.signOut();
  await until(() => !one.has('eos') && !other.has('eos') && !one.has('storage'));
  expect(one.service.status().signedIn).toBe(false);
  const { requests } = await iam.control.stats();
  expect(requests['/token/revocation']).toBeGreaterThan(0);
}, 30_000);

it.each([120, -120])(
  'a clock that is off by %d seconds is named, and the tokens are fresh all the same',
  async skewSeconds => {
    await iam.control.turn({ skewSeconds });
    const server = home().start();
    await server.signIn();
    await until(() => server.has('storage'));
    const storage = () => server.service.status().targets[1];
    await until(() => storage().problem?.code === 'clock-wrong');
    expect(storage().state).toBe('valid');
    expect(storage().problem?.message).toContain(skewSeconds < 0 ? 'ahead of' : 'behind');
    const first = server.read('storage');
    await until(() => server.read('storage') !== first);
    const { requests } = await iam.control.stats();
    await setTimeout(2000);
    const later = await iam.control.stats();
    expect(later.requests['/token'] - requests['/token']).toBeLessThan(6);
  },
  60_000
);
