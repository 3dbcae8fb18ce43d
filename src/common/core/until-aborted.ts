/**
 * Waits for the promise, and no longer than the signal lets it: work that others share goes on. The
 * signal's reason is rejected with as `translate` makes it.
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  translate: (reason: unknown) => Error
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(translate(signal.reason));
    if (signal.aborted) {
      leave();
    }
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
