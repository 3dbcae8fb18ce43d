import { DataLakeError } from '../../common/contract/problem.js';
import { FakeSignInStore } from '../../adapters/state/fake-sign-in-store.js';
import { HandClock } from '../../testing/hand-clock.js';
import { AnswerLost } from '../core/ports.js';
import { RefreshSubject } from '../core/refresh-subject.js';
import type { IRefreshed, IRefreshTokens } from '../core/ports.js';

const LIFE_MS = 3_600_000;
const signal = new AbortController().signal;

/** Rotates, and ends the whole sign-in when a refresh token comes a second time. */
class Provider implements IRefreshTokens {
  constructor(private readonly _clock: HandClock) {}

  requests = 0;
  tells = true;
  rotates = true;
  ended = false;
  /** What becomes of the next request. */
  next: 'answered' | 'lost' | 'lost before' | 'unreachable' = 'answered';

  async refresh(refreshToken: string): Promise<IRefreshed> {
    this.requests++;
    const { next } = this;
    this.next = 'answered';
    if (next === 'unreachable') {
      throw new DataLakeError('issuer-unreachable', 'no connection');
    }
    if (next === 'lost before') {
      throw new AnswerLost('issuer-unreachable', 'too slow');
    }
    if (this.ended || refreshToken !== `rt-${this._count}`) {
      this.ended = true;
      throw new DataLakeError('sign-in-refused', 'invalid_grant');
    }
    const issued = this.first();
    this._count += this.rotates ? 1 : 0;
    if (next === 'lost') {
      throw new AnswerLost('issuer-unreachable', 'cut off');
    }
    return { issued, refreshToken: this.rotates ? `rt-${this._count}` : null };
  }

  async isGood(refreshToken: string): Promise<boolean | null> {
    return this.tells ? !this.ended && refreshToken === `rt-${this._count}` : null;
  }

  async revoke(): Promise<void> {
    this.ended = true;
  }

  first() {
    const receivedAt = this._clock.now();
    const life = { receivedAt, expiresAt: receivedAt + LIFE_MS };
    return { token: `at-${++this._tokens}`, life, issuedAt: receivedAt };
  }

  private _count = 1;
  private _tokens = 0;
}

function signedIn() {
  const clock = new HandClock();
  const provider = new Provider(clock);
  const store = new FakeSignInStore();
  store.replace({ issued: provider.first(), refreshToken: 'rt-1' });
  const subject = new RefreshSubject(store, provider, clock);
  const token = async () => (await subject.token(signal)).token;
  return { clock, provider, store, subject, token };
}

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

it('gives the token that it has, and another one before it ends', async () => {
  const { clock, provider, token } = signedIn();
  expect(await token()).toBe('at-1');
  await clock.advance(LIFE_MS * 0.5);
  expect(await token()).toBe('at-1');
  await clock.advance(LIFE_MS * 0.2);
  expect(await token()).toBe('at-2');
  expect(await token()).toBe('at-2');
  expect(provider.requests).toBe(1);
});

it('many who ask at once are one request', async () => {
  const { clock, provider, token } = signedIn();
  await clock.advance(LIFE_MS);
  expect(await Promise.all([token(), token(), token()])).toEqual(['at-2', 'at-2', 'at-2']);
  expect(provider.requests).toBe(1);
});

it('a token that the identity provider did not take is replaced, once for all who were refused', async () => {
  const { subject, provider } = signedIn();
  const [one, other] = await Promise.all([
    subject.token(signal, 'at-1'),
    subject.token(signal, 'at-1')
  ]);
  expect([one.token, other.token]).toEqual(['at-2', 'at-2']);
  expect((await subject.token(signal, 'at-1')).token).toBe('at-2');
  expect(provider.requests).toBe(1);
});

it('a request that never arrived is repeated', async () => {
  const { clock, provider, store, token } = signedIn();
  await clock.advance(LIFE_MS);
  provider.next = 'unreachable';
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  expect(store.read()?.underWay).toBe(false);
  expect(await token()).toBe('at-2');
});

it('after a lost answer the identity provider is asked whether the refresh token is good still', async () => {
  const { clock, provider, token } = signedIn();
  await clock.advance(LIFE_MS * 0.7);
  provider.next = 'lost before';
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  expect(await token()).toBe('at-2');
  expect(provider.ended).toBe(false);
});

