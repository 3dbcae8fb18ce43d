import { HandClock } from '../../../testing/hand-clock.js';
import { TestServer } from '../../../testing/http-server.js';
import { refuse } from '../../../testing/rucio-server.js';
import { RucioOidc, type IRucioOidcSettings } from '../rucio-oidc.js';

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;
const jwt = (claims: object) =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const tokenOf = (at: number, name = 'one') =>
  jwt({ sub: name, iat: at / 1000, exp: (at + HOUR) / 1000 });

let server: TestServer;
let clock: HandClock;
beforeEach(async () => {
  clock = new HandClock(NOW);
  server = await TestServer.start();
  link('/auth/oidc_redirect?abc_polling');
});
afterEach(() => server.close());

/** Rucio answers with this link; with a whole one as it is. */
function link(path: string): void {
  server.reply('/auth/oidc', 200, '', {
    'X-Rucio-OIDC-Auth-URL': path.startsWith('/') ? server.url + path : path
  });
}

const make = (settings: Partial<IRucioOidcSettings> = {}) =>
  new RucioOidc(
    {
      rucioUrl: server.url,
      authUrl: `${server.url}/`,
      account: 'alice',
      scope: 'openid profile offline_access',
      audience: '',
      refreshLifetime: '',
      ...settings
    },
    clock,
    60_000
  );

/** Lets time pass until the promise has settled; it stands still while an answer is on its way. */
async function passing<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = promise.finally(() => (settled = true));
  done.catch(() => undefined);
  while (!settled) {
    if (clock.sleeping > 0) {
      await clock.advance(1000);
    }
    await new Promise(resolve => setImmediate(resolve));
  }
  return done;
}

