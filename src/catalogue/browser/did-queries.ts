import { queryOptions } from '@tanstack/react-query';
import { call } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { getDid, listParents, listReplicas } from '../contract.js';
import type { IDidArgs } from './tokens.js';

type Named = Pick<IDidArgs, 'did' | 'instance'>;

function key(what: string, { did, instance }: Named) {
  return ['catalogue', what, instance ?? null, did] as const;
}

/** Type, size, owner, times, checksums, metadata. */
export function didQuery(lake: ILake, { did, instance }: Named) {
  return queryOptions({
    queryKey: key('did', { did, instance }),
    queryFn: ({ signal }) => call(lake.settings, getDid, { did, instance }, signal)
  });
}

/** How much of it is at each RSE. */
export function replicasQuery(lake: ILake, { did, instance }: Named) {
  return queryOptions({
    queryKey: key('replicas', { did, instance }),
    queryFn: ({ signal }) => call(lake.settings, listReplicas, { did, instance }, signal)
  });
}

/** The datasets and containers that it is in. */
export function parentsQuery(lake: ILake, { did, instance }: Named) {
  return queryOptions({
    queryKey: key('parents', { did, instance }),
    queryFn: ({ signal }) => call(lake.settings, listParents, { did, instance }, signal)
  });
}
