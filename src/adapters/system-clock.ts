import { setTimeout } from 'node:timers/promises';
import type { IClock } from '../common/core/clock.js';

/** The machine's clock. */
export const SYSTEM_CLOCK: IClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal, ref: true })
};