describe('a link to sign in by', () => {
  it('is asked for as Rucio’s clients do', async () => {
    const { url, userCode, completeUrl, expiresAt } = await make().device();
    expect({ url, userCode, completeUrl, expiresAt }).toEqual({
      url: `${server.url}/auth/oidc_redirect?abc_polling`,
      userCode: null,
      completeUrl: null,
      expiresAt: NOW + 300_000
    });
    expect(server.seen[0].url).toBe('/auth/oidc');
    expect(server.seen[0].headers).toMatchObject({
      'x-rucio-account': 'alice',
      'x-rucio-client-authorize-auto': 'False',
      'x-rucio-client-authorize-polling': 'True',
      'x-rucio-client-authorize-scope': 'openid profile offline_access'
    });
  });

  it('is asked for with what rucio.cfg says, and for nobody where no account is set', async () => {
    await make({ account: '', audience: 'rucio', refreshLifetime: '24' }).device();
    expect(server.seen[0].headers).toMatchObject({
      'x-rucio-client-authorize-audience': 'rucio',
      'x-rucio-client-authorize-refresh-lifetime': '24'
    });
    expect(server.seen[0].headers).not.toHaveProperty('x-rucio-account');
  });

  it.each(['http://elsewhere.example/auth', 'javascript:alert(1)', 'no link', ''])(
    'is not followed if it is %j',
    async text => {
      link(text);
      await expect(make().device()).rejects.toMatchObject({ code: 'rucio-garbled' });
    }
  );

  it('may be at another host by https', async () => {
    link('https://auth.example/auth/oidc_redirect?x');
    expect((await make().device()).url).toBe('https://auth.example/auth/oidc_redirect?x');
  });

  it('that Rucio does not give is a refusal, as whom', async () => {
    server.on('/auth/oidc', response => refuse(response));
    const refused = make().device();
    await expect(refused).rejects.toMatchObject({ code: 'sign-in-refused' });
    await expect(refused).rejects.toThrow(/gives no link for a sign-in as account alice: check/);
  });

  it('is no page to come back to here', async () => {
    await expect(make().request()).rejects.toMatchObject({ code: 'conflict' });
    await expect(make().redeem()).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the token', () => {
  const polls = () => server.seen.filter(({ url }) => url.startsWith('/auth/oidc_redirect')).length;

  it('is waited for calmly, whatever Rucio answers meanwhile', async () => {
    const answers = [401, 500, 401];
    server.on('/auth/oidc_redirect', response => {
      const status = answers.shift() ?? 200;
      const token = tokenOf(clock.now());
      response.writeHead(status, status === 200 ? { 'X-Rucio-Auth-Token': token } : {});
      setTimeout(() => response.end(), 20);
    });
    const { wait } = await make().device();
    const { issued, refreshToken } = await passing(wait(new AbortController().signal));
    expect(polls()).toBe(4);
    expect(refreshToken).toBe(issued.token);
    expect(issued.life.expiresAt - issued.life.receivedAt).toBe(HOUR);
    expect(server.seen[1].headers['x-rucio-client-fetch-token']).toBe('True');
  });

  it('is given up after five minutes', async () => {
    server.on('/auth/oidc_redirect', response => refuse(response));
    const { wait } = await make().device();
    const refused = passing(wait(new AbortController().signal));
    await expect(refused).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(polls()).toBeGreaterThan(10);
    expect(polls()).toBeLessThanOrEqual(100);
  });

  it('is not asked for any more once that was cancelled', async () => {
    const { wait } = await make().device();
    const end = new AbortController();
    const waiting = wait(end.signal);
    end.abort();
    await expect(waiting).rejects.toThrow();
    expect(polls()).toBe(0);
  });
});

describe('a new token', () => {
  const answered = (token: string) =>
    server.reply('/auth/oidc_refresh', 200, '', {
      'X-Rucio-Auth-Token': token,
      'X-Rucio-Auth-Token-Expires': ''
    });

  it('is given for the present one', async () => {
    answered(tokenOf(NOW));
    const { issued, refreshToken } = await make().refresh('present');
    expect([issued.token, refreshToken]).toEqual([tokenOf(NOW), tokenOf(NOW)]);
    expect(issued.life).toEqual({ receivedAt: NOW, expiresAt: NOW + HOUR });
    expect(server.seen[0].headers).toMatchObject({
      'x-rucio-account': 'alice',
      'x-rucio-auth-token': 'present'
    });
  });

  it('may be one that Rucio has had for a while: its own end counts', async () => {
    answered(tokenOf(NOW - HOUR / 2));
    const { issued } = await make().refresh('present');
    expect(issued.life).toEqual({ receivedAt: NOW, expiresAt: NOW + HOUR / 2 });
  });

  it('ends by its own life where the clocks differ', async () => {
    answered(tokenOf(NOW + 600_000));
    const { issued } = await make().refresh('present');
    expect(issued.life.expiresAt).toBe(NOW + HOUR);
  });

  it('is asked for as whom Rucio takes us, where no account is set', async () => {
    answered(tokenOf(NOW));
    server.reply('/accounts/whoami', 303, '', { Location: 'alice' });
    await make({ account: '' }).refresh('present');
    expect(server.seen[1].headers['x-rucio-account']).toBe('alice');
  });

  it('that is not given any more ends the sign-in', async () => {
    answered('');
    await expect(make().refresh('present')).rejects.toMatchObject({ code: 'sign-in-refused' });
  });

  it('for one that has ended needs a new sign-in, too', async () => {
    server.on('/accounts/whoami', response => refuse(response));
    await expect(make({ account: '' }).refresh('present')).rejects.toMatchObject({
      code: 'sign-in-refused'
    });
  });

  it.each([
    ['away', 'requests.exceptions.ConnectionError: refused', 'issuer-failed'],
    ['done with this sign-in', 'CannotAuthorize: Details: invalid_grant', 'sign-in-refused']
  ])(
    'cannot be had where the identity provider is %s, which Rucio tells in a trace',
    async (_, last, code) => {
      const trace = `Traceback (most recent call last):\n  File "oidc.py"\n${last}`;
      server.reply(
        '/auth/oidc_refresh',
        500,
        JSON.stringify({ ExceptionClass: 'CannotAuthorize', ExceptionMessage: trace })
      );
      const refused = make().refresh('present');
      await expect(refused).rejects.toMatchObject({ code });
      await expect(refused).rejects.not.toThrow(/oidc.py/);
    }
  );

  it.each([
    [500, 'rucio-failed'],
    [503, 'rucio-busy']
  ])('that cannot be had now (%i) is asked for again later', async (status, code) => {
    server.reply('/auth/oidc_refresh', status, '');
    await expect(make().refresh('present')).rejects.toMatchObject({ code });
  });

  it('is asked for again where Rucio is away', async () => {
    await server.close();
    await expect(make().refresh('present')).rejects.toMatchObject({ code: 'rucio-unreachable' });
  });
});
