import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getDid, searchDids, type Row } from '../../catalogue/contract.js';
import { call, stream } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import {
  listDestinations,
  listUploadFiles,
  listUploads,
  uploadDefaults,
  uploadLog,
  type FileState
} from '../contract.js';

/** Everything of this slice that changes while jobs run begins with it in the query cache. */
export const UPLOADS = 'uploads';
const PAGE = 200;
const MOST_DATASETS = 20;

export function defaultsQuery(lake: ILake, instance: string | undefined) {
  return queryOptions({
    queryKey: ['upload-defaults', instance ?? null],
    queryFn: ({ signal }) => call(lake.settings, uploadDefaults, { instance }, signal),
    enabled: instance !== undefined
  });
}

/** Left out: all RSEs. */
export function destinationsQuery(lake: ILake, instance: string, rseExpression?: string) {
  return queryOptions({
    queryKey: ['upload-destinations', instance, rseExpression ?? null],
    queryFn: ({ signal }) =>
      call(lake.settings, listDestinations, { instance, rseExpression }, signal),
    enabled: rseExpression !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000
  });
}

/** Datasets whose names begin so: enough of them to choose from. */
export function datasetsQuery(lake: ILake, instance: string, text: string) {
  const match = /^([A-Za-z0-9._-]+):([^\s:%?"'\\<>*]*)$/.exec(text.trim());
  return queryOptions({
    queryKey: ['upload-datasets', instance, text.trim()],
    queryFn: async ({ signal }): Promise<Row[]> => {
      const [, scope, name] = match ?? [];
      const request = { instance, scope, pattern: `${name}*`, type: 'dataset' as const };
      const rows: Row[] = [];
      for await (const batch of stream(lake.settings, searchDids, request, signal)) {
        rows.push(...batch);
        if (rows.length >= MOST_DATASETS) {
          break;
        }
      }
      return rows.slice(0, MOST_DATASETS);
    },
    enabled: match !== null,
    placeholderData: keepPreviousData
  });
}

/** What there is under a name; a failure is also that nothing is. */
export function datasetQuery(lake: ILake, instance: string, did: string | null) {
  return queryOptions({
    queryKey: ['upload-dataset', instance, did],
    queryFn: ({ signal }) => call(lake.settings, getDid, { instance, did: did ?? '' }, signal),
    enabled: did !== null,
    staleTime: 10_000
  });
}

export function jobsQuery(lake: ILake) {
  return queryOptions({
    queryKey: [UPLOADS, 'jobs'],
    queryFn: ({ signal }) => call(lake.settings, listUploads, {}, signal),
    staleTime: Infinity
  });
}

export function filesQuery(lake: ILake, job: string, state: FileState | undefined) {
  return infiniteQueryOptions({
    queryKey: [UPLOADS, 'files', job, state ?? null],
    queryFn: ({ pageParam, signal }) =>
      call(lake.settings, listUploadFiles, { job, state, after: pageParam, limit: PAGE }, signal),
    initialPageParam: -1,
    getNextPageParam: ({ next }) => next
  });
}

export function logQuery(lake: ILake, job: string) {
  return queryOptions({
    queryKey: [UPLOADS, 'log', job],
    queryFn: ({ signal }) => call(lake.settings, uploadLog, { job }, signal)
  });
}
