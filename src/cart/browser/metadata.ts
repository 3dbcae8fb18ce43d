import * as z from 'zod';
import { DidText } from '../../common/contract/did.js';
import { CART_KEY_PREFIX, CART_VERSION, CartItem, cartKey, VariableName } from '../contract.js';

/** The key of the reference extension, `rucio-jupyterlab`. */
export const LEGACY_KEY = 'rucio_attachments';

/** An attachment of the reference extension: it names no instance, and not the kind of collection. */
export const LegacyItem = z.object({
  did: DidText,
  type: z.enum(['file', 'collection']),
  variableName: VariableName
});
export type LegacyItem = z.infer<typeof LegacyItem>;

/** What a notebook's metadata say of the cart. They are anybody's text until they are parsed. */
export interface ICartContent {
  /** In the order in which they were added. */
  items: readonly CartItem[];
  /** Entries of ours that are damaged: left in the file as they are. */
  unreadable: number;
  /** Entries that a newer version of this extension has written: left in the file as they are. */
  newer: number;
  legacy: readonly LegacyItem[];
}

export const EMPTY_CART: ICartContent = { items: [], unreadable: 0, newer: 0, legacy: [] };

const Newer = z.object({ version: z.number().int().gt(CART_VERSION) });

function order(one: CartItem, other: CartItem): number {
  const [a, b] = [
    `${one.addedAt} ${cartKey(one.instance, one.did)}`,
    `${other.addedAt} ${cartKey(other.instance, other.did)}`
  ];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads the cart out of a notebook's metadata, whatever is in them. Changes nothing. */
export function readCart(metadata: Readonly<Record<string, unknown>>): ICartContent {
  const items: CartItem[] = [];
  let unreadable = 0;
  let newer = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (!key.startsWith(CART_KEY_PREFIX)) {
      continue;
    }
    const item = CartItem.safeParse(value);
    if (item.success && cartKey(item.data.instance, item.data.did) === key) {
      items.push(item.data);
    } else if (Newer.safeParse(value).success) {
      newer += 1;
    } else {
      unreadable += 1;
    }
  }
  const { legacy, rest } = readLegacy(metadata[LEGACY_KEY]);
  return { items: items.sort(order), unreadable: unreadable + rest.length, newer, legacy };
}

/** The attachments of the reference extension, and what in its list is not one. */
export function readLegacy(value: unknown): { legacy: LegacyItem[]; rest: unknown[] } {
  if (value === undefined || value === null) {
    return { legacy: [], rest: [] };
  }
  if (!Array.isArray(value)) {
    return { legacy: [], rest: [value] };
  }
  const entries = value.map((entry: unknown) => ({ entry, parsed: LegacyItem.safeParse(entry) }));
  return {
    legacy: entries.flatMap(({ parsed }) => (parsed.success ? [parsed.data] : [])),
    rest: entries.flatMap(({ entry, parsed }) => (parsed.success ? [] : [entry]))
  };
}
