import type { Hono } from 'hono';
import { route } from '../../common/server/route.js';
import { acceptItems, prepareInjection, queryAccepted } from '../contract.js';
import type { Acceptance } from '../core/acceptance.js';
import type { InjectionService } from '../core/injection.js';

/** Acceptance of carts, and the code that sets their variables. */
export function cartRoutes(
  acceptance: Acceptance,
  injection: InjectionService
): (app: Hono) => void {
  return app => {
    route(app, queryAccepted, async ({ notebook, items }) => ({
      accepted: await acceptance.isAccepted(notebook, items)
    }));
    route(app, acceptItems, async ({ notebook, items }) => ({
      accepted: await acceptance.accept(notebook, items)
    }));
    route(app, prepareInjection, request => injection.prepare(request));
  };
}
