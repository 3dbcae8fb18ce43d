import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HandClock } from '../../../testing/hand-clock.js';
import { TestServer } from '../../../testing/http-server.js';
import { AgentSubject } from '../agent-subject.js';
import { GivenSubject } from '../given-subject.js';
import { HubSubject } from '../hub-subject.js';

const signal = new AbortController().signal;
const problem = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

/** Ends so many seconds after this moment, and is another one each time. */
let tokens = 0;
function tokenUntil(now: number, seconds: number): string {
  const claims = { exp: Math.floor(now / 1000) + seconds, jti: tokens++ };
  return `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
}

describe('the token that JupyterHub keeps', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await TestServer.start();
  });
  afterEach(() => server.close());

  function hub({ path = 'access_token', skewMs = 0 } = {}) {
    const clock = new HandClock(Date.UTC(2026, 0, 1));
    const settings = {
      apiUrl: `${server.url}/hub/api`,
      user: 'al/ice',
      token: 'server-token',
      path
    };
    const subject = new HubSubject(settings, clock);
    const keep = (state: unknown) => {
      const Date_ = new Date(clock.now() + skewMs).toUTCString();
      server.reply('/hub/api/users/', 200, JSON.stringify({ name: 'alice', auth_state: state }), {
        Date: Date_
      });
    };
    return { clock, subject, keep, token: () => subject.token(signal) };
  }

  it('is read with the token of the server, of the user alone, and held while it is good', async () => {
    const { clock, keep, token } = hub();
    const first = tokenUntil(clock.now(), 300);
    keep({ access_token: first, refresh_token: 'not-ours' });
    expect(await token()).toMatchObject({
      token: first,
      life: { receivedAt: clock.now(), expiresAt: clock.now() + 300_000 }
    });
    await token();
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/hub/api/users/al%2Fice' });
    expect(server.seen[0].headers.authorization).toBe('token server-token');
  });

  it('is asked for once by all who need it at once', async () => {
    const { clock, keep, token } = hub();
    const first = tokenUntil(clock.now(), 300);
    keep({ access_token: first });
    const given = await Promise.all([token(), token(), token()]);
    expect(given.map(each => each.token)).toEqual([first, first, first]);
    expect(server.seen).toHaveLength(1);
  });

  it('is read again when it is about to end', async () => {
    const { clock, keep, token } = hub();
    keep({ access_token: tokenUntil(clock.now(), 300) });
    await token();
    await clock.advance(296_000);
    const next = tokenUntil(clock.now(), 300);
    keep({ access_token: next });
    expect((await token()).token).toBe(next);
  });

  it('that has ended already is not used, and asked for again at the pace of the hub', async () => {
    const { clock, keep, token } = hub();
    keep({ access_token: tokenUntil(clock.now(), -3) });
    await expect(token()).rejects.toMatchObject({
      code: 'issuer-failed',
      message: expect.stringContaining('has ended') as string,
      retryAfterSeconds: 10
    });
    await clock.advance(1000);
    await expect(token()).rejects.toEqual(problem('issuer-failed'));
    expect(server.seen).toHaveLength(1);
    await clock.advance(1000);
    const next = tokenUntil(clock.now(), 300);
    keep({ access_token: next });
    expect((await token()).token).toBe(next);
  });

  it('that the identity provider refuses is not given again', async () => {
    const { clock, subject, keep } = hub();
    const first = tokenUntil(clock.now(), 300);
    keep({ access_token: first });
    await subject.token(signal);
    await expect(subject.token(signal, first)).rejects.toEqual(problem('issuer-failed'));
    await clock.advance(2000);
    const next = tokenUntil(clock.now(), 300);
    keep({ access_token: next });
    expect((await subject.token(signal, first)).token).toBe(next);
  });

  it.each([-120_000, 120_000])(
    'is dated by the clock of the hub, from which ours differs by %d ms',
    async skewMs => {
      const { clock, keep, token } = hub({ skewMs });
      keep({ access_token: tokenUntil(clock.now() + skewMs, 60) });
      expect((await token()).life.expiresAt - clock.now()).toBe(60_000);
    }
  );

  it('may be deeper in the state, as sites have it', async () => {
    const { clock, keep, token } = hub({ path: 'exchanged_tokens/rucio' });
    const deep = tokenUntil(clock.now(), 300);
    keep({ exchanged_tokens: { rucio: deep } });
    expect((await token()).token).toBe(deep);
    keep({ exchanged_tokens: 'none' });
    await clock.advance(300_000);
    await expect(token()).rejects.toEqual(problem('not-configured', /hub_token_path/));
  });

  it.each([null, undefined])('of a hub that shows none says what to set (%s)', async state => {
    const { keep, token } = hub();
    keep(state);
    await expect(token()).rejects.toEqual(problem('not-configured', /admin:auth_state!user/));
  });

  it.each([
    [403, 'not-configured', /read:users!user/],
    [404, 'not-configured', /read:users!user/],
    [500, 'issuer-failed', /status 500/],
    [503, 'issuer-failed', /status 503/]
  ])('is not there when the hub answers %d', async (status, code, message) => {
    const { token } = hub();
    server.reply('/hub/api/users/', status, '<html>no</html>');
    await expect(token()).rejects.toEqual(problem(code, message));
  });

  it('goes to the hub alone: a redirect is not followed with it', async () => {
    const { token } = hub();
    server.reply('/hub/api/users/', 302, '', { Location: `${server.url}/elsewhere` });
    await expect(token()).rejects.toEqual(problem('issuer-unreachable'));
    expect(server.seen.map(({ url }) => url)).not.toContain('/elsewhere');
  });

  it('of a hub that is down is asked for again', async () => {
    const { token } = hub();
    await server.close();
    await expect(token()).rejects.toEqual(problem('issuer-unreachable', /JupyterHub/));
  });
});

describe('a token that somebody else renews', () => {
  const given = (read: () => Promise<string>) => {
    const clock = new HandClock();
    return { clock, subject: new GivenSubject(read, '/run/token', clock) };
  };

  it('is read at each need', async () => {
    let text = '';
    const { clock, subject } = given(() => Promise.resolve(text));
    text = ` ${tokenUntil(clock.now(), 60)}\n`;
    expect((await subject.token(signal)).token).toBe(text.trim());
    text = tokenUntil(clock.now(), 120);
    expect((await subject.token(signal)).life.expiresAt - clock.now()).toBe(120_000);
  });

  it.each(['', 'two words', '<html>'])('is none: %j', async text => {
    const { subject } = given(() => Promise.resolve(text));
    await expect(subject.token(signal)).rejects.toEqual(problem('not-signed-in', /no token in/));
  });

  it('that has ended, was refused or cannot be read is told as that', async () => {
    const { clock, subject } = given(() => Promise.resolve(tokenUntil(clock.now(), 0)));
    await expect(subject.token(signal)).rejects.toEqual(problem('not-signed-in', /has ended/));
    const same = tokenUntil(clock.now(), 60);
    await expect(given(() => Promise.resolve(same)).subject.token(signal, same)).rejects.toEqual(
      problem('not-signed-in')
    );
    const { subject: lost } = given(() => Promise.reject(new Error('ENOENT')));
    await expect(lost.token(signal)).rejects.toEqual(problem('not-signed-in', /\/run\/token/));
  });
});

describe('the token of an oidc-agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  let agent: Server;
  afterEach(() => agent.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  let sockets = 0;
  /** Answers in pieces, as sockets do. */
  async function answering(answer: object | string) {
    const path = join(folder, `agent-${sockets++}`);
    const asked: unknown[] = [];
    agent = createServer(socket => {
      socket.on('error', () => {});
      socket.on('data', data => {
        asked.push(JSON.parse(data.toString()));
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
        socket.write(text.slice(0, 5));
        setImmediate(() => socket.end(text.slice(5)));
      });
    });
    await new Promise<void>(resolve => agent.listen(path, resolve));
    const subject = new AgentSubject(path, 'https://iam.example', new HandClock());
    return { asked, subject };
  }

  it('is asked for by the identity provider', async () => {
    const end = Math.floor(new HandClock().now() / 1000) + 3600;
    const { asked, subject } = await answering({
      status: 'success',
      access_token: 'abc',
      issuer: 'https://iam.example',
      expires_at: end
    });
    expect(await subject.token(signal)).toMatchObject({
      token: 'abc',
      life: { expiresAt: end * 1000 }
    });
    expect(asked).toEqual([
      expect.objectContaining({ request: 'access_token', issuer: 'https://iam.example' })
    ]);
  });

  it('that it does not have is a matter for the person', async () => {
    const { subject } = await answering({ status: 'failure', error: 'No account loaded' });
    await expect(subject.token(signal)).rejects.toMatchObject({
      code: 'not-signed-in',
      detail: 'No account loaded'
    });
  });

  it.each(['', 'not JSON', '{"status": '])('cannot be read from %j', async answer => {
    const { subject } = await answering(answer);
    await expect(subject.token(signal)).rejects.toEqual(problem('issuer-failed'));
  });

  it('of an agent that is gone or does not answer is a matter for the person', async () => {
    const { subject } = await answering('');
    const nobody = new AgentSubject(join(folder, 'nobody'), 'https://iam.example', new HandClock());
    await expect(nobody.token(signal)).rejects.toEqual(problem('not-signed-in', /oidc-agent/));
    const end = AbortSignal.abort();
    await expect(subject.token(end)).rejects.toBeInstanceOf(Error);
  });
});
