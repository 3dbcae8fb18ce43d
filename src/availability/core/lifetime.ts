import { DataLakeError } from '../../common/contract/problem.js';

/** The administrator's bounds; null: none. */
export interface ILifetimeBounds {
  defaultSeconds: number;
  minSeconds: number | null;
  maxSeconds: number | null;
}

/** The lifetime to ask for. Throws `bad-request` for one outside of the bounds. */
export function lifetimeWithin(bounds: ILifetimeBounds, asked: number | undefined): number {
  const seconds = asked ?? bounds.defaultSeconds;
  const { minSeconds, maxSeconds } = bounds;
  if (minSeconds !== null && seconds < minSeconds) {
    throw new DataLakeError(
      'bad-request',
      `The lifetime must be at least ${days(minSeconds)}, as the administrator has set it.`
    );
  }
  if (maxSeconds !== null && seconds > maxSeconds) {
    throw new DataLakeError(
      'bad-request',
      `The lifetime must be at most ${days(maxSeconds)}, as the administrator has set it.`
    );
  }
  return Math.round(seconds);
}

function days(seconds: number): string {
  const count = Math.round((seconds / 86_400) * 100) / 100;
  return count === 1 ? '1 day' : `${count} days`;
}
