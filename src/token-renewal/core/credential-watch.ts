import type { IClock } from '../../common/core/clock.js';
import type { Instances } from '../../common/core/instances.js';
import type { SignInState } from './sign-in.js';

const LOOK_MS = 60_000;

/**
 * Tells when a warning about a certificate or proxy is due, has become another, or is none any more, until
 * the signal is aborted. Asks nobody: it looks at the files only.
 */
export async function watchCredentials(
  signIns: Instances<SignInState>,
  clock: IClock,
  onChange: () => void,
  signal: AbortSignal
): Promise<void> {
  const states = [...signIns]
    .map(([, signIn]) => signIn)
    .filter(({ hasCredential }) => hasCredential);
  if (states.length === 0) {
    return;
  }
  let known: string | null = null;
  while (!signal.aborted) {
    const problems = await Promise.all(states.map(state => state.warning()));
    const found = problems.map(problem => problem?.code).join();
    if (known !== null && found !== known) {
      onChange();
    }
    known = found;
    await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
}
