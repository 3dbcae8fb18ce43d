import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LakeRoot } from '../../../common/browser/lake-root.js';
import { browserLake, problemResponse } from '../../../testing/browser-lake.js';
import { GOOD_TOKEN, GOOD_TOKENS, SIGN_IN_LAPSED } from '../../../testing/token-status.js';
import type { SignIn, TokensStatus } from '../../../token-renewal/contract.js';
import { PanelView } from '../../browser/panel-view.js';
import { Sections } from '../../browser/sections.js';

const NOBODY: SignIn = {
  instance: 'near',
  displayName: 'escape',
  rucioUrl: 'https://rucio.example',
  authType: 'oidc',
  account: null,
  identity: null,
  signedIn: false,
  expiresAt: null,
  source: null,
  credentialEndsAt: null,
  credentialProblem: null,
  problem: { code: 'not-signed-in', message: 'Nobody is signed in.' }
};
const TARGET = GOOD_TOKEN;
const TOKENS: TokensStatus = {
  ...GOOD_TOKENS,
  signedIn: false,
  targets: [{ ...TARGET, state: 'waiting', expiresAt: null, renewedAt: null }]
};
const DEVICE = {
  userCode: 'ABCD-EFGH',
  url: 'https://iam.example/device',
  completeUrl: 'https://iam.example/device?user_code=ABCD-EFGH',
  expiresAt: '2099-01-01T00:00:00Z'
};

function show(signIn: Partial<SignIn> = {}, first: Partial<TokensStatus> = {}) {
  const state = { tokens: { ...TOKENS, ...first } };
  const server = browserLake({
    '/session': () => ({
      version: '1',
      signIns: [{ ...NOBODY, ...signIn }],
      configurationProblems: []
    }),
    '/mounts': () => ({ mounts: [] }),
    '/tokens': () => ({ tokens: [state.tokens] })
  });
  render(
    <LakeRoot lake={server.lake}>
      <PanelView lake={server.lake} sections={new Sections()} />
    </LakeRoot>
  );
  return { ...server, state };
}

const ALICE = { signedIn: true, account: 'alice', problem: null };

/** A window as window.open gives it. */
function stubWindow() {
  const opened = { location: { replace: jest.fn() }, close: jest.fn() };
  const open = jest.spyOn(window, 'open').mockReturnValue(opened as unknown as Window);
  return { opened, open };
}
afterEach(() => jest.restoreAllMocks());

it('sends the person to the identity provider in a window that the click has opened', async () => {
  const { opened, open } = stubWindow();
  const { answers, asked } = show();
  answers['/tokens/sign-in'] = () => ({ url: 'https://iam.example/auth?state=x' });
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in at iam.example' }));
  await waitFor(() =>
    expect(opened.location.replace).toHaveBeenCalledWith('https://iam.example/auth?state=x')
  );
  expect(open).toHaveBeenCalledWith('about:blank', '_blank', expect.stringContaining('popup'));
  expect(asked.find(({ path }) => path === '/tokens/sign-in')?.asked).toEqual({
    instance: 'near',
    redirectUri: 'http://x/jupyterlab-datalake/callback'
  });
  expect(await screen.findByText('Go on in the window that has opened.')).toBeVisible();
});

it('closes the window again, and says why, when the sign-in cannot begin', async () => {
  const { opened } = stubWindow();
  const { answers } = show();
  answers['/tokens/sign-in'] = () =>
    problemResponse({ code: 'issuer-unreachable', message: 'It is away.' });
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in at iam.example' }));
  expect(await screen.findByText(/identity provider cannot be reached/)).toBeVisible();
  expect(opened.close).toHaveBeenCalled();
});

it('says what to do where the browser opens no window', async () => {
  jest.spyOn(window, 'open').mockReturnValue(null);
  const { answers } = show();
  answers['/tokens/sign-in'] = () => ({ url: 'https://iam.example/auth?state=x' });
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in at iam.example' }));
  expect(await screen.findByText(/sign in with a code/)).toBeVisible();
});

