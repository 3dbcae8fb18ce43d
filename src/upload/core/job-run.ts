import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import type { JobState } from '../contract.js';
import { Bell } from './bell.js';
import { Cleaner, giveUp } from './cleaner.js';
import { JobDesk, type IEngine } from './engine.js';
import { JobPlanner } from './job-plan.js';
import { Journal } from './journal.js';
import { Mover } from './mover.js';
import { provenanceOf } from './provenance.js';
import { Registrar } from './registrar.js';
import { Sender } from './sender.js';

/** Rucio writes some 80 files a second. */
const ANNOTATED_AT_ONCE = 200;

/** Brings one job to its end, from wherever it stands: what an earlier process has begun is looked at, not believed. */
export class JobRun {
  constructor(
    private readonly _engine: IEngine,
    private readonly _id: string
  ) {
    this._desk = new JobDesk(_engine, _id);
  }

  /** Resolves at the job's end; rejects with the signal's reason when it is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      this._takeUp();
      this._checkLake();
      if (this._desk.job.state === 'planning') {
        await new JobPlanner(this._desk).run(signal);
      }
      await this._bring(signal);
      await this._annotate(signal);
      await new Cleaner(this._desk).afterFailures(signal);
      this._end(this._outcome());
    } catch (error) {
      signal.throwIfAborted();
      const { code } = this._tell(error);
      this._end('failed');
      if (code === 'internal') {
        throw error;
      }
    }
  }

  /** Takes back what was begun, and ends the job. */
  async cancel(signal: AbortSignal): Promise<void> {
    this._takeUp();
    try {
      this._checkLake();
      await new Cleaner(this._desk).cancel(signal);
    } catch (error) {
      signal.throwIfAborted();
      this._tell(error);
    }
    giveUp(this._engine.store, this._id);
    this._end('cancelled');
  }

  /** Takes it off the list, unless something of it may be left at the store that cannot be removed now: then it says so. */
  async remove(signal: AbortSignal): Promise<void> {
    const { store } = this._engine;
    await new Cleaner(this._desk).afterFailures(signal);
    const left = store
      .files(this._id, { states: ['failed', 'cancelled'] })
      .filter(file => file.left);
    if (left.length === 0) {
      store.remove(this._id);
      return;
    }
    store.change(this._id, {
      problem: {
        code: 'conflict',
        message: `Something of ${left.length} files may be left at ${this._desk.job.rse}, and cannot be removed there now: the upload stays on the list. Try again later.`
      }
    });
  }

  private _tell(error: unknown): Problem {
    const problem = toProblem(error);
    const { message, detail } = problem;
    this._engine.store.change(this._id, { problem });
    this._desk.log('error', detail === undefined ? message : `${message} (${detail})`);
    return problem;
  }

  private _checkLake(): void {
    const { instance, lake } = this._desk.job;
    if (this._engine.lake(instance).identity !== lake) {
      throw new DataLakeError(
        'not-configured',
        `This upload was begun for another lake, or as another account: ${lake}. Retry it when that is configured again.`
      );
    }
  }

  /** Files that were on their way when this job was last left: `left` tells that there may be something of them. */
  private _takeUp(): void {
    const { store } = this._engine;
    // Of the last time.
    store.change(this._id, { problem: null });
    const begun = store.files(this._id, { states: ['sending'] });
    store.changeFiles(
      this._id,
      begun.map(({ nr }) => ({ nr, fields: { state: 'waiting', sent: 0 } }))
    );
  }

  private async _bring(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const together = AbortSignal.any([signal, failed.signal]);
    const journal = new Journal(this._engine.store, this._id, this._engine.clock);
    const sent = new Bell();
    let sending = true;
    let registering = true;
    const parts = [
      new Sender(this._desk, journal).run(together).finally(() => {
        sending = false;
        sent.ring();
      }),
      new Registrar(this._desk, sent)
        .run(() => sending, together)
        .finally(() => (registering = false)),
      this._desk.job.way === 'scratch'
        ? new Mover(this._desk).run(() => registering, together)
        : Promise.resolve()
    ];
    const first = parts.map(part =>
      part.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      })
    );
    await Promise.allSettled(first);
    journal.flush();
    signal.throwIfAborted();
    if (failed.signal.aborted) {
      throw failed.signal.reason;
    }
  }

  /** What the server and the person know of where it comes from; that it cannot be noted loses no file. */
  private async _annotate(signal: AbortSignal): Promise<void> {
    const { job } = this._desk;
    const { registry } = this._engine.lake(job.instance);
    const { plan } = job;
    const all = { ...provenanceOf(plan, this._engine.here), ...plan.metadata };
    const done = this._engine.store.files(this._id, { states: ['done'] }).map(({ did }) => did);
    if (Object.keys(all).length === 0 || done.length === 0) {
      return;
    }
    const dids = plan.dataset !== null && job.datasetMade ? [plan.dataset] : done;
    try {
      for (let at = 0; at < dids.length; at += ANNOTATED_AT_ONCE) {
        const some = dids.slice(at, at + ANNOTATED_AT_ONCE);
        await this._desk.patiently(() => registry.annotate(some, all, signal), signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      this._desk.log('warning', `The metadata could not be set: ${toProblem(error).message}`);
    }
  }

  private _outcome(): JobState {
    const { files } = this._engine.store.tally(this._id);
    if (files.failed === 0) {
      return 'done';
    }
    return files.done + files.skipped === 0 ? 'failed' : 'partly';
  }

  private _end(state: JobState): void {
    const { files } = this._engine.store.tally(this._id);
    this._engine.store.change(this._id, { state, endedAt: this._engine.clock.now() });
    this._desk.log(
      state === 'done' ? 'info' : 'warning',
      `Ended: ${state}. ${files.done} done, ${files.skipped} there already, ${files.failed} failed, of ${files.total}.`
    );
  }

  private readonly _desk: JobDesk;
}
