import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatesIn } from '../../../lab/iam/certificates.ts';
import { clientSecretFile, issuerAt } from '../../../lab/iam/plan.ts';
import { OidcAuthorization } from '../../../src/adapters/oidc/authorization.js';
import { OidcExchange } from '../../../src/adapters/oidc/exchange.js';
import { OidcIssuer } from '../../../src/adapters/oidc/issuer.js';
import { OidcRefreshTokens } from '../../../src/adapters/oidc/refresh-tokens.js';
import { JsonMemory } from '../../../src/adapters/state/json-memory.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/system-clock.js';
import { claimsOf } from '../../../src/common/server/jwt.js';
import { trust } from '../../../src/server/certificates.js';
import { AnswerLost, type IRefreshed } from '../../../src/token-renewal/core/ports.js';
import { REDIRECT_URI, TestIam } from '../../lab/test-iam.ts';

const PORT = 21450;
const SCOPE = 'openid profile offline_access storage.read:/ storage.modify:/';
const signal = new AbortController().signal;
let iam: TestIam;
let folder: string;

beforeAll(async () => {
  iam = await TestIam.start(PORT);
  folder = mkdtempSync(join(tmpdir(), 'oidc-'));
  trust(certificatesIn(join(iam.folder, 'certificates')).authority);
});
afterEach(() => iam.control.heal());
afterAll(async () => {
  await iam.destroy();
  rmSync(folder, { recursive: true });
});

interface IOptions {
  client?: string;
  port?: number;
  deadlineMs?: number;
  memory?: string;
}

let memories = 0;
function provider(options: IOptions = {}) {
  const { client = 'datalake', port = PORT, deadlineMs = 30_000 } = options;
  const { memory = `memory-${memories++}.json` } = options;
  const settings = {
    issuer: issuerAt(port),
    clientId: client,
    clientSecretFile:
      client === 'datalake-public' ? '' : clientSecretFile(join(iam.folder, 'secrets'), client)
  };
  const kept = new JsonMemory(join(folder, memory));
  const issuer = new OidcIssuer(settings, kept, SYSTEM_CLOCK, deadlineMs);
  return {
    issuer,
    authorization: new OidcAuthorization(issuer, SCOPE),
    exchange: new OidcExchange(issuer),
    refreshTokens: new OidcRefreshTokens(issuer)
  };
}

async function signIn(
  { authorization }: Pick<ReturnType<typeof provider>, 'authorization'>,
  person = 'alice'
): Promise<IRefreshed> {
  const request = await authorization.request(REDIRECT_URI);
  const back = await iam.person(person).open(request.url);
  return authorization.redeem(request, new URL(back.url).search);
}

const problem = (code: string, message?: RegExp) =>
  expect.objectContaining({
    code,
    ...(message === undefined ? {} : { message: expect.stringMatching(message) as string })
  }) as Error;