it('shows the code for another device, until it is cancelled', async () => {
  const { answers, state } = show();
  answers['/tokens/device'] = () => (state.tokens = { ...TOKENS, device: DEVICE });
  answers['/tokens/device/cancel'] = () => (state.tokens = TOKENS);
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in with a code' }));
  expect(await screen.findByText('ABCD-EFGH')).toBeVisible();
  const link = screen.getByRole('link', { name: 'https://iam.example/device' });
  expect(link).toHaveAttribute('href', DEVICE.completeUrl);
  expect(link).toHaveAttribute('rel', 'noreferrer noopener');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(await screen.findByRole('button', { name: 'Sign in with a code' })).toBeVisible();
});

it('says that it was the sign-in that has ended, with the button', async () => {
  show({}, SIGN_IN_LAPSED);
  const tokens = await screen.findByRole('region', { name: 'Tokens' });
  expect(tokens).toHaveTextContent('Your sign-in at iam.example has ended.');
  expect(tokens).toHaveTextContent(/The first token ended \d+ years ago/);
  expect(within(tokens).getByRole('button', { name: 'Sign in at iam.example' })).toBeVisible();
  expect(screen.queryByText('You are not signed in to escape.')).toBeNull();
});

it('says why a sign-in on another device failed', async () => {
  show({}, { deviceProblem: { code: 'sign-in-refused', message: 'Refused.' } });
  expect(await screen.findByText('Refused.')).toBeVisible();
});

it('where the sign-in is elsewhere, there is the usual button', async () => {
  show({}, { source: 'hub', signsInHere: false, signedIn: true });
  expect(await screen.findByRole('button', { name: 'Sign in again' })).toBeVisible();
  expect(screen.queryByRole('button', { name: /Sign in at/ })).toBeNull();
});

it('shows each token with its state, its end and what is wrong, and news of it', async () => {
  const failing = { ...TARGET, name: 'storage', state: 'failing' as const };
  const problem = { code: 'token-refused' as const, message: 'The audience is not allowed.' };
  const { state, sockets } = show(ALICE, {
    signedIn: true,
    targets: [TARGET, { ...failing, problem }],
    hints: ['OAUTH2_TOKEN is set already']
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Account: alice @ escape' }));
  const list = await screen.findByRole('list', { name: 'Tokens' });
  const [eos, storage] = within(list).getAllByRole('listitem');
  expect(eos).toHaveTextContent(/^eosfreshin \d+ years$/);
  expect(storage).toHaveTextContent(/good, not renewed.*The audience is not allowed\./);
  await userEvent.click(screen.getByText('What you can set yourself'));
  expect(screen.getByText('OAUTH2_TOKEN is set already')).toBeVisible();
  state.tokens = { ...state.tokens, targets: [{ ...TARGET, state: 'expired' }] };
  sockets[0].open();
  sockets[0].say({ key: 'tokens', version: 1 });
  expect(await screen.findByText('ended')).toBeVisible();
});

it('renews and signs out on request', async () => {
  const { answers, asked, state } = show(ALICE, { signedIn: true, targets: [TARGET] });
  answers['/tokens/renew'] = () => state.tokens;
  answers['/tokens/sign-out'] = () => (state.tokens = TOKENS);
  await userEvent.click(await screen.findByRole('button', { name: 'Account: alice @ escape' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Renew now' }));
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull());
  const sent = asked.filter(({ path }) => /renew|sign-out/.test(path));
  expect(sent).toEqual([
    { path: '/tokens/renew', asked: { instance: 'near' } },
    { path: '/tokens/sign-out', asked: { instance: 'near' } }
  ]);
});

it('nobody can sign out of what is not ours', async () => {
  show(ALICE, { source: 'hub', signsInHere: false, signedIn: true, targets: [TARGET] });
  await userEvent.click(await screen.findByRole('button', { name: 'Account: alice @ escape' }));
  expect(await screen.findByRole('button', { name: 'Renew now' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull();
});
