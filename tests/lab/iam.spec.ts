import type { ITokens } from '../../lab/iam/client/oauth-client.ts';
import { claims, REDIRECT_URI, TestIam } from './test-iam.ts';

const PORT = 21440;
let iam: TestIam;

beforeAll(async () => {
  iam = await TestIam.start(PORT);
});

afterAll(() => iam.destroy());

const aliceAt = (client: string): Promise<ITokens> =>
  iam.client(client).signIn(iam.person('alice'));

describe('a person', () => {
  it.each(['datalake', 'datalake-public', 'jupyterhub'])(
    'signs in at %s by code and PKCE',
    async client => {
      const tokens = await aliceAt(client);
      expect(claims(tokens.access_token)).toMatchObject({
        iss: `https://localhost:${PORT}`,
        sub: 'subject-of-alice',
        aud: 'datalake',
        client_id: client,
        'wlcg.ver': '1.0'
      });
      expect(claims(tokens.id_token)).toMatchObject({ preferred_username: 'alice', aud: client });
      expect(tokens.refresh_token).toMatch(/\S/);
    }
  );

  it('is asked once per browser, and is somebody else in another browser', async () => {
    const alice = iam.person('alice');
    const client = iam.client('datalake');
    await client.signIn(alice);
    const before = (await iam.control.stats()).requests['/interaction/:id'];
    await client.signIn(alice);
    expect((await iam.control.stats()).requests['/interaction/:id']).toBe(before);
    const { access_token } = await client.signIn(iam.person('bob'));
    expect(claims(access_token)['sub']).toBe('subject-of-bob');
  });

  it('with a wrong password gets no code, and with a wrong name neither', async () => {
    const client = iam.client('datalake');
    await expect(client.signIn(iam.person('alice', 'wrong'))).rejects.toThrow(
      /no code came back: 401 .*Wrong name or password/s
    );
    await expect(client.signIn(iam.person('mallory', 'x'))).rejects.toThrow(/Wrong name/);
  });

  it.each([
    REDIRECT_URI + '/',
    REDIRECT_URI + '?next=1',
    REDIRECT_URI.replace('8888', '8889'),
    REDIRECT_URI.replace('alice', 'bob')
  ])('is not sent to %s, which nobody registered', async uri => {
    await expect(iam.client('datalake', uri).signIn(iam.person('alice'))).rejects.toThrow(
      'redirect_uri did not match'
    );
  });

  it('is sent to a redirect URI that was registered while the IAM ran', async () => {
    const uri = 'http://127.0.0.1:9999/call-back';
    await iam.control.turn({ redirectUris: { datalake: [uri] } });
    expect((await iam.client('datalake', uri).signIn(iam.person('alice'))).status).toBe(200);
  });

  it('needs a verifier at a public client', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'datalake-public',
      redirect_uri: REDIRECT_URI,
      scope: 'openid'
    });
    const page = await iam.person('alice').open(`/auth?${query.toString()}`);
    expect(new URL(page.url).searchParams.get('error_description')).toMatch(/PKCE/);
  });

  it('confirms a device in a browser of their own', async () => {
    const client = iam.client('datalake-public');
    const { deviceCode, page } = await client.startDevice();
    expect((await client.pollDevice(deviceCode)).error).toBe('authorization_pending');
    expect((await iam.person('alice').open(page)).text).toContain('Sign-in Success');
    const tokens = await client.pollDevice(deviceCode);
    expect(claims(tokens.access_token)['sub']).toBe('subject-of-alice');
    expect(tokens.refresh_token).toMatch(/\S/);
  });
});

