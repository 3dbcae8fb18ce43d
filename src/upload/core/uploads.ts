import { DataLakeError } from '../../common/contract/problem.js';
import { rucioMetadata } from '../../common/core/metadata.js';
import { whileOwner, type IOwnership } from '../../common/core/ownership.js';
import type { ILog } from '../../common/core/log.js';
import {
  ENDED,
  type FileState,
  type Job,
  type LogLine,
  type UploadFile,
  type UploadPlan,
  type Wish
} from '../contract.js';
import type { IEngine } from './engine.js';
import { fileView, JobViews, titleOf } from './job-view.js';
import { JobRun } from './job-run.js';
import { absolute, checkSources, shownText } from './planning.js';
import type { IJobRecord } from './ports.js';
import { grant } from './wishes.js';

const TICK_MS = 250;
/** While nothing is under way, wishes of other processes are looked for. */
const IDLE_MS = 1000;

export interface IUploadsOptions {
  engine: Omit<IEngine, 'progress'>;
  ownership: IOwnership;
  log: ILog;
  newId: () => string;
  /** Something on the list has changed. */
  onChange: () => void;
}

interface IRunning {
  end: AbortController;
  done: Promise<void>;
}

/**
 * The list of uploads. One of a user's processes owns it and does the work; the others read it, add to it and wish.
 * When the owner ends, however it ends, another one goes on.
 */
export class Uploads {
  constructor(private readonly _options: IUploadsOptions) {
    const { engine } = _options;
    this._engine = { ...engine, progress: (job, nr, bytes) => this._progress(job, nr, bytes) };
    this._views = new JobViews(engine.store, engine.clock);
  }

  /** Whether this process does the work. */
  get owns(): boolean {
    return this._owns;
  }

  /** Uploads that this process works on. */
  get underWay(): number {
    return this._running.size;
  }

  list(): Job[] {
    return this._engine.store.jobs().map(job => this._views.view(job));
  }

  /** Throws `not-found`. */
  show(id: string): Job {
    return this._views.view(this._record(id));
  }

  files(
    id: string,
    options: { states?: readonly FileState[]; after?: number; limit?: number }
  ): UploadFile[] {
    const { root } = this._record(id);
    return this._engine.store.files(id, options).map(file => fileView(file, root));
  }

  lines(id: string): LogLine[] {
    const { root } = this._record(id);
    return this._engine.store
      .lines(id)
      .map(line => ({ ...line, text: shownText(line.text, root) }));
  }

  /**
   * Puts it on the list, where it stays whatever happens to this process. `root` bounds what may be read; null: the
   * sources themselves, which are absolute paths then.
   */
  start(instance: string, plan: UploadPlan, root: string | null): Job {
    checkSources(plan, root);
    // Else it would be refused when everything else is done.
    rucioMetadata(plan.metadata);
    const lake = this._engine.lake(instance).identity;
    const { newId } = this._options;
    const record: IJobRecord = {
      ...{ id: newId(), instance, lake, root, plan, title: titleOf(plan) },
      ...{ state: 'planning', way: 'send', rse: null, scheme: null },
      ...{ planned: false, datasetMade: false, ruleId: null, problem: null },
      ...{ createdAt: this._engine.clock.now(), endedAt: null }
    };
    this._engine.store.add(record);
    this._engine.store.log(
      record.id,
      'info',
      `Upload of ${plan.sources.map(source => absolute(source, root)).join(', ')} to ${plan.rseExpression}.`
    );
    this._poke();
    return this._views.view(record);
  }

  /** Throws `not-found`, and `conflict` for what the job's state does not allow. Answers null when it is off the list. */
  wish(id: string, want: Wish): Job | null {
    const record = this._record(id);
    const useful = want === 'remove' ? ENDED.has(record.state) : grant(record, want) !== null;
    if (!useful) {
      throw new DataLakeError(
        'conflict',
        want === 'remove'
          ? 'This upload is under way: cancel it first.'
          : `This upload is ${record.state}: there is nothing to ${want}.`
      );
    }
    if (want === 'remove') {
      // What it says afterwards is why it is on the list still.
      this._engine.store.change(id, { problem: null });
    }
    this._engine.store.wish(id, want);
    this._poke();
    return this._views.view(record);
  }

