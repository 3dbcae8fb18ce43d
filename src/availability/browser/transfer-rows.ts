import type { Rule } from '../contract.js';
import type { AwaitedDid } from './awaited.js';
import type { IRules } from './rules-query.js';

export interface ITransferRow {
  key: string;
  instance: string;
  did: string;
  /** null: it was asked for here, and its rule is not among those under way. */
  rule: Rule | null;
  arrived: boolean;
}

/** The rules under way, then what was asked for here and is not among them; newest requests first. */
export function transferRows(
  rules: IRules | undefined,
  awaited: readonly AwaitedDid[],
  instance: string
): readonly ITransferRow[] {
  const here = awaited.filter(entry => entry.instance === instance);
  const arrived = new Set(
    here.filter(({ progress }) => progress === 'arrived').map(({ did }) => did)
  );
  const underWay = (rules?.rules ?? [])
    .filter(({ did }) => !arrived.has(did))
    .map(rule => ({ key: rule.id, instance, did: rule.did, rule, arrived: false }));
  const shown = new Set(underWay.map(({ did }) => did));
  const others = here
    .filter(({ did }) => !shown.has(did))
    .map(({ did }) => ({ key: did, instance, did, rule: null, arrived: arrived.has(did) }));
  return [...underWay, ...others.reverse()];
}
