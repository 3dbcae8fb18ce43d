import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScratchFiles } from '../adapters/files/scratch-files.js';
import { SourceFiles } from '../adapters/files/source-files.js';
import { RucioRegistry } from '../adapters/rucio/registry.js';
import { RucioRsesToWrite } from '../adapters/rucio/rses-to-write.js';
import { FileOwnership } from '../adapters/state/ownership.js';
import { SqliteUploadStore } from '../adapters/state/upload-store.js';
import type { IMover } from '../adapters/store/mover.js';
import { ThreadsMover } from '../adapters/store/threads-mover.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import { DataLakeError, toProblem } from '../common/contract/problem.js';
import { UPLOADS_KEY } from '../common/contract/events.js';
import type { ILog } from '../common/core/log.js';
import type { Instances } from '../common/core/instances.js';
import { Bandwidth } from '../upload/core/bandwidth.js';
import type { IUploadLake } from '../upload/core/engine.js';
import { Lanes } from '../upload/core/lanes.js';
import { ScratchSpace } from '../upload/core/scratch-space.js';
import { UploadService } from '../upload/core/upload-service.js';
import { Uploads } from '../upload/core/uploads.js';
import { UploadsConfig } from './config.js';
import type { IInstance, ILake } from './lake.js';
import { makeStores, type IStoresParts } from './stores.js';

const CLEANING_MS = 3_600_000;

export interface IUploadParts {
  services: Instances<UploadService>;
  scratch: Instances<ScratchSpace>;
  uploads: Uploads;
  /** Removes what is too old from scratch folders, each hour, where that is configured. */
  keepScratchClean(signal: AbortSignal): Promise<void>;
  /** Ends workers, programs and connections. */
  dispose(): Promise<void>;
}

export interface IUploadsMakeup {
  /** Whoever moves bytes runs at a lower priority, so that people who click come first. */
  givesWay: boolean;
  mover?: IMover;
}

/** Uploads to each instance, with one list for all of them. Nothing is read or asked before it is used. */
export function makeUploads(
  { config, instances, log, hub, figures }: ILake,
  { givesWay, mover = threads(givesWay) }: IUploadsMakeup
): IUploadParts {
  const files = new SourceFiles((source, md5, signal) => mover.sums(source, md5, signal));
  const store = new SqliteUploadStore(join(config.stateDir, 'uploads.sqlite'));
  const lakes = instances.map(instance => makeUploadLake(instance, { config, mover, givesWay }));
  const scratch = lakes.map(
    lake => new ScratchSpace(lake.scratch, new ScratchFiles(), store, SYSTEM_CLOCK)
  );
  const services = lakes.map(
    (lake, instance) =>
      new UploadService({
        ...{ instance, lake, files, store },
        settings: instances.get(instance).config.uploads,
        scratch: scratch.get(instance)
      })
  );
  const { atOnce, bytesPerSecond, md5 } =
    config.instances.at(0)?.uploads ?? UploadsConfig.parse({});
  const uploads = new Uploads({
    engine: {
      ...{ store, files, clock: SYSTEM_CLOCK, random: Math.random, md5, atOnce },
      here: { client: `jupyterlab-datalake ${config.version}`, host: hostname() },
      lanes: new Lanes(atOnce),
      pace: bytesPerSecond === null ? null : new Bandwidth(bytesPerSecond, SYSTEM_CLOCK),
      lake: instance => {
        if (!lakes.names.includes(instance)) {
          throw new DataLakeError(
            'not-configured',
            `The instance ${instance} is not configured any more.`
          );
        }
        return lakes.get(instance);
      }
    },
    ownership: new FileOwnership(join(config.stateDir, 'upload-owner.sqlite')),
    log,
    newId: () => randomBytes(6).toString('hex'),
    onChange: () => hub.publish(UPLOADS_KEY)
  });
  figures.underWay.push(() => uploads.underWay);
  return {
    services,
    scratch,
    uploads,
    keepScratchClean: signal => keepClean({ uploads, scratch, config, log }, signal),
    dispose: async () => {
      await Promise.all([...lakes].map(([, { stores }]) => stores.dispose()));
      await mover.dispose();
    }
  };
}

const threads = (givesWay: boolean): IMover =>
  new ThreadsMover({
    program: fileURLToPath(new URL('./store-worker.mjs', import.meta.url)),
    clock: SYSTEM_CLOCK,
    givesWay
  });

interface IKept {
  uploads: Uploads;
  scratch: Instances<ScratchSpace>;
  config: ILake['config'];
  log: ILog;
}

async function keepClean({ uploads, scratch, config, log }: IKept, signal: AbortSignal) {
  const names = config.instances.filter(({ uploads }) => uploads.cleansScratch);
  while (names.length > 0 && !signal.aborted) {
    await SYSTEM_CLOCK.sleep(CLEANING_MS, signal).catch(() => {});
    for (const { name } of uploads.owns && !signal.aborted ? names : []) {
      let removed = 0;
      try {
        const steps = scratch.get(name).clean({ dryRun: false, days: null }, signal);
        for await (const { action } of steps) {
          removed += action === 'removed' ? 1 : 0;
        }
        log.info('scratch space was cleaned', { instance: name, removed });
      } catch (error) {
        log.warning('scratch space cannot be cleaned', {
          ...{ instance: name, removed },
          problem: toProblem(error).message
        });
      }
    }
  }
}

function makeUploadLake(
  { config, client, http, account }: IInstance,
  parts: Pick<IStoresParts, 'config' | 'mover' | 'givesWay'>
): IUploadLake {
  const rses = new RucioRsesToWrite(http, account);
  return {
    identity: `${client.rucioUrl} ${client.account}`,
    registry: new RucioRegistry(http, account, SYSTEM_CLOCK),
    rses,
    stores: makeStores({ ...parts, instance: config, rses }),
    scratch: config.uploads.scratch
  };
}
