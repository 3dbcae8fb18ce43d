import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listMounts } from '../../availability/contract.js';
import { call } from '../../common/browser/client.js';
import { MOUNTS_KEY, SESSION_KEY } from '../../common/contract/events.js';
import type { ProblemCode } from '../../common/contract/problem.js';
import { getSession, signInAgain, type SignIn } from '../../token-renewal/contract.js';
import { SidebarQueries } from './lake.js';
import type { ILake } from './tokens.js';

export function sessionQuery(lake: ILake) {
  return queryOptions({
    queryKey: SidebarQueries.session,
    queryFn: ({ signal }) => call(lake.settings, getSession, {}, signal)
  });
}

/** Who is signed in, kept fresh by push while something shows it. */
export function useSession(lake: ILake) {
  const { events } = lake;
  useEffect(() => {
    const watch = events.watch([SESSION_KEY, MOUNTS_KEY]);
    return () => watch.dispose();
  }, [events]);
  return useQuery(sessionQuery(lake));
}

/** Whether the mounted RSEs answer. Asked only where `enabled`: it means looking at each mount. */
export function useMounts(lake: ILake, instance: string, enabled: boolean) {
  return useQuery({
    queryKey: [...SidebarQueries.mounts, instance],
    queryFn: ({ signal }) => call(lake.settings, listMounts, { instance }, signal),
    enabled
  });
}

/** Takes a new token now. Whatever was refused for want of one is asked again. */
export function useSignInAgain(lake: ILake) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (instance: string | undefined) => call(lake.settings, signInAgain, { instance }),
    onSettled: () => queries.invalidateQueries()
  });
}

/** What the panel shows of a sign-in. */
export type Standing = 'not-configured' | 'signed-in' | 'signed-out' | 'unreachable';

/** Rucio answers, and we have nothing to show it. */
const SIGNED_OUT: ReadonlySet<ProblemCode> = new Set([
  'not-signed-in',
  'sign-in-refused',
  'credential-unusable',
  'credential-ended'
]);

export function standingOf(signIn: SignIn | undefined): Standing {
  const code = signIn?.problem?.code;
  if (signIn === undefined || !signIn.rucioUrl || code === 'not-configured') {
    return 'not-configured';
  }
  if (signIn.signedIn) {
    return 'signed-in';
  }
  return code === undefined || SIGNED_OUT.has(code) ? 'signed-out' : 'unreachable';
}
