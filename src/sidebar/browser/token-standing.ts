import type { TokensStatus } from '../../token-renewal/contract.js';

/**
 * How the tokens of an instance are, in one word: `waiting` for the first ones; `fresh`; `away`: good
 * still, and asked for again by itself; `trouble`: good still, but somebody has to do something;
 * `sign-in`: good still, and nobody can renew them before a person signs in; `lapsed`: of no use any more
 * before a person signs in; `ended`: of no use any more; `signed-out`: there are none, as nobody is signed in.
 */
export type TokenStanding =
  'waiting' | 'fresh' | 'away' | 'trouble' | 'sign-in' | 'lapsed' | 'ended' | 'signed-out';

/** What mends itself. */
const PASSES: ReadonlySet<string | undefined> = new Set(['issuer-unreachable', 'issuer-failed']);

export function tokenStandingOf({ targets }: Pick<TokensStatus, 'targets'>): TokenStanding {
  const had = targets.some(({ expiresAt }) => expiresAt !== null);
  const problems = targets.flatMap(({ problem }) => problem?.code ?? []);
  if (!had) {
    return problems.includes('not-signed-in') ? 'signed-out' : 'waiting';
  }
  const ended = targets.some(({ state }) => state === 'expired');
  // What only a person can mend is told as that, however late it was found out.
  if (problems.includes('not-signed-in')) {
    return ended ? 'lapsed' : 'sign-in';
  }
  if (ended) {
    return 'ended';
  }
  if (problems.some(code => !PASSES.has(code))) {
    return 'trouble';
  }
  return problems.length > 0 ? 'away' : 'fresh';
}
