import { queryOptions } from '@tanstack/react-query';
import type * as z from 'zod';
import { call } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { listScopes } from '../contract.js';
import { ScopeItems } from './items.js';

export type Scopes = z.output<typeof listScopes.answer>;

/** All scopes of the lake, and those of the account. */
export function scopesQuery(lake: ILake, instance: string | undefined) {
  return queryOptions({
    queryKey: ['catalogue', 'scopes', instance ?? null],
    queryFn: ({ signal }) => call(lake.settings, listScopes, { instance }, signal)
  });
}

/** Those of the account first: that is where most people work. */
export function ownFirst({ scopes, own }: Scopes): string[] {
  const mine = new Set(own);
  return [...own, ...scopes.filter(scope => !mine.has(scope))];
}

/** The scopes whose name holds this text, as things of a tree. */
export function scopeItems(scopes: Scopes, filter: string): ScopeItems {
  const wanted = filter.trim().toLocaleLowerCase();
  const found = ownFirst(scopes).filter(scope => scope.toLocaleLowerCase().includes(wanted));
  return new ScopeItems(found, new Set(scopes.own));
}
