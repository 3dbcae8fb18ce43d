import type { Hono } from 'hono';
import type { Instances } from '../../common/core/instances.js';
import { route } from '../../common/server/route.js';
import {
  attachMembers,
  createCollection,
  detachMembers,
  setLifetime,
  setMetadata,
  setOpen
} from '../contract.js';
import type { DatasetCare } from '../core/dataset-care.js';

/** Mounts the routes that change datasets, containers and metadata. */
export function datasetCareRoutes(app: Hono, services: Instances<DatasetCare>): void {
  route(app, createCollection, async ({ instance, did, type, metadata }, signal) => {
    await services.get(instance).create(did, type, metadata, signal);
    return {};
  });
  route(app, attachMembers, async ({ instance, did, members }, signal) => {
    await services.get(instance).attach(did, members, signal);
    return {};
  });
  route(app, detachMembers, async ({ instance, did, members }, signal) => {
    await services.get(instance).detach(did, members, signal);
    return {};
  });
  route(app, setOpen, async ({ instance, did, open }, signal) => {
    await services.get(instance).setOpen(did, open, signal);
    return {};
  });
  route(app, setMetadata, async ({ instance, did, metadata }, signal) => {
    await services.get(instance).setMetadata(did, metadata, signal);
    return {};
  });
  route(app, setLifetime, async ({ instance, did, lifetimeSeconds }, signal) => ({
    warning: await services.get(instance).setLifetime(did, lifetimeSeconds, signal)
  }));
}
