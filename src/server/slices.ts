import { uploadRoutes } from '../upload/server/routes.js';
import { availabilityRoutes } from '../availability/server/routes.js';
import { catalogueRoutes } from '../catalogue/server/routes.js';
import { datasetCareRoutes } from '../dataset-care/server/routes.js';
import { tokenRoutes } from '../token-renewal/server/token-routes.js';
import { announceSignIns, sessionRoutes } from '../token-renewal/server/routes.js';
import type { Slice } from './app.js';
import { cartAvailability, makeAvailabilities } from './availability.js';
import { makeCart } from './cart.js';
import { makeCatalogues } from './catalogue.js';
import { makeDatasetCare } from './dataset-care.js';
import type { ILake } from './lake.js';
import { makeSignIns } from './sign-in.js';
import type { ITokens } from './tokens.js';
import type { IUploadParts } from './uploads.js';

/** Every slice's routes on this lake. The one list of what the server can do. */
export function makeSlices(lake: ILake, tokens: ITokens, uploads: IUploadParts): Slice[] {
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
    app => tokenRoutes(app, tokens),
    app => catalogueRoutes(app, makeCatalogues(lake)),
    app => availabilityRoutes(app, services),
    app => datasetCareRoutes(app, makeDatasetCare(lake)),
    app => uploadRoutes(app, { ...uploads, rootDir: lake.config.rootDir }),
    makeCart(lake, cartAvailability(lake, services))
  ];
}
