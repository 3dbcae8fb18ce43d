import type { CommandRegistry } from '@lumino/commands';
import { createContext, useContext, type ReactNode } from 'react';
import type { IAvailabilityView } from '../../availability/browser/tokens.js';
import { LakeRoot } from '../../common/browser/lake-root.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { CartActions } from './actions.js';
import type { OpenCarts } from './carts.js';

/** What the cart's components work with. */
export interface ICartServices {
  lake: ILake;
  carts: OpenCarts;
  actions: CartActions;
  commands: CommandRegistry;
  /** null: the cart works without states and sizes on the mounted RSE. */
  availability: IAvailabilityView | null;
}

const CartContext = createContext<ICartServices | null>(null);

export function useCartServices(): ICartServices {
  const services = useContext(CartContext);
  if (services === null) {
    throw new Error('A component of the cart stands outside of CartRoot.');
  }
  return services;
}

/** Stands around each React tree of the cart: in the panel, in the toolbar and in its popup. */
export function CartRoot({ services, children }: { services: ICartServices; children: ReactNode }) {
  return (
    <LakeRoot lake={services.lake}>
      <CartContext.Provider value={services}>{children}</CartContext.Provider>
    </LakeRoot>
  );
}
