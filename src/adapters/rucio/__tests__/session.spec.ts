import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from '../../../testing/http-server.js';
import { HandClock } from '../../../testing/hand-clock.js';
import {
  aliceAt,
  clientOf,
  PASSWORD,
  refuse,
  startRucio,
  TOKEN
} from '../../../testing/rucio-server.js';
import { RucioAccount } from '../account.js';
import { credentialSource } from '../credentials.js';
import type { IRucioClientSettings } from '../rucio-cfg.js';
import { RucioSession } from '../session.js';
import { RucioSignIn } from '../sign-in.js';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'datalake-session-'));
const place = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
afterAll(() => rmSync(folder, { recursive: true }));

let server: TestServer;
beforeEach(async () => {
  server = await startRucio();
});
afterEach(() => server.close());

const HOUR = 3_600_000;
const jwt = (claims: object) =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

function signInOf(client: IRucioClientSettings): RucioSignIn {
  const { http, session } = clientOf(client);
  return new RucioSignIn(session, new RucioAccount(http, session));
}

const alice = (change: Partial<IRucioClientSettings> = {}) => ({
  ...aliceAt(server.url, place('password', PASSWORD)),
  ...change
});

describe('with a password', () => {
  it('signs in, and knows as whom and until when', async () => {
    expect(await signInOf(alice()).who(signal)).toEqual({
      authType: 'userpass',
      account: 'alice',
      identity: 'alice',
      expiresAt: expect.any(Number) as number,
      source: join(folder, 'password')
    });
  });

  it('reads it from rucio.cfg', async () => {
    const file = place('rucio.cfg', `[client]\npassword = ${PASSWORD}\n`);
    const client = alice({ passwordFile: '', passwordCfg: file });
    expect((await signInOf(client).who(signal)).source).toBe(file);
  });

  it('says whom Rucio refuses, where the password is from, and never the password', async () => {
    const file = place('wrong', 'wrong-password');
    const refused = signInOf(alice({ passwordFile: file })).who(signal);
    await expect(refused).rejects.toMatchObject({ code: 'sign-in-refused' });
    await expect(refused).rejects.toThrow(
      `Rucio refuses to sign in alice as account alice: check the user name, password and account in ${file}.`
    );
  });

  it('sees a password that was mended', async () => {
    const file = place('mended', 'wrong-password');
    const signIn = signInOf(alice({ passwordFile: file }));
    await expect(signIn.who(signal)).rejects.toMatchObject({ code: 'sign-in-refused' });
    place('mended', PASSWORD);
    expect((await signIn.renew(signal)).account).toBe('alice');
  });

  it.each([
    ['no user name', { username: '' }, 'not-configured'],
    ['no password', { passwordFile: '' }, 'not-configured'],
    ['a file that is not there', { passwordFile: '/nonexistent' }, 'sign-in-refused'],
    ['an unknown type', { authType: 'gss' }, 'not-configured']
  ])('says what is missing: %s', async (_, change, code) => {
    await expect(signInOf(alice(change)).who(signal)).rejects.toMatchObject({ code });
  });

  it.each(['line\nbreak', 'snow ☃', ''])(
    'tells a password that no header can carry: %j',
    async text => {
      const refused = signInOf(alice({ passwordFile: place('odd', `${text}`) })).who(signal);
      await expect(refused).rejects.toMatchObject({ code: 'sign-in-refused' });
      expect(server.seen).toEqual([]);
    }
  );

  it('takes a new token a minute before the old one ends, and not earlier', async () => {
    const clock = new HandClock();
    server.on('/auth/userpass', response => {
      const expires = new Date(clock.now() + HOUR).toUTCString();
      response
        .writeHead(200, { 'X-Rucio-Auth-Token': TOKEN, 'X-Rucio-Auth-Token-Expires': expires })
        .end();
    });
    const client = alice();
    const session = new RucioSession(
      client.authUrl,
      credentialSource(client, clock),
      clock,
      10_000
    );
    await session.token();
    await clock.advance(HOUR - 65_000);
    await session.token();
    expect(server.seen).toHaveLength(1);
    await clock.advance(10_000);
    await session.token();
    expect(server.seen).toHaveLength(2);
  });

  it('is not held up by one who has left', async () => {
    let answer = () => {};
    const asked = new Promise<void>(resolve => {
      server.on('/auth/userpass', response => {
        answer = () => response.writeHead(200, { 'X-Rucio-Auth-Token': TOKEN }).end();
        resolve();
      });
    });
    const { session } = clientOf(alice());
    const leaver = new AbortController();
    const left = session.token(leaver.signal);
    const stays = session.token();
    await asked;
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    answer();
    expect(await stays).toBe(TOKEN);
  });
});

