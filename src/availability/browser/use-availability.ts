import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { sessionQuery } from '../../common/browser/session.js';
import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type { Availability } from '../contract.js';
import type { IAvailabilityServices } from './services.js';
import type { Known } from './tokens.js';

type Services = Pick<IAvailabilityServices, 'lake' | 'reader'>;

/** The name of the instance that is meant: the given one or the first; undefined while it is asked for. */
export function useInstance(
  { lake }: Pick<Services, 'lake'>,
  given: string | undefined
): { instance: string | undefined; error: unknown } {
  const session = useQuery(
    { ...sessionQuery(lake.settings), enabled: given === undefined, staleTime: Infinity },
    lake.queries
  );
  if (given !== undefined) {
    return { instance: given, error: null };
  }
  const none =
    session.data?.signIns.length === 0
      ? new DataLakeError('not-configured', 'No data lake is configured on this server.')
      : null;
  return { instance: session.data?.signIns[0]?.instance, error: session.error ?? none };
}

const LOADING: Known = { status: 'loading' };

function known({ data, error }: UseQueryResult<Availability>): Known {
  if (error !== null) {
    return { status: 'failed', problem: toProblem(error) };
  }
  return data === undefined ? LOADING : { status: 'known', availability: data };
}

function allKnown(results: UseQueryResult<Availability>[]): Known[] {
  return results.map(known);
}

/**
 * What is known of each DID, in order; the same DID twice is asked once. Watches for as long as the
 * component is mounted.
 */
export function useKnown(
  services: Services,
  given: string | undefined,
  dids: readonly string[]
): readonly Known[] {
  const { reader, lake } = services;
  const { instance, error } = useInstance(services, given);
  // Callers hand over a new array at each render: its text says whether it is another one.
  const text = dids.join('\n');
  const unique = useMemo(() => (text === '' ? [] : [...new Set(text.split('\n'))]), [text]);
  // Before the queries, whose effects ask: nothing that happens between the two is missed.
  useEffect(() => {
    if (instance === undefined || unique.length === 0) {
      return;
    }
    const watch = reader.watch(instance, unique);
    return () => watch.dispose();
  }, [reader, instance, unique]);
  const asked = instance === undefined ? [] : unique.map(did => reader.query(instance, did));
  const answers = useQueries({ queries: asked, combine: allKnown }, lake.queries);
  return useMemo(() => {
    const failed: Known | null =
      error === null ? null : { status: 'failed', problem: toProblem(error) };
    const byDid = new Map(unique.map((did, index) => [did, answers[index]]));
    const order = text === '' ? [] : text.split('\n');
    return order.map(did => failed ?? byDid.get(did) ?? LOADING);
  }, [error, unique, answers, text]);
}
