import { HandClock } from '../../testing/hand-clock.js';
import { BrowserSignIns } from '../core/browser-sign-ins.js';
import type { IAuthorization, IAuthorizationRequest, IRefreshed } from '../core/ports.js';

const BACK = 'https://hub.example/user/alice/jupyterlab-datalake/callback';
const REFRESHED: IRefreshed = {
  issued: { token: 'at', life: { receivedAt: 0, expiresAt: 1 }, issuedAt: null },
  refreshToken: 'rt'
};

/** Redeems whatever it is shown, and says what that was. */
class Authorization implements IAuthorization {
  readonly redeemed: [IAuthorizationRequest, string][] = [];

  async request(redirectUri: string): Promise<IAuthorizationRequest> {
    const state = `state-${++this._count}`;
    const url = `https://iam.example/auth?state=${state}`;
    return { url, state, nonce: 'nonce', verifier: 'verifier', redirectUri };
  }

  async redeem(request: IAuthorizationRequest, answer: string): Promise<IRefreshed> {
    this.redeemed.push([request, answer]);
    return REFRESHED;
  }

  device(): never {
    throw new Error('not in these tests');
  }

  private _count = 0;
}

function make() {
  const clock = new HandClock();
  const signIns = new BrowserSignIns(clock);
  const authorization = new Authorization();
  const begin = (browser = 'mine') => signIns.begin('default', authorization, BACK, browser);
  const finish = (query: string, browser = 'mine') =>
    signIns.finish(query, browser, () => authorization);
  return { clock, authorization, begin, finish };
}

const refused = (code: string) => expect.objectContaining({ code }) as Error;

it('is redeemed with what it was begun with', async () => {
  const { authorization, begin, finish } = make();
  expect(await begin()).toBe('https://iam.example/auth?state=state-1');
  const query = 'code=abc&state=state-1';
  expect(await finish(query)).toEqual({ instance: 'default', refreshed: REFRESHED });
  expect(authorization.redeemed).toEqual([
    [expect.objectContaining({ state: 'state-1', verifier: 'verifier', redirectUri: BACK }), query]
  ]);
});

it('is good once, also when it is refused', async () => {
  const { authorization, begin, finish } = make();
  await begin();
  await expect(finish('code=abc&state=state-1', 'theirs')).rejects.toEqual(refused('forbidden'));
  await expect(finish('code=abc&state=state-1')).rejects.toEqual(refused('bad-request'));
  await begin();
  await finish('code=abc&state=state-2');
  await expect(finish('code=abc&state=state-2')).rejects.toEqual(refused('bad-request'));
  expect(authorization.redeemed).toHaveLength(1);
});

it.each(['', 'code=abc', 'code=abc&state=', 'code=abc&state=other', 'state=__proto__'])(
  'an answer that nobody waits for is refused: %s',
  async query => {
    const { authorization, begin, finish } = make();
    await begin();
    await expect(finish(query)).rejects.toEqual(refused('bad-request'));
    expect(authorization.redeemed).toEqual([]);
  }
);

it('is good for ten minutes', async () => {
  const { clock, begin, finish } = make();
  await begin();
  await begin();
  await clock.advance(599_000);
  await finish('code=abc&state=state-1');
  await clock.advance(1000);
  await expect(finish('code=abc&state=state-2')).rejects.toEqual(refused('bad-request'));
});

it('many that are begun and left do not fill the memory; the latest is good', async () => {
  const { begin, finish } = make();
  for (let n = 0; n < 100; n++) {
    await begin();
  }
  await expect(finish('code=abc&state=state-1')).rejects.toEqual(refused('bad-request'));
  expect((await finish('code=abc&state=state-100')).instance).toBe('default');
});