describe('with a token', () => {
  const withToken = (change: Partial<IRucioClientSettings>) =>
    alice({ authType: 'oidc', passwordFile: '', account: '', ...change });

  it('from a file is what Rucio says it is', async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const file = place('token', `${jwt({ sub: 'subject-1', exp })}\n`);
    expect(await signInOf(withToken({ oidcTokenFile: file })).who(signal)).toEqual({
      authType: 'oidc',
      account: 'alice',
      identity: 'subject-1',
      expiresAt: exp * 1000,
      source: file
    });
  });

  it('from a file is read again when it has changed', async () => {
    const file = place('renewed', jwt({ sub: 'first' }));
    const signIn = signInOf(withToken({ oidcTokenFile: file }));
    expect((await signIn.who(signal)).identity).toBe('first');
    server.reply('/accounts/whoami', 200, JSON.stringify({ account: 'bob' }));
    place('renewed', jwt({ sub: 'second' }));
    expect(await signIn.who(signal)).toMatchObject({ identity: 'second', account: 'bob' });
  });

  it('from the environment is read at start, and no more', async () => {
    process.env.TEST_DATALAKE_TOKEN = jwt({ sub: 'at-start' });
    const signIn = signInOf(withToken({ oidcTokenEnv: 'TEST_DATALAKE_TOKEN' }));
    delete process.env.TEST_DATALAKE_TOKEN;
    expect(await signIn.who(signal)).toMatchObject({
      identity: 'at-start',
      source: 'the environment variable TEST_DATALAKE_TOKEN'
    });
  });

  it('that has ended says so, and asks nobody', async () => {
    const file = place('ended', jwt({ exp: 1 }));
    const refused = signInOf(withToken({ oidcTokenFile: file })).who(signal);
    await expect(refused).rejects.toThrow(`The token from ${file} has expired: renew it.`);
    expect(server.seen).toEqual([]);
  });

  it.each([
    ['an empty file', { oidcTokenFile: place('empty', '') }, 'sign-in-refused'],
    ['no token at all', { oidcTokenFile: place('page', '<html>a b</html>') }, 'sign-in-refused'],
    ['a folder', { oidcTokenFile: '/' }, 'sign-in-refused'],
    ['no file yet', { oidcTokenFile: '/nonexistent' }, 'not-signed-in']
  ])('that is none says so: %s', async (_, change, code) => {
    const refused = signInOf(withToken(change)).who(signal);
    await expect(refused).rejects.toMatchObject({ code });
  });

  it('of which there is a new one is no news: nobody reads everything again for that', async () => {
    server.on('/accounts/whoami', response => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"account": "alice"}');
    });
    const file = place('renewed', jwt({ sub: 's', exp: 4_000_000_000 }));
    const signIn = signInOf(withToken({ oidcTokenFile: file }));
    const told: string[] = [];
    signIn.onChange(() => told.push('news'));
    await signIn.who(signal);
    place('renewed', jwt({ sub: 's', exp: 4_000_003_600 }));
    expect((await signIn.who(signal)).expiresAt).toBe(4_000_003_600_000);
    expect(told).toHaveLength(1);
  });

  it('that Rucio refuses is a failure to sign in', async () => {
    server.on('/accounts/whoami', response => refuse(response));
    const file = place('refused', jwt({ sub: 's' }));
    await expect(signInOf(withToken({ oidcTokenFile: file })).who(signal)).rejects.toMatchObject({
      code: 'not-signed-in'
    });
  });
});

describe('news of the sign-in', () => {
  it('comes when it changes, and only then', async () => {
    const file = place('news', PASSWORD);
    const signIn = signInOf(alice({ passwordFile: file }));
    const told: string[] = [];
    const stop = signIn.onChange(() => told.push('news'));
    await signIn.who(signal);
    await signIn.who(signal);
    expect(told).toHaveLength(1);
    place('news', 'wrong-password');
    await signIn.renew(signal).catch(() => undefined);
    await signIn.renew(signal).catch(() => undefined);
    expect(told).toHaveLength(2);
    stop();
    place('news', PASSWORD);
    await signIn.renew(signal);
    expect(told).toHaveLength(2);
  });
});
