import type { TranslationBundle } from '@jupyterlab/translation';
import type { CartItem } from '../contract.js';
import type { IOpenCart } from './carts.js';
import type { IVariablesState } from './kernel-variables.js';
import { nameComplaint } from './variable-name.js';

/** Why the variable of an item is not set, where its name is to blame; null: it is not. */
export function itemFault(
  item: CartItem,
  open: IOpenCart,
  state: IVariablesState,
  trans: TranslationBundle
): string | null {
  const complaint = nameComplaint(item.variableName, open.cart.namesBut(item), trans);
  if (complaint !== null) {
    return complaint;
  }
  const entry = state.report.find(({ variableName }) => variableName === item.variableName);
  if (entry?.outcome === 'in-use') {
    return trans.__(
      'The name %1 is in use in this kernel: rename the variable, or delete yours and set the variables again.',
      item.variableName
    );
  }
  if (entry?.outcome === 'failed') {
    return trans.__('The variable could not be set: %1', entry.message ?? '');
  }
  return null;
}
