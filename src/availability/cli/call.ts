import type { ICall } from '../../common/cli/command-line.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { AvailabilityService } from '../core/service.js';

/** What a command of this slice is run with. */
export type Call<O extends object> = ICall<O> & { service: AvailabilityService; clock: IClock };

const DAY_S = 86_400;

/** A number of days as it was typed, in seconds. */
export function days(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value <= 0) {
    throw new DataLakeError('bad-request', '--lifetime is a number of days above 0.');
  }
  return Math.round(value * DAY_S);
}

/** A number of seconds as it was typed, in milliseconds; null: none was. */
export function milliseconds(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new DataLakeError('bad-request', '--timeout is a number of seconds above 0.');
  }
  return value * 1000;
}