describe('a person', () => {
  it.each(['datalake', 'datalake-public'])('signs in at %s', async client => {
    const { issued, refreshToken } = await signIn(provider({ client }));
    expect(claimsOf(issued.token)).toMatchObject({ subject: 'subject-of-alice' });
    expect(refreshToken).toMatch(/\S/);
    const { accessTokenSeconds } = await iam.control.dials();
    expect(issued.life.expiresAt - issued.life.receivedAt).toBe(accessTokenSeconds * 1000);
    expect(Math.abs((issued.issuedAt ?? 0) - issued.life.receivedAt)).toBeLessThan(30_000);
  });

  it('whose answer is not the one to this request is refused', async () => {
    const { authorization } = provider();
    const [mine, theirs] = await Promise.all([
      authorization.request(REDIRECT_URI),
      authorization.request(REDIRECT_URI)
    ]);
    const back = new URL((await iam.person('bob').open(theirs.url)).url);
    await expect(authorization.redeem(mine, back.search)).rejects.toEqual(problem('issuer-failed'));
    back.searchParams.set('state', mine.state);
    await expect(authorization.redeem(mine, back.search)).rejects.toEqual(
      problem('sign-in-refused')
    );
  });

  it('who changes their mind has cancelled', async () => {
    const { authorization } = provider();
    const request = await authorization.request(REDIRECT_URI);
    const answer = `error=access_denied&state=${request.state}`;
    await expect(authorization.redeem(request, answer)).rejects.toEqual(problem('cancelled'));
    await expect(
      authorization.redeem(request, `error=invalid_scope&state=${request.state}`)
    ).rejects.toEqual(problem('sign-in-refused', /administrator/));
  });

  it('signs in on another device', async () => {
    const { authorization } = provider();
    const device = await authorization.device();
    expect(device.userCode).toMatch(/\w{4}-\w{4}/);
    expect(device.expiresAt).toBeGreaterThan(Date.now());
    const waiting = device.wait(signal);
    await iam.person('bob').open(device.completeUrl ?? '');
    const { issued, refreshToken } = await waiting;
    expect(claimsOf(issued.token).subject).toBe('subject-of-bob');
    expect(refreshToken).toMatch(/\S/);
  });

  it('who gives up on the device is waited for no longer', async () => {
    const device = await provider().authorization.device();
    const end = new AbortController();
    const waiting = device.wait(end.signal);
    end.abort();
    await expect(waiting).rejects.toBeInstanceOf(Error);
  });
});

describe('an exchange', () => {
  it('gives a token for the audience, with the scope', async () => {
    const asked = provider();
    const { issued } = await signIn(asked);
    const target = { name: 'storage', audience: 'xrootd', scope: 'storage.read:/' };
    const { token } = await asked.exchange.exchange(issued.token, target, signal);
    expect(claimsOf(token)).toMatchObject({ audience: ['xrootd'], subject: 'subject-of-alice' });
  });

  it('that policy refuses is told as that', async () => {
    const asked = provider();
    const { issued } = await signIn(asked);
    const target = { name: 'storage', audience: 'nowhere', scope: '' };
    await expect(asked.exchange.exchange(issued.token, target, signal)).rejects.toEqual(
      problem('token-refused', /administrator/)
    );
  });

  it.each(['a.b.c', 'no token at all'])('of %s is a matter of the sign-in', async token => {
    const target = { name: 'rucio', audience: 'rucio', scope: '' };
    await expect(provider().exchange.exchange(token, target, signal)).rejects.toEqual(
      problem('sign-in-refused')
    );
  });
});

