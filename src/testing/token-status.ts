import type { TokensStatus, TokenStatus } from '../token-renewal/contract.js';

/** A token that is good for long. */
export const GOOD_TOKEN: TokenStatus = {
  name: 'eos',
  audience: 'eos',
  scope: '',
  file: '/run/tokens/eos',
  state: 'valid',
  expiresAt: '2099-01-01T00:00:00Z',
  renewedAt: '2026-01-01T00:00:00Z',
  nextAt: null,
  clockSkewSeconds: 0,
  problem: null
};

/** Somebody has signed in, and all is well. */
export const GOOD_TOKENS: TokensStatus = {
  instance: 'near',
  source: 'sign-in',
  issuer: 'iam.example',
  signsInHere: true,
  signedIn: true,
  renewsHere: true,
  device: null,
  deviceProblem: null,
  targets: [GOOD_TOKEN],
  hints: []
};

/** The identity provider does not take the sign-in any more; the token is good still. */
export const SIGN_IN_ENDED: TokensStatus = {
  ...GOOD_TOKENS,
  signedIn: false,
  targets: [
    {
      ...GOOD_TOKEN,
      state: 'failing',
      problem: { code: 'not-signed-in', message: 'The sign-in has ended: sign in again.' }
    }
  ]
};

/** The same, found out late: the token has ended, too. */
export const SIGN_IN_LAPSED: TokensStatus = {
  ...SIGN_IN_ENDED,
  targets: SIGN_IN_ENDED.targets.map(target => ({
    ...target,
    state: 'expired',
    expiresAt: '2020-01-01T00:00:00Z'
  }))
};
