import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import type { CartItem } from '../contract.js';

export const CartCommands = {
  /** Args: IDidArgs and optionally variableName. Adds to the active notebook's cart. */
  add: 'datalake:add-to-cart',
  remove: 'datalake:remove-from-cart',
  rename: 'datalake:rename-variable',
  accept: 'datalake:accept-cart'
} as const;

/** The cart of the active notebook. */
export interface ICart {
  /** Path of the active notebook, or null if there is none. */
  readonly notebook: string | null;
  readonly items: readonly CartItem[];
  /** The items or the active notebook changed. */
  readonly changed: ISignal<ICart, void>;
  has(did: string, instance?: string): boolean;
  /** Adds with a proposed variable name; answers the name. Throws DataLakeError (no notebook, read-only). */
  add(did: IDidArgs, variableName?: string): Promise<string>;
}

export const ICart = new Token<ICart>(
  'jupyterlab-datalake:ICart',
  "The DIDs in the active notebook's cart."
);
