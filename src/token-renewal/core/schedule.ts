/** The two ends of a token's life, in milliseconds since 1970 by this machine's clock. */
export interface ILife {
  receivedAt: number;
  expiresAt: number;
}

/** A number from 0 to 1, as `Math.random` gives it. */
export type Random = () => number;

const RENEWED_AFTER = 2 / 3;
/** So that the servers of a hub that was restarted do not all come at once. */
const SPREAD = 1 / 15;
const FIRST_RETRY_MS = 1000;
const SHORTEST_RETRY_MS = 100;
/** Between two tries once the token has ended. */
const LONGEST_RETRY_MS = 60_000;
const LONGEST_TICK_MS = 30_000;
const SHORTEST_TICK_MS = 100;
const TICKS_IN_A_LIFE = 20;
const LAST_PART = 0.1;

/** When a token is renewed: at two thirds of its life, or a little before. */
export function renewalAt({ receivedAt, expiresAt }: ILife, random: Random): number {
  return receivedAt + (expiresAt - receivedAt) * (RENEWED_AFTER - SPREAD * random());
}

/** Whether what is left of it is short: about two ticks. */
export function isNearItsEnd({ receivedAt, expiresAt }: ILife, now: number): boolean {
  return expiresAt - now < (expiresAt - receivedAt) * LAST_PART;
}

export interface IFailure {
  now: number;
  /** When the first of the failures in a row was met. */
  since: number;
  /** When the present token ends; null: there is none. */
  expiresAt: number | null;
  /** What the other side asked for (RFC 9110, section 10.2.3); null: nothing. */
  retryAfterMs: number | null;
}

/**
 * When to try again: back-off with full jitter, in which no pause is longer than the trouble has lasted, so
 * that its end is noticed in a time in keeping with it; not before what Retry-After asks for, and within
 * bounds of our own: a quarter of what is left while the token lives, and a minute afterwards.
 */
export function retryAt(failure: IFailure, random: Random): number {
  const { now, since, expiresAt, retryAfterMs } = failure;
  const left = (expiresAt ?? now) - now;
  const longest = left > 0 ? left / 4 : LONGEST_RETRY_MS;
  const backOff = random() * Math.min(longest, Math.max(FIRST_RETRY_MS, now - since));
  const wished = Math.max(backOff, retryAfterMs ?? 0);
  return now + Math.max(SHORTEST_RETRY_MS, Math.min(wished, longest));
}

/** How often deadlines are looked at, for the shortest of these lives. */
export function tickMs(lives: readonly ILife[]): number {
  const shortest = Math.min(...lives.map(({ receivedAt, expiresAt }) => expiresAt - receivedAt));
  return Math.max(SHORTEST_TICK_MS, Math.min(shortest / TICKS_IN_A_LIFE, LONGEST_TICK_MS));
}
