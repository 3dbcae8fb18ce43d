import type { ICall } from '../../common/cli/command-line.js';
import { EXIT_PARTLY, EXIT_STATUS } from '../../common/cli/exit-status.js';
import { formatBytes, formatDuration } from '../../common/cli/format.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { Instances } from '../../common/core/instances.js';
import { ENDED, type Job } from '../contract.js';
import type { ScratchSpace } from '../core/scratch-space.js';
import type { UploadService } from '../core/upload-service.js';
import type { Uploads } from '../core/uploads.js';

/** What these commands are made of. */
export interface IUploadCommands {
  services: Instances<UploadService>;
  scratch: Instances<ScratchSpace>;
  uploads: Uploads;
  /** Where relative paths begin. */
  workingFolder: string;
  /** The notebook in whose kernel this runs, as its file was saved last; null: none. */
  notebook: { path: string; text: string } | null;
  /** Starts a process that does the work of the list if nobody else does. */
  startInBackground(): void;
}

export type UploadCall<O extends object> = ICall<O> & IUploadCommands & { clock: IClock };

const LOOK_MS = 50;

/** Does the work if nobody else does, or watches, until the job is as it should be. Answers null when it is off the list. */
export async function until(
  { uploads, clock, out, signal }: Pick<UploadCall<object>, 'uploads' | 'clock' | 'out' | 'signal'>,
  id: string,
  holds: (job: Job) => boolean
): Promise<Job | null> {
  const enough = new AbortController();
  const work = uploads.run(AbortSignal.any([signal, enough.signal]));
  const progress = out.progress();
  let told: string | null = null;
  try {
    for (;;) {
      const job = shown(uploads, id);
      if (job === null || holds(job)) {
        return job;
      }
      if (job.problem !== null && job.problem.message !== told) {
        told = job.problem.message;
        out.note(`${told} It is tried again by itself.`);
      }
      progress.show(lineOf(job), job.bytes.total === 0 ? null : job.bytes.sent / job.bytes.total);
      await clock.sleep(LOOK_MS, signal);
    }
  } finally {
    progress.done();
    enough.abort();
    await work;
  }
}

function shown(uploads: Uploads, id: string): Job | null {
  try {
    return uploads.show(id);
  } catch (error) {
    if (error instanceof DataLakeError && error.code === 'not-found') {
      return null;
    }
    throw error;
  }
}

export const hasEnded = ({ state }: Job) => ENDED.has(state);

function lineOf({ state, files, bytes, bytesPerSecond, etaSeconds }: Job): string {
  if (state === 'planning') {
    return 'looking at the files';
  }
  const parts = [
    `${files.done + files.skipped} of ${files.total} files`,
    `${formatBytes(bytes.sent)} of ${formatBytes(bytes.total)}`,
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
    etaSeconds === null || etaSeconds === 0 ? '' : formatDuration(etaSeconds)
  ];
  return parts.filter(part => part !== '').join('  ');
}

/** Tells apart all done, some failed, and nothing done. */
export function statusOf(job: Job, uploads: Uploads): number {
  if (job.state === 'done') {
    return 0;
  }
  if (job.state === 'cancelled') {
    return EXIT_STATUS.cancelled;
  }
  if (job.state === 'partly') {
    return EXIT_PARTLY;
  }
  const [first] = uploads.files(job.id, { states: ['failed'], limit: 1 });
  return EXIT_STATUS[job.problem?.code ?? first?.problem?.code ?? 'internal'];
}
