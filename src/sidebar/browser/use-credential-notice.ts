import { Notification } from '@jupyterlab/apputils';
import { useEffect } from 'react';
import type { SignIn } from '../../token-renewal/contract.js';

/** Tells once when a certificate or proxy is about to end, once when it has, and takes that back when it is renewed. */
export function useCredentialNotice(signIn: SignIn | undefined): void {
  const problem = signIn?.credentialProblem ?? signIn?.problem ?? null;
  const code =
    problem?.code === 'credential-ending' || problem?.code === 'credential-ended'
      ? problem.code
      : null;
  const message = code === null ? '' : (problem?.message ?? '');
  useEffect(() => {
    if (code === null) {
      return undefined;
    }
    const id = Notification.warning(message, { autoClose: false });
    return () => Notification.dismiss(id);
    // The sentence may change with the state only: it is told once.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [code, signIn?.instance]);
}
