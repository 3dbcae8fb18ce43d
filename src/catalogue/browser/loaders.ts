import { stream } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { listContent, searchDids, type SearchType } from '../contract.js';
import type { RowLoader } from './loading.js';

/** What matches in one scope. */
export function searchLoader(
  lake: ILake,
  instance: string | undefined,
  scope: string,
  pattern: string,
  type: SearchType
): RowLoader {
  return signal => stream(lake.settings, searchDids, { instance, scope, pattern, type }, signal);
}

/** What is directly in a dataset or container. */
export function contentLoader(lake: ILake, instance: string | undefined, did: string): RowLoader {
  return signal => stream(lake.settings, listContent, { instance, did }, signal);
}
