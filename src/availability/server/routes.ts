import type { Hono } from 'hono';
import type { Instances } from '../../common/core/instances.js';
import { route, streamRoute } from '../../common/server/route.js';
import {
  cancelRule,
  extendRule,
  listLocalFiles,
  listMounts,
  listRules,
  makeAvailable,
  planAvailability,
  queryAvailability,
  retryRule
} from '../contract.js';
import type { AvailabilityService } from '../core/service.js';

/** Mounts the routes of availability, rules, local files and mounts. */
export function availabilityRoutes(app: Hono, services: Instances<AvailabilityService>): void {
  route(app, queryAvailability, async ({ instance, dids }, signal) => ({
    answers: await services.get(instance).query(dids, signal)
  }));
  route(app, planAvailability, ({ instance, dids, rseExpression }, signal) =>
    services.get(instance).plan(dids, rseExpression, signal)
  );
  route(app, makeAvailable, async ({ instance, dids, ...options }, signal) => ({
    results: await services.get(instance).make(dids, options, signal)
  }));
  route(app, retryRule, async ({ instance, ruleId }, signal) => ({
    rule: await services.get(instance).retry(ruleId, signal)
  }));
  route(app, extendRule, async ({ instance, ruleId, lifetimeSeconds }, signal) => ({
    rule: await services.get(instance).extend(ruleId, lifetimeSeconds, signal)
  }));
  route(app, cancelRule, async ({ instance, ruleId }, signal) => ({
    rule: await services.get(instance).cancel(ruleId, signal)
  }));
  streamRoute(app, listRules, ({ instance, did }, signal) =>
    services.get(instance).rules(did, signal)
  );
  streamRoute(app, listLocalFiles, ({ instance, did }, signal) =>
    services.get(instance).files(did, signal)
  );
  route(app, listMounts, async ({ instance }) => ({
    mounts:
      instance === undefined
        ? (await Promise.all([...services].map(([, service]) => service.healthOfMounts()))).flat()
        : await services.get(instance).healthOfMounts()
  }));
}
