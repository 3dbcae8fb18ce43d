import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LakeRoot } from '../../../common/browser/lake-root.js';
import { browserLake, problemResponse } from '../../../testing/browser-lake.js';
import { GOOD_TOKENS } from '../../../testing/token-status.js';
import type { TokensStatus } from '../../../token-renewal/contract.js';
import { SignInActions } from '../../browser/sign-in-actions.js';

const SIGNED_OUT: TokensStatus = {
  ...GOOD_TOKENS,
  source: 'rucio',
  issuer: 'auth.example',
  signedIn: false
};
const LINK = 'https://auth.example/auth/oidc_redirect?abc_polling';
const BEGUN: TokensStatus = {
  ...SIGNED_OUT,
  device: { userCode: null, url: LINK, completeUrl: null, expiresAt: '2099-01-01T00:00:00Z' }
};

function show(tokens: TokensStatus) {
  const server = browserLake({ '/tokens': () => ({ tokens: [tokens] }) });
  render(
    <LakeRoot lake={server.lake}>
      <SignInActions lake={server.lake} tokens={tokens} />
    </LakeRoot>
  );
  return server;
}

function stubWindow() {
  const opened = { opener: window, location: { replace: jest.fn() }, close: jest.fn() };
  jest.spyOn(window, 'open').mockReturnValue(opened as unknown as Window);
  return opened;
}
afterEach(() => jest.restoreAllMocks());

it('sends the person to Rucio’s link in a window that the click has opened', async () => {
  const opened = stubWindow();
  const { answers, asked } = show(SIGNED_OUT);
  answers['/tokens/device'] = () => BEGUN;
  await userEvent.click(screen.getByRole('button', { name: 'Sign in at auth.example' }));
  await waitFor(() => expect(opened.location.replace).toHaveBeenCalledWith(LINK));
  expect(opened.opener).toBeNull();
  expect(asked.map(({ path }) => path)).not.toContain('/tokens/sign-in');
});

it('closes the window again, and says why, where Rucio gives no link', async () => {
  const opened = stubWindow();
  const { answers } = show(SIGNED_OUT);
  answers['/tokens/device'] = () => problemResponse({ code: 'rucio-garbled', message: 'No link.' });
  await userEvent.click(screen.getByRole('button', { name: 'Sign in at auth.example' }));
  expect(await screen.findByText(/What came back is not from Rucio/)).toBeVisible();
  expect(opened.close).toHaveBeenCalled();
});

it('shows the link, and asks for no code', async () => {
  show(BEGUN);
  const link = screen.getByRole('link', { name: LINK });
  expect(link).toHaveAttribute('href', LINK);
  expect(link).toHaveAttribute('rel', 'noreferrer noopener');
  expect(screen.queryByLabelText('Code')).toBeNull();
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeVisible();
});

it('has no sign-in with a code', () => {
  show(SIGNED_OUT);
  expect(screen.queryByRole('button', { name: /code/ })).toBeNull();
});
