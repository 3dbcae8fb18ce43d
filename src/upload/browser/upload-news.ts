import { Notification } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import { QueryObserver } from '@tanstack/react-query';
import * as z from 'zod';
import { formatCount } from '../../common/browser/counts.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { ENDED, JobId, type Job } from '../contract.js';
import { jobsQuery } from './queries.js';
import type { Preferences } from './preferences.js';
import type { IUploadServices } from './services.js';
import { UploadCommands } from './tokens.js';

const STATE_KEY = 'jupyterlab-datalake:open-uploads';
const SHOWN_MS = 8000;

/**
 * Tells once when an upload has ended that was seen before it had, also by an earlier window of this
 * workspace: in a window that can be seen, or in the first one that is looked at again. Asks nothing of the
 * server before there is one to follow.
 */
export class UploadNews {
  constructor(
    private readonly _services: Pick<IUploadServices, 'lake' | 'reader' | 'commands'>,
    private readonly _preferences: Preferences,
    private readonly _state: IStateDB | null,
    /** Whether no other window has told these news. */
    private readonly _mayTell: (news: string) => Promise<boolean>
  ) {}

  /** Takes up what an earlier window has seen open. */
  async restore(): Promise<void> {
    const saved = z.array(JobId).safeParse(await this._state?.fetch(STATE_KEY));
    saved.data?.forEach(id => this._open.add(id));
    if (this._open.size > 0) {
      this.follow();
    }
  }

  /** A job that was started here: it may have ended before it is first read. */
  expect({ id }: Job): void {
    this._open.add(id);
    this._save();
    this.follow();
  }

  /** Looks at the list from now on. */
  follow(): void {
    if (this._following) {
      return;
    }
    this._following = true;
    const { lake, reader } = this._services;
    reader.watch();
    const list = new QueryObserver(lake.queries, jobsQuery(lake));
    const look = () => {
      const { data, isFetching } = list.getCurrentResult();
      if (data !== undefined && !isFetching) {
        this._look(data.jobs);
      }
    };
    list.subscribe(look);
    document.addEventListener('visibilitychange', look);
  }

  private _look(jobs: readonly Job[]): void {
    const before = this._open.size;
    let changed = false;
    for (const job of jobs) {
      if (!ENDED.has(job.state)) {
        changed ||= !this._open.has(job.id);
        this._open.add(job.id);
        this._takeBack(job);
      } else if (document.visibilityState === 'visible' && this._open.delete(job.id)) {
        void this._tell(job);
      }
    }
    if (changed || this._open.size !== before) {
      this._save();
    }
  }

  private async _tell(job: Job): Promise<void> {
    const { trans } = this._services.lake;
    if (!this._preferences.notify || job.state === 'cancelled') {
      return;
    }
    // One that was retried has ended anew.
    if (!(await this._mayTell(`${job.id} ${job.endedAt}`))) {
      return;
    }
    const { done, skipped, failed, total } = job.files;
    if (job.state === 'done') {
      const there = done + skipped;
      this._tellAs(
        job,
        'success',
        trans._n(
          '%2: %3 file is in the data lake.',
          '%2: %3 files are in the data lake.',
          there,
          job.title,
          formatCount(there)
        )
      );
      return;
    }
    const why = job.problem === null ? '' : ` ${problemSentence(job.problem, trans)}`;
    const sentence =
      job.state === 'partly'
        ? trans.__(
            '%1: %2 of %3 files were not uploaded.',
            job.title,
            formatCount(failed),
            formatCount(total)
          )
        : trans.__('%1: nothing was uploaded.', job.title);
    this._tellAs(job, job.state === 'partly' ? 'warning' : 'error', sentence + why);
  }

  private _tellAs({ id }: Job, type: 'success' | 'warning' | 'error', sentence: string): void {
    const { lake, commands } = this._services;
    const shown = Notification.emit(sentence, type, {
      // What went wrong stays until somebody has seen it.
      autoClose: type === 'success' ? SHOWN_MS : false,
      actions: [
        {
          label: lake.trans.__('Show'),
          callback: () => void commands.execute(UploadCommands.show, { job: id })
        }
      ]
    });
    this._shown.set(id, shown);
  }

  /** It is being tried again: what was told of it is no news any more. */
  private _takeBack({ id }: Job): void {
    const shown = this._shown.get(id);
    if (this._shown.delete(id)) {
      Notification.dismiss(shown);
    }
  }

  private _save(): void {
    // What cannot be saved costs a message after the next load, no more.
    void this._state?.save(STATE_KEY, [...this._open]).catch(() => undefined);
  }

  private _following = false;
  private readonly _open = new Set<string>();
  /** What is shown of a job. */
  private readonly _shown = new Map<string, string>();
}
