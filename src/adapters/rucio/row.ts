import type { Row } from '../../catalogue/contract.js';
import type { DidType } from '../../common/contract/did.js';

const TYPES: ReadonlySet<unknown> = new Set<DidType>(['FILE', 'DATASET', 'CONTAINER']);

/**
 * A row from a line of Rucio's, or null if it is none. By hand and not by a schema: a search can have
 * a million rows. Listings call the type `type`, searches `did_type`.
 */
export function readRow(value: unknown): Row | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { scope, name, type, did_type, bytes, length } = value as Record<string, unknown>;
  const known = did_type ?? type;
  if (typeof scope !== 'string' || typeof name !== 'string' || !TYPES.has(known)) {
    return null;
  }
  return {
    scope,
    name,
    type: known as DidType,
    bytes: typeof bytes === 'number' ? bytes : null,
    length: typeof length === 'number' ? length : null
  };
}
