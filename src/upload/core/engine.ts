import type { IClock } from '../../common/core/clock.js';
import {
  DataLakeError,
  toProblem,
  type Problem,
  type ProblemCode
} from '../../common/contract/problem.js';
import type { LogLine } from '../contract.js';
import type { Lanes } from './lanes.js';
import type { IHere } from './provenance.js';
import type {
  IPace,
  IRegistry,
  IRsesToWrite,
  ISourceFiles,
  IStores,
  IUploadStore
} from './ports.js';
import { pauseMs, triesAgain } from './retrying.js';
import type { IScratch } from './scratch-place.js';

/** What uploads to one instance of Rucio are made of. */
export interface IUploadLake {
  /** Which Rucio, as whom: an upload never goes on at another one. */
  identity: string;
  registry: IRegistry;
  rses: IRsesToWrite;
  stores: IStores;
  scratch: readonly IScratch[];
}

/** What all uploads of this process share. */
export interface IEngine {
  store: IUploadStore;
  files: ISourceFiles;
  clock: IClock;
  random: () => number;
  here: IHere;
  /** Throws `not-configured`. */
  lake(instance: string): IUploadLake;
  /** Files that are sent at once, by all jobs together. */
  atOnce: number;
  lanes: Lanes;
  pace: IPace | null;
  md5: boolean;
  /** Bytes of files that are on their way now. */
  progress(job: string, nr: number, bytes: number | null): void;
}

/** One job as its parts see it. */
export class JobDesk {
  constructor(
    readonly engine: IEngine,
    readonly id: string
  ) {}

  get job() {
    const job = this.engine.store.job(this.id);
    if (job === null) {
      throw new DataLakeError('not-found', 'This upload is off the list.');
    }
    return job;
  }

  log(level: LogLine['level'], text: string): void {
    this.engine.store.log(this.id, level, text);
  }

  /** What holds the job up; null: nothing any more. */
  trouble(problem: Problem | null): void {
    if (problem?.message !== this._trouble?.message) {
      this._trouble = problem;
      this.engine.store.change(this.id, { problem });
      if (problem !== null) {
        this.log(
          'warning',
          problem.message + (problem.detail === undefined ? '' : ` (${problem.detail})`)
        );
      } else {
        this.log('info', 'It goes on.');
      }
    }
  }

  /**
   * Does the work, again after each failure that passes by itself; what holds it up is shown meanwhile. Throws what does
   * not pass, and codes that are `final` here.
   */
  async patiently<T>(
    work: () => Promise<T>,
    signal: AbortSignal,
    final: ReadonlySet<ProblemCode> = new Set()
  ): Promise<T> {
    const { clock, random } = this.engine;
    for (let tries = 1; ; tries++) {
      try {
        const result = await work();
        this.trouble(null);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        const problem = toProblem(error);
        if (final.has(problem.code) || !triesAgain(problem.code, tries)) {
          throw error;
        }
        this.trouble(problem);
        await clock.sleep(pauseMs(problem, tries, random), signal);
      }
    }
  }

  private _trouble: Problem | null = null;
}