describe('a refresh token', () => {
  it('is replaced by each refresh, where the provider rotates', async () => {
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    const next = await asked.refreshTokens.refresh(refreshToken ?? '');
    expect(next.refreshToken).not.toBe(refreshToken);
    expect(await asked.refreshTokens.isGood(refreshToken ?? '')).toBe(false);
    expect(await asked.refreshTokens.isGood(next.refreshToken ?? '')).toBe(true);
  });

  it('stays, where the provider does not', async () => {
    await iam.control.turn({ rotate: false });
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    expect((await asked.refreshTokens.refresh(refreshToken ?? '')).refreshToken).toBeNull();
    await iam.control.turn({ rotate: true });
  });

  it('that was revoked is not taken', async () => {
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    await asked.refreshTokens.revoke(refreshToken ?? '');
    await expect(asked.refreshTokens.refresh(refreshToken ?? '')).rejects.toEqual(
      problem('sign-in-refused')
    );
  });

  it('whose answer was lost may have been taken, and is asked about', async () => {
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    await iam.control.breakWith({ path: '/token', cut: 'after', count: 1 });
    await expect(asked.refreshTokens.refresh(refreshToken ?? '')).rejects.toBeInstanceOf(
      AnswerLost
    );
    expect(await asked.refreshTokens.isGood(refreshToken ?? '')).toBe(false);
  });

  it.each([
    ['HTML', { status: 502, body: '<html>gateway</html>' }, AnswerLost],
    ['HTML with 200', { status: 200, body: '<html>log in</html>' }, AnswerLost],
    ['garbage', { status: 200, body: '{"access_tok' }, AnswerLost],
    ['nothing of use', { status: 200, body: '{}' }, AnswerLost],
    ['half', { cut: 'half' as const }, AnswerLost],
    ['a dropped connection', { cut: 'before' as const }, AnswerLost]
  ])('after %s nobody knows what became of it', async (_, fault, type) => {
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    await iam.control.breakWith({ path: '/token', count: 1, ...fault });
    const error: unknown = await asked.refreshTokens
      .refresh(refreshToken ?? '')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect(['issuer-unreachable', 'issuer-failed']).toContain((error as AnswerLost).code);
  });

  it.each([503, 429])('with status %s it was certainly not taken', async status => {
    const asked = provider();
    const { refreshToken } = await signIn(asked);
    await iam.control.breakWith({ path: '/token', count: 1, status, retryAfterSeconds: 7 });
    const error: unknown = await asked.refreshTokens
      .refresh(refreshToken ?? '')
      .catch((reason: unknown) => reason);
    expect(error).not.toBeInstanceOf(AnswerLost);
    expect(error).toMatchObject({ code: 'issuer-failed', retryAfterSeconds: 7 });
    await asked.refreshTokens.refresh(refreshToken ?? '');
  });

  it('of a provider that takes too long, too', async () => {
    const { refreshToken } = await signIn(provider({ memory: 'slow.json' }));
    await iam.control.breakWith({ path: '/token', count: 1, delaySeconds: 30 });
    // Should discovery take too long as well, what is remembered will do.
    const error: unknown = await provider({ memory: 'slow.json', deadlineMs: 1000 })
      .refreshTokens.refresh(refreshToken ?? '')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AnswerLost);
    expect(error).toMatchObject({ code: 'issuer-unreachable' });
  });
});

describe('an identity provider', () => {
  it('that is down is known from the last time, and a request never left', async () => {
    const asked = provider({ memory: 'kept.json' });
    const { refreshToken } = await signIn(asked);
    // It still has an answer to give that nobody waits for.
    await iam.stop('SIGKILL');
    try {
      const later = provider({ memory: 'kept.json' });
      expect(await later.issuer.introspectionEndpoint()).toContain('/token/introspection');
      const error: unknown = await later.refreshTokens
        .refresh(refreshToken ?? '')
        .catch((reason: unknown) => reason);
      expect(error).not.toBeInstanceOf(AnswerLost);
      expect(error).toMatchObject({ code: 'issuer-unreachable' });
      await expect(provider().issuer.introspectionEndpoint()).rejects.toEqual(
        problem('issuer-unreachable')
      );
    } finally {
      await iam.start();
    }
  });

  it('that was never there is asked again each time', async () => {
    const asked = provider();
    await iam.control.breakWith({ path: '/.well-known', status: 503, count: 1 });
    await expect(asked.issuer.introspectionEndpoint()).rejects.toEqual(problem('issuer-failed'));
    expect(await asked.issuer.introspectionEndpoint()).toContain('/token/introspection');
  });

  it('without the secret of the client says what to set', async () => {
    const settings = {
      issuer: issuerAt(PORT),
      clientId: 'datalake',
      clientSecretFile: '/nowhere/secret'
    };
    const memory = new JsonMemory(join(folder, 'none.json'));
    const issuer = new OidcIssuer(settings, memory, SYSTEM_CLOCK, 5000);
    await expect(issuer.introspectionEndpoint()).rejects.toEqual(
      problem('not-configured', /oidc_client_secret_file/)
    );
  });

  it('that calls itself otherwise says what to set', async () => {
    const settings = {
      issuer: issuerAt(PORT).replace('localhost', '127.0.0.1'),
      clientId: 'datalake-public',
      clientSecretFile: ''
    };
    const memory = new JsonMemory(join(folder, 'none.json'));
    const issuer = new OidcIssuer(settings, memory, SYSTEM_CLOCK, 5000);
    await expect(issuer.introspectionEndpoint()).rejects.toEqual(
      problem('not-configured', /oidc_issuer/)
    );
  });
});
