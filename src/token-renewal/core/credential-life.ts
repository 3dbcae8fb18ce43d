import type { Problem } from '../../common/contract/problem.js';
import type { AuthType } from '../contract.js';

const HOUR_MS = 3_600_000;
/** So long before its end a warning is due: a proxy is made anew in a minute, a certificate in days. */
const WARN_MS: Readonly<Partial<Record<AuthType, number>>> = {
  x509_proxy: HOUR_MS,
  x509: 14 * 24 * HOUR_MS
};

/** The warning about a certificate or proxy that ends soon, or has ended; null: there is time. */
export function credentialProblem(
  authType: AuthType | null,
  endsAt: number | null,
  now: number
): Problem | null {
  const warnMs = authType === null ? undefined : WARN_MS[authType];
  if (endsAt === null || warnMs === undefined || endsAt - now > warnMs) {
    return null;
  }
  const ended = endsAt <= now;
  const when = `${new Date(endsAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const what = `${authType === 'x509_proxy' ? 'Your proxy' : 'Your certificate'} ${ended ? 'ended' : 'ends'} on ${when}`;
  const advice =
    authType === 'x509_proxy'
      ? 'make a new one with voms-proxy-init or grid-proxy-init.'
      : 'get a new one and put it in its place.';
  return ended
    ? {
        code: 'credential-ended',
        message: `${what}; Rucio's token is good for a little longer: ${advice}`
      }
    : { code: 'credential-ending', message: `${what}: ${advice}` };
}
