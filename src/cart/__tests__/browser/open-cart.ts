import { YNotebook } from '@jupyter/ydoc';
import type { Kernel } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { browserLake } from '../../../testing/browser-lake.js';
import { CartAcceptance } from '../../browser/acceptance.js';
import { CartActions } from '../../browser/actions.js';
import type { IOpenCart, OpenCarts } from '../../browser/carts.js';
import { addCartCommands } from '../../browser/commands.js';
import type { ICartServices } from '../../browser/context.js';
import { KernelVariables } from '../../browser/kernel-variables.js';
import { NotebookCart } from '../../browser/notebook-cart.js';
import { CartItem, cartKey, type ItemId } from '../../contract.js';

export const ITEM: CartItem = {
  version: 1,
  did: 'obs:event_1',
  type: 'DATASET',
  variableName: 'event_1',
  instance: 'near',
  bytes: 2000,
  addedAt: '2026-11-21T10:00:00.000Z'
};

export function item(change: Partial<CartItem>): CartItem {
  return { ...ITEM, ...change };
}

/** A notebook that holds these entries of metadata, as its file has them. */
export function notebook(metadata: Record<string, unknown> = {}): YNotebook {
  const shared = YNotebook.create();
  Object.entries(metadata).forEach(([key, value]) => shared.setMetadata(key, value as never));
  return shared;
}

export function entries(...items: CartItem[]): Record<string, unknown> {
  return Object.fromEntries(items.map(one => [cartKey(one.instance, one.did), one]));
}

const SESSION = {
  version: '1',
  configurationProblems: [],
  signIns: [
    {
      ...{ instance: 'near', displayName: 'Near', rucioUrl: null, authType: 'userpass' },
      ...{ account: 'alice', identity: null, signedIn: true, expiresAt: null },
      ...{ source: null, credentialEndsAt: null, credentialProblem: null, problem: null }
    }
  ]
};

/**
 * One open notebook with the real cart, acceptance, commands and actions, on a stand-in for the
 * server that keeps what was accepted; no kernel runs.
 */
export function openCart(
  options: {
    shared?: YNotebook;
    readOnly?: boolean;
    /** Names of variables that were accepted before. */
    accepted?: readonly string[];
  } = {}
) {
  const accepted = new Set(options.accepted ?? []);
  const itemsOf = (asked: Record<string, unknown>) => asked.items as ItemId[];
  const fake = browserLake({
    '/session': () => SESSION,
    '/cart/accepted': (asked, method) => {
      const names = itemsOf(asked).map(({ variableName }) => variableName);
      if (method === 'POST') {
        return { accepted: names.map(name => accepted.has(name)) };
      }
      names.forEach(name => accepted.add(name));
      return { accepted: names.length };
    }
  });
  const shared = options.shared ?? notebook();
  const readOnly = options.readOnly === true;
  const cart = new NotebookCart({ path: 'one.ipynb', readOnly, shared });
  const acceptance = new CartAcceptance(fake.settings, cart);
  const nobody = {};
  const session = {
    session: null,
    statusChanged: new Signal<object, Kernel.Status>(nobody),
    kernelChanged: new Signal<object, never>(nobody),
    connectionStatusChanged: new Signal<object, Kernel.ConnectionStatus>(nobody)
  } as unknown as ConstructorParameters<typeof KernelVariables>[0]['session'];
  const { settings, lake } = fake;
  const variables = new KernelVariables({
    settings,
    events: lake.events,
    cart,
    acceptance,
    session
  });
  const open: IOpenCart = { cart, acceptance, variables, name: 'one.ipynb' };
  const currentChanged = new Signal<object, void>(nobody);
  cart.changed.connect(() => currentChanged.emit());
  const carts = { current: open, currentPanel: null, currentChanged } as unknown as OpenCarts;
  const actions = new CartActions(lake, carts);
  const commands = new CommandRegistry();
  addCartCommands({ commands, lake, carts, actions, reveal: null });
  const services: ICartServices = { lake, carts, actions, commands, availability: null };
  return { ...fake, services, open, shared };
}
