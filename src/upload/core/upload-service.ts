import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import { rucioMetadata } from '../../common/core/metadata.js';
import type {
  Destination,
  PlannedFile,
  ProvenancePart,
  ScratchFolder,
  UploadPlan,
  Way
} from '../contract.js';
import { checkMove, chooseDestination, described, destinations, ranked } from './destination.js';
import type { IUploadLake } from './engine.js';
import { absolute, asPlanned, candidates, checkSources } from './planning.js';
import type { ISourceFiles, IUploadStore } from './ports.js';
import type { ScratchSpace } from './scratch-space.js';
import { scratchOf } from './scratch-place.js';

/** So many RSEs are looked at one by one; of more, people are shown the first. */
const MOST_RSES = 50;

/** What the administrator has set for uploads to one instance. */
export interface IUploadSettings {
  scope: string;
  rseExpression: string;
  lifetimeDays: number | null;
  provenance: readonly ProvenancePart[];
}

export interface IUploadServiceOptions {
  instance: string;
  lake: IUploadLake;
  files: ISourceFiles;
  store: IUploadStore;
  settings: IUploadSettings;
  scratch: ScratchSpace;
}

/** What people ask before they upload to one instance. Changes nothing. */
export class UploadService {
  constructor(private readonly _options: IUploadServiceOptions) {}

  get instance(): string {
    return this._options.instance;
  }

  get settings(): IUploadSettings {
    return this._options.settings;
  }

  /** Throws `bad-request` for an expression that Rucio cannot read. */
  async destinations(expression: string | null, signal: AbortSignal): Promise<Destination[]> {
    const { rses } = this._options.lake;
    const names = (await rses.matching(expression, signal)).slice(0, MOST_RSES);
    const all = await Promise.all(names.map(rse => described(rses, rse, signal)));
    return ranked(all.map(({ destination }) => destination));
  }

  /** What a dialog begins with. */
  async defaults(signal: AbortSignal) {
    const { lake, settings } = this._options;
    const { scopes, own } = await lake.rses.scopes(signal);
    const others = scopes.filter(scope => !own.includes(scope));
    return {
      scope: settings.scope === '' ? (own.at(0) ?? '') : settings.scope,
      scopes: [...own, ...others],
      rseExpression: settings.rseExpression,
      lifetimeDays: settings.lifetimeDays,
      provenance: [...settings.provenance],
      activities: [],
      scratch: lake.scratch.map(({ path, rse }) => ({ path, rse }))
    };
  }

  /** What would become of each file. The end says where it would go, or what stops all of it. */
  async *plan(
    plan: UploadPlan,
    root: string | null,
    signal: AbortSignal
  ): AsyncGenerator<PlannedFile[], IPlanEnd, void> {
    checkSources(plan, root);
    const { instance, lake, files, store } = this._options;
    const planner = {
      registry: lake.registry,
      files,
      claimed: (dids: readonly string[]) => store.claimed(instance, dids, '')
    };
    const total = { files: 0, bytes: 0 };
    for await (const batch of candidates(plan, root, planner, signal)) {
      for (const { fate, source } of batch) {
        if (fate === 'new') {
          total.files++;
          total.bytes += source?.bytes ?? 0;
        }
      }
      yield batch.map(candidate => asPlanned(candidate, root));
    }
    return { ...total, ...(await this._destination(plan, root, total.bytes, signal)) };
  }

  scratchStatus(signal: AbortSignal): Promise<ScratchFolder[]> {
    return this._options.scratch.status(signal);
  }

  private async _destination(
    plan: UploadPlan,
    root: string | null,
    bytes: number,
    signal: AbortSignal
  ): Promise<{ rse: string | null; way: Way; problem: Problem | null }> {
    const { rses, stores, scratch } = this._options.lake;
    try {
      rucioMetadata(plan.metadata);
      const paths = plan.sources.map(source => absolute(source, root));
      const folder = scratchOf(paths, scratch);
      if (folder !== null) {
        await checkMove(rses, plan.rseExpression, bytes, signal);
        return { rse: plan.rseExpression, way: 'scratch', problem: null };
      }
      const all = await destinations(rses, stores, plan, signal);
      const chosen = await chooseDestination(all, stores, plan, bytes);
      return { rse: chosen.facts.rse, way: 'send', problem: null };
    } catch (error) {
      if (!(error instanceof DataLakeError)) {
        throw error;
      }
      return { rse: null, way: 'send', problem: toProblem(error) };
    }
  }
}

export interface IPlanEnd {
  files: number;
  bytes: number;
  rse: string | null;
  way: Way;
  problem: Problem | null;
}
