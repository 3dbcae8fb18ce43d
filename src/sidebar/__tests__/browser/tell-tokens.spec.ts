import { Notification } from '@jupyterlab/apputils';
import { waitFor } from '@testing-library/react';
import type { ProblemCode } from '../../../common/contract/problem.js';
import { browserLake } from '../../../testing/browser-lake.js';
import {
  GOOD_TOKEN,
  GOOD_TOKENS,
  SIGN_IN_ENDED,
  SIGN_IN_LAPSED
} from '../../../testing/token-status.js';
import type { TokensStatus, TokenStatus } from '../../../token-renewal/contract.js';
import { tellTokens } from '../../browser/tell-tokens.js';

type Change = Partial<Omit<TokenStatus, 'problem'>> & { problem?: ProblemCode | null };

function withToken({ problem = null, ...change }: Change): TokensStatus {
  const told = problem === null ? null : { code: problem, message: `${problem} it is` };
  return { ...GOOD_TOKENS, targets: [{ ...GOOD_TOKEN, ...change, problem: told }] };
}

const AWAY = withToken({ state: 'failing', problem: 'issuer-unreachable' });
const REFUSED = withToken({ state: 'failing', problem: 'token-refused' });
const ENDED = withToken({ state: 'expired', problem: 'issuer-unreachable' });
const SIGNED_OUT: TokensStatus = {
  ...withToken({ state: 'waiting', expiresAt: null, problem: 'not-signed-in' }),
  signedIn: false
};

async function start(first: TokensStatus) {
  let tokens = first;
  const { lake, sockets, asked } = browserLake({ '/tokens': () => ({ tokens: [tokens] }) });
  const show = jest.fn();
  tellTokens(lake, show);
  const read = (times: number) =>
    waitFor(() => expect(asked.filter(({ path }) => path === '/tokens')).toHaveLength(times));
  await read(1);
  sockets[0].open();
  let version = 0;
  const turn = async (next: TokensStatus) => {
    tokens = next;
    version += 1;
    const before = asked.length;
    sockets[0].say({ key: 'tokens', version });
    await read(before + 1);
    // What was read reaches its observers in a task of its own.
    await new Promise(resolve => setTimeout(resolve, 0));
  };
  return { turn, show };
}

const shown = () => Notification.manager.notifications.map(({ type, message }) => [type, message]);
afterEach(() => Notification.dismiss());

it('says once that a person has to sign in, with a way to the button', async () => {
  const { turn, show } = await start(GOOD_TOKENS);
  await turn(SIGN_IN_ENDED);
  await turn({ ...SIGN_IN_ENDED, renewsHere: false });
  expect(shown()).toEqual([
    [
      'warning',
      'Your sign-in at iam.example has ended: sign in again before your data lake tokens end.'
    ]
  ]);
  const [notification] = Notification.manager.notifications;
  notification?.options.actions?.[0]?.callback(new MouseEvent('click'));
  expect(show).toHaveBeenCalledTimes(1);
});

it('says so of a sign-in whose end was found out late, in the same notification', async () => {
  const lapsed =
    'Your sign-in at iam.example has ended, and your data lake tokens with it: sign in again.';
  const { turn } = await start(GOOD_TOKENS);
  await turn(SIGN_IN_LAPSED);
  expect(shown()).toEqual([['warning', lapsed]]);
  await turn(GOOD_TOKENS);
  Notification.dismiss();
  await turn(SIGN_IN_ENDED);
  await turn(SIGN_IN_LAPSED);
  expect(shown()).toEqual([['warning', lapsed]]);
  await turn(GOOD_TOKENS);
  expect(shown()).toEqual([['success', 'Your data lake tokens are fresh again.']]);
});

it('changes the same notification when it gets worse, and when all is well again', async () => {
  const { turn } = await start(GOOD_TOKENS);
  await turn(REFUSED);
  expect(shown()).toEqual([
    ['warning', 'Your data lake tokens cannot be renewed. token-refused it is']
  ]);
  await turn(ENDED);
  expect(shown()).toHaveLength(1);
  expect(shown()[0]?.[1]).toMatch(
    /^Your data lake tokens have ended\. The identity provider cannot/
  );
  await turn(GOOD_TOKENS);
  expect(shown()).toEqual([['success', 'Your data lake tokens are fresh again.']]);
});

it.each([
  ['an identity provider that is away for a while', AWAY],
  ['somebody who signs out', SIGNED_OUT]
])('says nothing of %s', async (_, tokens) => {
  const { turn } = await start(GOOD_TOKENS);
  await turn(tokens);
  await turn(GOOD_TOKENS);
  expect(shown()).toEqual([]);
});

it('says nothing of what was so when the page was opened', async () => {
  const { turn } = await start(ENDED);
  await turn({ ...ENDED, renewsHere: false });
  expect(shown()).toEqual([]);
});