it('a refresh token that was taken by a request whose answer was lost is not shown again', async () => {
  const { clock, provider, store, token } = signedIn();
  await clock.advance(LIFE_MS * 0.7);
  provider.next = 'lost';
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  await expect(token()).rejects.toEqual(code('not-signed-in'));
  expect(provider.ended).toBe(false);
  expect(provider.requests).toBe(1);
  expect(store.read()).toBeNull();
});

it('a provider that does not tell is asked again shortly before the token ends, not earlier', async () => {
  const { clock, provider, token } = signedIn();
  provider.tells = false;
  await clock.advance(LIFE_MS * 0.7);
  provider.next = 'lost before';
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  expect(provider.requests).toBe(1);
  await clock.advance(LIFE_MS * 0.25);
  expect(await token()).toBe('at-2');
});

it('a provider that does not rotate is simply asked again', async () => {
  const { clock, provider, token } = signedIn();
  provider.rotates = provider.tells = false;
  await clock.advance(LIFE_MS * 0.7);
  expect(await token()).toBe('at-2');
  await clock.advance(LIFE_MS * 0.7);
  provider.next = 'lost';
  await expect(token()).rejects.toEqual(code('issuer-unreachable'));
  expect(await token()).toBe('at-4');
});

it('a process that was killed before it stored the answer does not show the refresh token blindly', async () => {
  const { clock, provider, store } = signedIn();
  await clock.advance(LIFE_MS * 0.7);
  const { generation, refreshToken } = store.read()!;
  store.begin(generation);
  await provider.refresh(refreshToken ?? '');
  const next = new RefreshSubject(store, provider, clock);
  await expect(next.token(signal)).rejects.toEqual(code('not-signed-in'));
  expect(provider.ended).toBe(false);
});

it('a refresh token that is refused is forgotten: a person has to sign in', async () => {
  const { clock, provider, store, token } = signedIn();
  provider.ended = true;
  await clock.advance(LIFE_MS);
  await expect(token()).rejects.toEqual(code('not-signed-in'));
  await expect(token()).rejects.toEqual(code('not-signed-in'));
  expect(provider.requests).toBe(1);
  expect(store.read()).toBeNull();
});

it('an answer that cannot be stored is held back, and stored when there is room', async () => {
  const { clock, provider, store, token } = signedIn();
  await clock.advance(LIFE_MS);
  const finish = jest.spyOn(store, 'finish').mockImplementation(() => {
    throw new DataLakeError('token-file', 'No space is left.');
  });
  await expect(token()).rejects.toEqual(code('token-file'));
  await expect(token()).rejects.toEqual(code('token-file'));
  finish.mockRestore();
  expect(await token()).toBe('at-2');
  expect(provider.requests).toBe(1);
  expect(store.read()?.refreshToken).toBe('rt-2');
});

it('a sign-in made meanwhile wins over the answer to the earlier one', async () => {
  const { clock, provider, store, subject } = signedIn();
  await clock.advance(LIFE_MS);
  const asked = subject.token(signal);
  store.replace({ issued: provider.first(), refreshToken: 'rt-9' });
  await expect(asked).rejects.toEqual(code('conflict'));
  expect(store.read()?.refreshToken).toBe('rt-9');
});

it('without a refresh token, the sign-in is good until its access token ends', async () => {
  const { clock, provider, store, token } = signedIn();
  store.replace({ issued: provider.first(), refreshToken: null });
  await clock.advance(LIFE_MS * 0.9);
  expect(await token()).toBe('at-2');
  await clock.advance(LIFE_MS * 0.1);
  await expect(token()).rejects.toEqual(code('not-signed-in'));
  expect(provider.requests).toBe(0);
});

it('an answer that nobody waits for any more is stored before another owner may ask', async () => {
  const { clock, provider, store, subject } = signedIn();
  await clock.advance(LIFE_MS);
  let answer = () => {};
  const held = new Promise<void>(resolve => (answer = resolve));
  const refresh = provider.refresh.bind(provider);
  provider.refresh = token => held.then(() => refresh(token));
  const end = new AbortController();
  const asked = subject.token(end.signal);
  end.abort();
  await expect(asked).rejects.toEqual(code('issuer-unreachable'));
  let settled = false;
  const done = subject.settled().then(() => (settled = true));
  await clock.advance(0);
  expect([settled, store.read()?.underWay]).toEqual([false, true]);
  answer();
  await done;
  expect(store.read()).toMatchObject({ refreshToken: 'rt-2', underWay: false });
  await subject.settled();
});
