import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import type { CartItem } from '../contract.js';

/**
 * Commands of the cart. Those about an item take {did, instance?}; without them they ask which item of
 * the active notebook's cart is meant.
 */
export const CartCommands = {
  /** Args: IDidArgs and optionally variableName. Adds to the active notebook's cart. */
  add: 'datalake:add-to-cart',
  remove: 'datalake:remove-from-cart',
  /** Args: optionally variableName; without it, it is asked for. */
  rename: 'datalake:rename-variable',
  /** Accepts what others have put into the active notebook's cart. */
  accept: 'datalake:accept-cart',
  /** Writes the variable's name into the active cell. */
  insert: 'datalake:insert-variable',
  copyName: 'datalake:copy-variable-name',
  /** Sets all variables in the kernel again. */
  setAgain: 'datalake:set-variables-again',
  /** Takes the attachments of rucio-jupyterlab over. */
  upgrade: 'datalake:take-over-attachments',
  /** Opens the cart, in the panel. */
  show: 'datalake:show-cart'
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
