import { DataLakeError } from '../../common/contract/problem.js';
import { HandClock } from '../../testing/hand-clock.js';
import { MemoryOutlet } from '../../testing/token-issuer.js';
import { Renewal } from '../core/renewal.js';
import { retryAt } from '../core/schedule.js';
import type { IIssuedToken } from '../core/ports.js';

const TARGET = { name: 'eos', audience: 'eos', scope: '' };
const LIFE_MS = 1_000_000;
const signal = new AbortController().signal;

function renewal() {
  const clock = new HandClock();
  const outlet = new MemoryOutlet();
  let tokens = 0;
  /** Issued now by a clock that differs from ours by so much. */
  const token = (aheadMs = 0): IIssuedToken => ({
    token: `token-${++tokens}`,
    life: { receivedAt: clock.now(), expiresAt: clock.now() + LIFE_MS },
    issuedAt: clock.now() + aheadMs
  });
  const issue = jest.fn(async () => token());
  const random = () => 1;
  const under = new Renewal(TARGET, { issuer: { issue }, outlet, clock, random });
  const file = () => outlet.files.get('eos');
  return { clock, outlet, token, issue, under, file };
}

it('a token of a server before this one is in its file before anybody is asked, also in its last part', async () => {
  const { clock, token, issue, under, file } = renewal();
  const left = token();
  await clock.advance(LIFE_MS * 0.9);
  under.adopt(left);
  await under.keep();
  expect(file()).toBe('token-1');
  expect(under.state).toBe('valid');
  expect(under.dueAt).toBeLessThan(clock.now());
  expect(issue).not.toHaveBeenCalled();
});

it('of which nothing is left is not put into a file', async () => {
  const { clock, token, under, file } = renewal();
  const left = token();
  await clock.advance(LIFE_MS);
  under.adopt(left);
  await under.keep();
  expect(file()).toBeUndefined();
  expect(under.dueAt).toBeLessThan(clock.now());
});

it('a file that was removed is put back while the identity provider is away', async () => {
  const { clock, outlet, issue, under, file } = renewal();
  await under.attend(signal);
  await clock.advance(LIFE_MS * 0.8);
  issue.mockRejectedValue(new DataLakeError('issuer-unreachable', 'away'));
  await under.attend(signal);
  outlet.files.clear();
  await under.keep();
  expect(file()).toBe('token-1');
  expect(under.problem?.code).toBe('issuer-unreachable');
  expect(under.state).toBe('failing');
});

describe('a token that is issued in our future', () => {
  it('waits for its time while the one before it is good', async () => {
    const { clock, token, issue, under, file } = renewal();
    await under.attend(signal);
    await clock.advance(LIFE_MS * 0.6);
    issue.mockResolvedValueOnce(token(120_000));
    await under.attend(signal);
    expect(file()).toBe('token-1');
    expect([under.state, under.problem?.code]).toEqual(['valid', 'clock-wrong']);
    await clock.advance(119_000);
    await under.keep();
    expect(file()).toBe('token-1');
    await clock.advance(1000);
    await under.keep();
    expect(file()).toBe('token-2');
    expect(under.problem).toBeNull();
    expect(issue).toHaveBeenCalledTimes(2);
  });

  it('is taken before the one before it ends', async () => {
    const { clock, token, issue, under, file } = renewal();
    await under.attend(signal);
    await clock.advance(LIFE_MS * 0.85);
    issue.mockResolvedValueOnce(token(LIFE_MS));
    await under.attend(signal);
    expect(file()).toBe('token-1');
    await clock.advance(LIFE_MS * 0.06);
    await under.keep();
    expect(file()).toBe('token-2');
  });

  it('is taken at once where there is no other, or a person asked for it', async () => {
    const { token, issue, under, file } = renewal();
    issue.mockResolvedValueOnce(token(120_000));
    await under.attend(signal);
    expect(file()).toBe('token-1');
    under.hurry();
    issue.mockResolvedValueOnce(token(120_000));
    await under.attend(signal);
    expect(file()).toBe('token-2');
  });
});

it('who signs in while a token is asked for is not overheard', async () => {
  const { clock, token, issue, under } = renewal();
  issue.mockImplementationOnce(async () => {
    under.hurry();
    return token();
  });
  await under.attend(signal);
  expect(under.dueAt).toBeLessThan(clock.now());
  issue.mockImplementationOnce(async () => {
    under.hurry();
    throw new DataLakeError('issuer-failed', 'trouble');
  });
  await under.attend(signal);
  expect(under.dueAt).toBeLessThan(clock.now());
});

it('a token that comes after a sign-out goes nowhere', async () => {
  const { outlet, token, issue, under, file } = renewal();
  issue.mockImplementationOnce(async () => {
    await under.forget();
    return token();
  });
  await under.attend(signal);
  expect([file(), under.written]).toEqual([undefined, null]);
  const write = jest.spyOn(outlet, 'write').mockImplementationOnce(async (target, text) => {
    await under.forget();
    outlet.files.set(target, text);
  });
  await under.attend(signal);
  expect(write).toHaveBeenCalled();
  expect([file(), under.written]).toEqual([undefined, null]);
});

describe('after a failure', () => {
  const again = (lasted: number, left: number | null, retryAfterMs: number | null = null) =>
    retryAt({ now: 0, since: -lasted, expiresAt: left, retryAfterMs }, () => 1);

  it('no pause is longer than the trouble has lasted, a quarter of what is left, or a minute', () => {
    expect([again(0, null), again(10_000, null), again(600_000, null)]).toEqual([
      1000, 10_000, 60_000
    ]);
    expect([again(10_000, 20_000), again(10_000, 4_000_000), again(4_000_000, 4_000_000)]).toEqual([
      5000, 10_000, 1_000_000
    ]);
  });

  it('Retry-After is heeded within these bounds', () => {
    expect([again(0, null, 20_000), again(0, null, 3_600_000), again(0, 8000, 30_000)]).toEqual([
      20_000, 60_000, 2000
    ]);
  });
});
