import { CART_KEY_PREFIX, CartItem } from '../../cart/contract.js';
import type { UploadPlan } from '../contract.js';

/** As many as a plan takes (contract). */
const MOST_INPUTS = 2000;

/** What a notebook's file says of where results come from: its kernel, and what of this instance is in its cart. */
export function notebookOrigin(
  text: string,
  instance: string
): Pick<UploadPlan, 'kernel' | 'inputs'> {
  const metadata = part(parsed(text), 'metadata');
  const kernel = part(part(metadata, 'kernelspec'), 'name');
  const items = Object.entries(isObject(metadata) ? metadata : {}).flatMap(([key, value]) => {
    const item = CartItem.safeParse(value);
    return key.startsWith(CART_KEY_PREFIX) && item.success ? [item.data] : [];
  });
  const dids = items.filter(item => item.instance === instance).map(({ did }) => did);
  return {
    kernel: typeof kernel === 'string' ? kernel.slice(0, 200) : null,
    inputs: [...new Set(dids)].slice(0, MOST_INPUTS)
  };
}

/** Somebody's file: it may be no notebook at all. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const part = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