  /** Does the work whenever nobody else does, until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { ownership, log, engine } = this._options;
    let version = -1;
    const follow = async () => {
      const now = engine.store.version();
      if (now !== version) {
        version = now;
        this._options.onChange();
      }
    };
    const own = async (owning: AbortSignal) => {
      this._owns = true;
      try {
        await this._own(owning);
      } finally {
        this._owns = false;
      }
    };
    await whileOwner(
      ownership,
      engine.clock,
      { own, follow: () => this._carefully(follow, log) },
      signal
    );
  }

  private async _own(signal: AbortSignal): Promise<void> {
    const { clock, store } = this._engine;
    const { log } = this._options;
    let version = -1;
    while (!signal.aborted) {
      await this._carefully(async () => {
        this._noteProgress();
        await this._grantWishes(signal);
        this._startJobs(signal);
        const now = store.version();
        if (now !== version) {
          version = now;
          this._options.onChange();
        }
      }, log);
      const woken = new AbortController();
      this._wake = () => woken.abort();
      const pause = this._running.size > 0 ? TICK_MS : IDLE_MS;
      await clock.sleep(pause, AbortSignal.any([signal, woken.signal])).catch(() => {});
    }
    await Promise.all([...this._running.values()].map(({ done }) => done));
  }

  private async _grantWishes(signal: AbortSignal): Promise<void> {
    const { store } = this._engine;
    for (const { job: id, want } of store.takeWishes()) {
      const record = store.job(id);
      if (record === null) {
        continue;
      }
      if (want === 'remove') {
        if (ENDED.has(record.state)) {
          await new JobRun(this._engine, id).remove(signal);
        }
        continue;
      }
      const granted = grant(record, want);
      if (granted !== null) {
        store.log(id, 'info', `A person wants to ${want} it.`);
        if (granted.stop) {
          await this._stop(id);
        }
        // It may have come to its end meanwhile.
        const now = store.job(id);
        if (now !== null) {
          grant(now, want)?.then(store);
        }
      }
    }
  }

  private async _stop(id: string): Promise<void> {
    const running = this._running.get(id);
    running?.end.abort(new DataLakeError('cancelled', 'Stopped.'));
    await running?.done;
  }

  private _startJobs(signal: AbortSignal): void {
    for (const { id, state } of this._engine.store.jobs()) {
      if (
        !this._running.has(id) &&
        (state === 'planning' || state === 'running' || state === 'cancelling')
      ) {
        const end = new AbortController();
        const until = AbortSignal.any([signal, end.signal]);
        const run = new JobRun(this._engine, id);
        const done = (state === 'cancelling' ? run.cancel(until) : run.run(until))
          .catch((error: unknown) => {
            if (!until.aborted) {
              this._options.log.error('an upload ended unexpectedly', {
                job: id,
                error: String(error)
              });
            }
          })
          .finally(() => {
            this._running.delete(id);
            this._sent.delete(id);
            this._poke();
          });
        this._running.set(id, { end, done });
      }
    }
  }

  private _progress(job: string, nr: number, bytes: number | null): void {
    const files = this._sent.get(job) ?? new Map<number, number>();
    this._sent.set(job, files);
    if (bytes === null) {
      files.delete(nr);
    } else {
      files.set(nr, bytes);
    }
  }

  /** So that other processes, and this one after a restart, see how far it is. */
  private _noteProgress(): void {
    for (const [job, files] of this._sent) {
      this._engine.store.changeFiles(
        job,
        [...files].map(([nr, sent]) => ({ nr, fields: { sent } }))
      );
    }
  }

  /** The list may be out of reach for a while: that is told, and no reason to stop. */
  private async _carefully(work: () => Promise<void>, log: ILog): Promise<void> {
    try {
      await work();
      this._told = false;
    } catch (error) {
      if (!this._told) {
        this._told = true;
        log.error('the uploads cannot go on', {
          problem: error instanceof DataLakeError ? error.message : String(error)
        });
      }
    }
  }

  private _record(id: string): IJobRecord {
    const record = this._engine.store.job(id);
    if (record === null) {
      throw new DataLakeError('not-found', `There is no upload ${id} on the list.`);
    }
    return record;
  }

  private _poke(): void {
    this._wake();
    this._options.onChange();
  }

  private readonly _engine: IEngine;
  private readonly _views: JobViews;
  private readonly _running = new Map<string, IRunning>();
  private readonly _sent = new Map<string, Map<number, number>>();
  private _owns = false;
  private _told = false;
  private _wake = () => {};
}