describe('a refresh token', () => {
  it('is replaced by each refresh, and its replay ends the grant', async () => {
    const client = iam.client('datalake');
    const first = await aliceAt('datalake');
    const other = await aliceAt('datalake');
    const second = await client.refresh(first.refresh_token!);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await client.refresh(first.refresh_token!)).error).toBe('invalid_grant');
    expect((await client.refresh(second.refresh_token!)).error).toBe('invalid_grant');
    // Another sign-in of the same person is none of its business.
    expect((await client.refresh(other.refresh_token!)).status).toBe(200);
  });

  it('stays as it is where the IAM does not rotate', async () => {
    const client = iam.client('datalake');
    const { refresh_token } = await aliceAt('datalake');
    await iam.control.turn({ rotate: false });
    expect((await client.refresh(refresh_token!)).refresh_token).toBe(refresh_token);
    expect((await client.refresh(refresh_token!)).status).toBe(200);
    await iam.control.turn({ rotate: true });
  });

  it('is lost by a refresh for an audience that was not granted', async () => {
    const client = iam.client('datalake');
    const { refresh_token } = await aliceAt('datalake');
    const refused = await client.refresh(refresh_token!, { audience: 'rucio' });
    expect([refused.status, refused.error]).toEqual([400, 'invalid_target']);
    expect((await client.refresh(refresh_token!)).error).toBe('invalid_grant');
  });

  it('ends after its life, by the clock of the IAM', async () => {
    await iam.control.turn({ refreshTokenSeconds: 60 });
    const { refresh_token } = await aliceAt('datalake');
    await iam.control.turn({ skewSeconds: 61 });
    expect((await iam.client('datalake').refresh(refresh_token!)).error).toBe('invalid_grant');
    await iam.control.turn({ skewSeconds: 0, refreshTokenSeconds: 86_400 });
  });

  it('is somebody else’s at another client', async () => {
    const { refresh_token } = await aliceAt('datalake');
    expect((await iam.client('jupyterhub').refresh(refresh_token!)).error).toBe('invalid_grant');
  });

  it('is revoked, and the grant with it', async () => {
    const client = iam.client('datalake');
    const first = await aliceAt('datalake');
    expect(await client.revoke(first.refresh_token!)).toBe(200);
    expect((await client.refresh(first.refresh_token!)).error).toBe('invalid_grant');
  });

  it('outlives a restart of the IAM, even one by kill', async () => {
    const { refresh_token } = await aliceAt('datalake');
    await iam.stop('SIGKILL');
    await iam.start();
    expect((await iam.client('datalake').refresh(refresh_token!)).status).toBe(200);
  });
});

describe('an exchange', () => {
  it.each([
    ['rucio', undefined, 'openid profile email'],
    ['rucio', 'openid profile', 'openid profile'],
    ['xrootd', 'storage.read:/lake', 'storage.read:/lake'],
    ['eos', undefined, 'openid profile storage.read:/ storage.modify:/']
  ])('for %s with scope %s gives %s', async (audience, asked, given) => {
    const subject = (await aliceAt('datalake')).access_token;
    const { access_token, scope, refresh_token } = await iam
      .client('datalake')
      .exchange(subject, audience, asked);
    expect([scope, refresh_token]).toEqual([given, undefined]);
    expect(claims(access_token)).toMatchObject({
      aud: audience,
      scope: given,
      sub: 'subject-of-alice'
    });
  });

  it('without an audience gives what a sign-in gives', async () => {
    const subject = (await aliceAt('jupyterhub')).access_token;
    const { access_token } = await iam.client('datalake').exchange(subject, '');
    expect(claims(access_token)).toMatchObject({ aud: 'datalake', client_id: 'datalake' });
  });

  it('is open to a public client, and to one that did not get the subject token itself', async () => {
    const subject = (await aliceAt('jupyterhub')).access_token;
    expect((await iam.client('datalake-public').exchange(subject, 'rucio')).status).toBe(200);
  });

  it.each([
    ['an unknown audience', 'datalake', 'nowhere', undefined, 'invalid_target'],
    ['a forbidden audience', 'rucio', 'eos', undefined, 'invalid_target'],
    ['a scope the audience does not allow', 'datalake', 'rucio', 'storage.read:/', 'invalid_scope'],
    ['a client that may not', 'resource-server', 'rucio', undefined, 'invalid_request']
  ])('is refused for %s', async (_what, client, audience, scope, error) => {
    const subject = (await aliceAt('datalake')).access_token;
    const refused = await iam.client(client).exchange(subject, audience, scope);
    expect([refused.status, refused.error]).toEqual([400, error]);
  });

  it('is refused with invalid_request for a subject that is expired, revoked, foreign or nonsense', async () => {
    const client = iam.client('datalake');
    await iam.control.turn({ accessTokenSeconds: 10 });
    const expired = (await aliceAt('datalake')).access_token;
    await iam.control.turn({ accessTokenSeconds: 3600, skewSeconds: 11 });
    expect(await client.exchange(expired, 'rucio')).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('"exp"') as string
    });
    await iam.control.turn({ skewSeconds: 0 });
    const revoked = (await aliceAt('datalake')).access_token;
    await client.revoke(revoked);
    const { id_token } = await aliceAt('datalake');
    for (const subject of [revoked, id_token!, 'a.b.c', 'nonsense']) {
      expect((await client.exchange(subject, 'rucio')).error).toBe('invalid_request');
    }
  });
});
