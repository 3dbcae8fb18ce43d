/** The time, so that tests can move it by hand (src/testing/hand-clock.ts). */
export interface IClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that this machine ran since some moment: stands still while it sleeps, and nobody sets it. */
  elapsed(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
