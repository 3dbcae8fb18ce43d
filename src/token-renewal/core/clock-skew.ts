import type { Problem } from '../../common/contract/problem.js';
import type { IIssuedToken } from './ports.js';

/** By so much may two clocks differ without a word: most verifiers allow for a minute. */
const SKEW_MS = 60_000;

/** By how much the identity provider's clock is ahead of this machine's, in milliseconds; null: not known. */
export function skewOf({ issuedAt, life }: IIssuedToken): number | null {
  return issuedAt === null ? null : issuedAt - life.receivedAt;
}

/** What to tell people of clocks that differ by so much; null: nothing. */
export function wrongClock(skewMs: number | null): Problem | null {
  if (skewMs === null || Math.abs(skewMs) < SKEW_MS) {
    return null;
  }
  const minutes = Math.round(Math.abs(skewMs) / 6000) / 10;
  return {
    code: 'clock-wrong',
    message: `The clock of this machine is ${minutes} minutes ${skewMs < 0 ? 'ahead of' : 'behind'} the identity provider's: tokens may be refused. Ask your administrator to set it right.`
  };
}
