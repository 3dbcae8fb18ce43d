import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ITokens } from '../../lab/iam/client/oauth-client.ts';
import { claims, TestIam } from './test-iam.ts';

const PORT = 21441;
let iam: TestIam;

beforeAll(async () => {
  iam = await TestIam.start(PORT);
});

afterAll(() => iam.destroy());

const aliceAt = (client: string): Promise<ITokens> =>
  iam.client(client).signIn(iam.person('alice'));
const now = (): number => Math.floor(Date.now() / 1000);

describe('an access token', () => {
  it('is introspected by whoever has a secret', async () => {
    const { access_token } = await aliceAt('datalake');
    expect(await iam.client('resource-server').introspect(access_token)).toMatchObject({
      active: true,
      sub: 'subject-of-alice',
      username: 'alice',
      aud: 'datalake'
    });
    const impostor = await iam.address.ask('/token/introspection', {
      method: 'POST',
      body: new URLSearchParams({
        token: access_token,
        client_id: 'resource-server',
        client_secret: 'x'
      })
    });
    expect(impostor.status).toBe(401);
  });

  it('is not active any more when it was revoked by its client, and by no other', async () => {
    const { access_token } = await aliceAt('datalake');
    const isActive = async (): Promise<unknown> =>
      (await iam.client('resource-server').introspect(access_token))['active'];
    await iam.client('jupyterhub').revoke(access_token);
    expect(await isActive()).toBe(true);
    await iam.client('datalake').revoke(access_token);
    expect(await isActive()).toBe(false);
  });

  it('says at the userinfo route whose it is', async () => {
    const { access_token } = await aliceAt('datalake');
    const ask = (token: string) =>
      iam.address.ask('/me', { headers: { Authorization: `Bearer ${token}` } });
    expect(JSON.parse((await ask(access_token)).text)).toMatchObject({
      sub: 'subject-of-alice',
      preferred_username: 'alice'
    });
    expect((await ask(`${access_token.slice(0, -4)}AAAA`)).status).toBe(401);
  });

  it('lives as long as the dial says, down to ten seconds', async () => {
    await iam.control.turn({ accessTokenSeconds: 10 });
    const { access_token, expires_in } = await aliceAt('datalake');
    const { exp, iat } = claims(access_token) as { exp: number; iat: number };
    expect([expires_in, exp - iat]).toEqual([10, 10]);
    await iam.control.turn({ accessTokenSeconds: 3600 });
  });

  it.each([120, -120])('is dated by a clock that is %d seconds off', async skewSeconds => {
    await iam.control.turn({ skewSeconds });
    const { access_token, id_token, expires_in } = await aliceAt('datalake');
    for (const token of [access_token, id_token]) {
      const off = Number(claims(token)['iat']) - now();
      expect(Math.abs(off - skewSeconds)).toBeLessThan(30);
    }
    expect(expires_in).toBe(3600);
    await iam.control.turn({ skewSeconds: 0 });
  });
});

describe('a fault', () => {
  const DISCOVERY = '/.well-known/openid-configuration';
  afterEach(() => iam.control.heal());

  it.each([
    [{ status: 503, retryAfterSeconds: 7 }, 503, '{"error":"temporarily_unavailable"}', '7'],
    [{ status: 429 }, 429, '{"error":"temporarily_unavailable"}', undefined],
    [{ status: 502, body: '<html>Bad gateway</html>' }, 502, '<html>Bad gateway</html>', undefined],
    [{ body: '}garbage{' }, 200, '}garbage{', undefined]
  ])('%j answers %d', async (fault, status, text, retryAfter) => {
    await iam.control.breakWith(fault);
    const answer = await iam.address.ask(DISCOVERY);
    expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([
      status,
      text,
      retryAfter
    ]);
    await iam.control.heal();
    expect((await iam.address.ask(DISCOVERY)).status).toBe(200);
  });

  it('lasts for as many requests as it says, on the path that it says', async () => {
    await iam.control.breakWith({ path: '/token', count: 2, status: 503 });
    expect((await iam.address.ask(DISCOVERY)).status).toBe(200);
    const statuses = [];
    for (let asked = 0; asked < 3; asked++) {
      statuses.push((await iam.address.ask('/token', { method: 'POST' })).status);
    }
    expect(statuses).toEqual([503, 503, 400]);
  });

  it('drops the connection before anything is done: the refresh token is still good', async () => {
    const client = iam.client('datalake');
    const { refresh_token } = await aliceAt('datalake');
    await iam.control.breakWith({ path: '/token', count: 1, cut: 'before' });
    await expect(client.refresh(refresh_token!)).rejects.toThrow('socket hang up');
    expect((await client.refresh(refresh_token!)).status).toBe(200);
  });

  it.each([
    ['after', 'socket hang up'],
    ['half', 'aborted']
  ] as const)('%s: the answer is lost and the refresh token is used up', async (cut, message) => {
    const client = iam.client('datalake');
    const { refresh_token } = await aliceAt('datalake');
    await iam.control.breakWith({ path: '/token', count: 1, cut });
    await expect(client.refresh(refresh_token!)).rejects.toThrow(message);
    expect((await client.refresh(refresh_token!)).error).toBe('invalid_grant');
  });

  it('delays an answer, and the work', async () => {
    await iam.control.breakWith({ path: '/token', delaySeconds: 5 });
    const answered: string[] = [];
    const asked = ['/token', DISCOVERY].map(async url => {
      await iam.address.ask(url, { method: url === DISCOVERY ? 'GET' : 'POST' });
      answered.push(url);
    });
    await Promise.all(asked);
    expect(answered).toEqual([DISCOVERY, '/token']);
  });

  it('is counted as a request', async () => {
    const counted = async (): Promise<number> =>
      (await iam.control.stats()).requests[DISCOVERY] ?? 0;
    const before = await counted();
    await iam.control.breakWith({ cut: 'before' });
    await expect(iam.address.ask(DISCOVERY)).rejects.toThrow();
    expect(await counted()).toBe(before + 1);
  });
});

describe('nobody else', () => {
  it.each(['GET /_lab/stats', 'GET /_lab/dials', 'PUT /_lab/dials'])(
    'may %s without the secret',
    async what => {
      const [method, url] = what.split(' ') as [string, string];
      for (const headers of [{}, { Authorization: 'Bearer wrong' }] as Record<string, string>[]) {
        const body = method === 'PUT' ? '{"rotate":false}' : '';
        const answer = await iam.address.ask(url, { method, headers, body });
        expect([answer.status, answer.text]).toEqual([401, '{"error":"unauthorized"}']);
      }
    }
  );

  it('turns a dial that there is not', async () => {
    await expect(iam.control.turn({ wheel: 1 } as object)).rejects.toThrow('400');
  });

  it('reads what it keeps, and none of it is a token in its log', () => {
    const files = readdirSync(iam.folder, { recursive: true, encoding: 'utf8' })
      .map(name => path.join(iam.folder, name))
      .filter(file => statSync(file).isFile());
    const modes = new Set(files.map(file => statSync(file).mode & 0o777));
    expect([files.length > 10, [...modes]]).toEqual([true, [0o600]]);
    expect(iam.log).not.toMatch(/eyJ/);
  });
});
