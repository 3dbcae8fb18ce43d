import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LakeRoot } from '../../../common/browser/lake-root.js';
import { browserLake } from '../../../testing/browser-lake.js';
import {
  GOOD_TOKEN,
  GOOD_TOKENS,
  SIGN_IN_ENDED,
  SIGN_IN_LAPSED
} from '../../../testing/token-status.js';
import type { TokensStatus } from '../../../token-renewal/contract.js';
import { TokenTrouble } from '../../browser/token-trouble.js';

function show(tokens: TokensStatus) {
  const server = browserLake({ '/tokens': () => ({ tokens: [tokens] }) });
  render(
    <LakeRoot lake={server.lake}>
      <TokenTrouble lake={server.lake} instance="near" />
    </LakeRoot>
  );
  return server;
}

it('asks to sign in again while the tokens are good still', async () => {
  show(SIGN_IN_ENDED);
  expect(await screen.findByText(/Your sign-in at iam\.example has ended\./)).toHaveTextContent(
    /The first token ends in \d+ years/
  );
  expect(screen.getByRole('button', { name: 'Sign in at iam.example' })).toBeVisible();
});

it('asks to sign in again when they have ended by then', async () => {
  show(SIGN_IN_LAPSED);
  expect(await screen.findByText(/Your sign-in at iam\.example has ended\./)).toHaveTextContent(
    /The first token ended \d+ years ago/
  );
  expect(screen.getByRole('button', { name: 'Sign in at iam.example' })).toBeVisible();
});

it('says what cannot be renewed and why, and tries again on request', async () => {
  const problem = { code: 'token-refused' as const, message: 'The audience is not allowed.' };
  const tokens: TokensStatus = {
    ...GOOD_TOKENS,
    targets: [{ ...GOOD_TOKEN, state: 'expired', expiresAt: '2020-01-01T00:00:00Z', problem }]
  };
  const { answers, asked } = show(tokens);
  answers['/tokens/renew'] = () => tokens;
  expect(
    await screen.findByText(/The audience is not allowed\. The first token ended/)
  ).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Renew now' }));
  await waitFor(() =>
    expect(asked.find(({ path }) => path === '/tokens/renew')?.asked).toEqual({ instance: 'near' })
  );
});

it('takes no room while all is well, or mends itself', async () => {
  const problem = { code: 'issuer-unreachable' as const, message: 'It is away.' };
  const { asked } = show({
    ...GOOD_TOKENS,
    targets: [{ ...GOOD_TOKEN, state: 'failing', problem }]
  });
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
});
