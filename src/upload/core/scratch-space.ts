import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { ScratchFolder } from '../contract.js';
import { absolute } from './planning.js';
import type { IJobRecord, IScratchEntry, IScratchFiles, IUploadStore } from './ports.js';
import type { IScratch } from './scratch-place.js';

const DAY_NS = 86_400_000_000_000n;

export type CleanStep = {
  path: string;
  bytes: number;
  action: 'removed' | 'would-remove' | 'kept' | 'failed';
  why: string;
};

/** Folders that are scratch RSEs: what is in them, and what is too old. */
export class ScratchSpace {
  constructor(
    private readonly _folders: readonly IScratch[],
    private readonly _files: IScratchFiles,
    private readonly _store: IUploadStore,
    private readonly _clock: IClock
  ) {}

  async status(signal: AbortSignal): Promise<ScratchFolder[]> {
    return Promise.all(this._folders.map(folder => this._status(folder, signal)));
  }

  /**
   * Removes what was not changed for the folder's days and is needed by no upload, hidden or not; `days` instead of these.
   * What cannot be removed stops nothing else. A folder that cannot be read does not stop the others: its problem is
   * thrown when they are done.
   */
  async *clean(
    options: { dryRun: boolean; days: number | null },
    signal: AbortSignal
  ): AsyncGenerator<CleanStep, void, void> {
    const problems: unknown[] = [];
    for (const folder of this._folders) {
      try {
        yield* this._clean(folder, options, signal);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(error);
      }
    }
    if (problems.length > 0) {
      throw problems[0];
    }
  }

  private async *_clean(
    folder: IScratch,
    { dryRun, days }: { dryRun: boolean; days: number | null },
    signal: AbortSignal
  ): AsyncGenerator<CleanStep, void, void> {
    const before = this._before(days ?? folder.deleteAfterDays);
    for await (const entry of this._files.entries(folder.path)) {
      signal.throwIfAborted();
      const { path, bytes, kind, modifiedNs } = entry;
      if (kind === 'unreadable') {
        yield { path, bytes, action: 'failed', why: 'it cannot be read' };
      } else if (modifiedNs < before) {
        const now = BigInt(this._clock.now()) * 1_000_000n;
        const why = `${(now - modifiedNs) / DAY_NS} days old`;
        // Whether a folder is empty by then is seen when it is removed.
        const step = dryRun && kind === 'folder' ? null : await this._decide(entry, dryRun);
        if (step !== null) {
          yield { path, bytes, action: step.action, why: `${why}${step.but}` };
        }
      }
    }
  }

  /** null: there is nothing to tell. */
  private async _decide(
    entry: IScratchEntry,
    dryRun: boolean
  ): Promise<{ action: CleanStep['action']; but: string } | null> {
    const isFolder = entry.kind === 'folder';
    if (this._needs(entry)) {
      return isFolder ? null : { action: 'kept', but: ', but an upload needs it' };
    }
    if (dryRun) {
      return { action: 'would-remove', but: '' };
    }
    try {
      return (await this._files.remove(entry)) ? { action: 'removed', but: '' } : null;
    } catch (error) {
      if (!(error instanceof DataLakeError)) {
        throw error;
      }
      return { action: 'failed', but: ', but it cannot be removed' };
    }
  }

  /** Also by an upload that has not looked at its files yet. */
  private _needs(entry: IScratchEntry): boolean {
    const isBelow = ({ plan, root }: IJobRecord) =>
      plan.sources.some(source => `${entry.path}/`.startsWith(`${absolute(source, root)}/`));
    return (
      this._store.needs(entry, this._clock.now()) ||
      this._store
        .jobs()
        .some(
          job =>
            (job.state === 'planning' || job.state === 'paused') &&
            this._store.tally(job.id).files.total === 0 &&
            isBelow(job)
        )
    );
  }

  private _before(days: number): bigint {
    return (
      BigInt(this._clock.now()) * 1_000_000n - BigInt(Math.round(days * 86_400)) * 1_000_000_000n
    );
  }

  private async _status(folder: IScratch, signal: AbortSignal): Promise<ScratchFolder> {
    const { path, rse, deleteAfterDays } = folder;
    const status: ScratchFolder = {
      ...{ path, rse, deleteAfterDays, files: 0, bytes: 0, held: 0, problem: null },
      removable: { files: 0, bytes: 0 }
    };
    const before = this._before(deleteAfterDays);
    try {
      for await (const entry of this._files.entries(path)) {
        signal.throwIfAborted();
        if (entry.kind === 'file') {
          status.files++;
          status.bytes += entry.bytes;
          const needed = this._needs(entry);
          status.held += needed ? 1 : 0;
          if (!needed && entry.modifiedNs < before) {
            status.removable.files++;
            status.removable.bytes += entry.bytes;
          }
        }
      }
    } catch (error) {
      status.problem = toProblem(error);
    }
    return status;
  }
}
