import { Notification } from '@jupyterlab/apputils';
import { renderHook } from '@testing-library/react';
import type { Problem } from '../../../common/contract/problem.js';
import type { SignIn } from '../../../token-renewal/contract.js';
import { useCredentialNotice } from '../../browser/use-credential-notice.js';

const ENDING: Problem = { code: 'credential-ending', message: 'Your proxy ends at noon.' };
const ENDED: Problem = { code: 'credential-ended', message: 'Your proxy ended at noon.' };
const GOOD: SignIn = {
  instance: 'near',
  displayName: 'escape',
  rucioUrl: 'https://rucio.example',
  authType: 'x509_proxy',
  account: 'alice',
  identity: '/CN=Alice',
  signedIn: true,
  expiresAt: null,
  source: '/tmp/x509up_u1000',
  credentialEndsAt: '2099-01-01T00:00:00Z',
  credentialProblem: null,
  problem: null
};

beforeEach(() => Notification.manager.dismiss());

const told = () => Notification.manager.notifications.map(({ message }) => message);

it('tells once that a proxy is about to end, once that it has, and takes it back', () => {
  const { rerender } = renderHook(signIn => useCredentialNotice(signIn), { initialProps: GOOD });
  expect(told()).toEqual([]);
  rerender({ ...GOOD, credentialProblem: ENDING });
  rerender({ ...GOOD, credentialProblem: { ...ENDING } });
  expect(told()).toEqual([ENDING.message]);
  rerender({ ...GOOD, credentialProblem: ENDED });
  rerender({
    ...GOOD,
    signedIn: false,
    problem: { ...ENDED, message: 'The proxy in /tmp ended.' }
  });
  expect(told()).toEqual([ENDED.message]);
  rerender(GOOD);
  expect(told()).toEqual([]);
});

it('says nothing of other problems: they are in the panel', () => {
  const problem: Problem = { code: 'rucio-unreachable', message: 'Away.' };
  renderHook(() => useCredentialNotice({ ...GOOD, signedIn: false, problem }));
  expect(told()).toEqual([]);
});
