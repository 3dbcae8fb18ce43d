import type { IClock } from '../../common/core/clock.js';

/** Works with a signal that is aborted with the other one, and when the time is over. */
export async function withinTime<T>(
  clock: IClock,
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  clock.sleep(milliseconds, done.signal).then(
    () => late.abort(new DOMException('It took too long.', 'TimeoutError')),
    () => {}
  );
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort();
  }
}
