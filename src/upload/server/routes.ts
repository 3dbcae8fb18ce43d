import type { Hono } from 'hono';
import { DataLakeError } from '../../common/contract/problem.js';
import type { Instances } from '../../common/core/instances.js';
import { route, streamRoute } from '../../common/server/route.js';
import {
  listDestinations,
  listUploadFiles,
  listUploads,
  planUpload,
  scratchStatus,
  startUpload,
  uploadDefaults,
  uploadLog,
  wishUpload
} from '../contract.js';
import type { UploadService } from '../core/upload-service.js';
import type { Uploads } from '../core/uploads.js';

export interface IUploadRoutes {
  services: Instances<UploadService>;
  uploads: Uploads;
  /** Jupyter's root folder: nothing outside of it is read for a browser. */
  rootDir: string;
}

/** Mounts the routes of uploads and of scratch space. */
export function uploadRoutes(app: Hono, { services, uploads, rootDir }: IUploadRoutes): void {
  const root = () => {
    if (rootDir === '') {
      throw new DataLakeError('not-configured', 'There is no root folder to upload from.');
    }
    return rootDir;
  };
  route(app, listDestinations, async ({ instance, rseExpression }, signal) => ({
    destinations: await services.get(instance).destinations(rseExpression ?? null, signal)
  }));
  route(app, uploadDefaults, ({ instance }, signal) => services.get(instance).defaults(signal));
  streamRoute(app, planUpload, ({ instance, ...plan }, signal) =>
    services.get(instance).plan(plan, root(), signal)
  );
  route(app, startUpload, async ({ instance, ...plan }) => ({
    job: uploads.start(services.get(instance).instance, plan, root())
  }));
  route(app, listUploads, async () => ({ jobs: uploads.list() }));
  route(app, listUploadFiles, async ({ job, state, after, limit }) => {
    const states = state === undefined ? undefined : [state];
    const files = uploads.files(job, { ...(states && { states }), after, limit });
    return { files, next: files.length < limit ? null : (files.at(-1)?.nr ?? null) };
  });
  route(app, uploadLog, async ({ job }) => ({ lines: uploads.lines(job) }));
  route(app, wishUpload, async ({ job, want }) => ({ job: uploads.wish(job, want) }));
  route(app, scratchStatus, async ({ instance }, signal) => ({
    folders: await services.get(instance).scratchStatus(signal)
  }));
}
