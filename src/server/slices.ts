import { availabilityRoutes } from '../availability/server/routes.js';
import { catalogueRoutes } from '../catalogue/server/routes.js';
import { announceSignIns, sessionRoutes } from '../token-renewal/server/routes.js';
import type { Slice } from './app.js';
import { cartAvailability, makeAvailabilities } from './availability.js';
import { makeCart } from './cart.js';
import { makeCatalogues } from './catalogue.js';
import type { ILake } from './lake.js';
import { makeSignIns } from './sign-in.js';

/** Every slice's routes on this lake. The one list of what the server can do. */
export function makeSlices(lake: ILake): Slice[] {
  const { services } = makeAvailabilities(lake);
  return [
    app => {
      const { ports, states } = makeSignIns(lake);
      announceSignIns(ports, lake.hub);
      sessionRoutes(app, {
        version: lake.config.version,
        signIns: states,
        configurationProblems: lake.problems
      });
    },
    app => catalogueRoutes(app, makeCatalogues(lake)),
    app => availabilityRoutes(app, services),
    makeCart(lake, cartAvailability(lake, services))
  ];
}
