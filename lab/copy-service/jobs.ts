import { randomUUID } from 'node:crypto';
import type { ICopier, ICopyOrder } from './order.ts';
import type { Pace } from './pace.ts';

type State =
  'SUBMITTED' | 'ACTIVE' | 'FINISHED' | 'FAILED' | 'CANCELED' | 'NOT_USED' | 'FINISHEDDIRTY';

/** What Rucio's conveyor sends: one entry per file, each with the sources to choose from. */
export interface IJobRequest {
  files: {
    sources: string[];
    destinations: string[];
    metadata?: unknown;
    filesize?: number;
    checksum?: string;
  }[];
  params?: {
    verify_checksum?: string;
    multihop?: boolean;
    priority?: number;
    job_metadata?: { multi_sources?: boolean } & Record<string, unknown>;
  };
}

interface IFile {
  file_id: number;
  file_index: number;
  file_state: State;
  reason: string;
  source_surl: string;
  dest_surl: string;
  start_time: string | null;
  finish_time: string | null;
  staging_start: null;
  staging_finished: null;
  file_metadata: unknown;
}

interface IJob {
  job_id: string;
  job_state: State;
  job_type: 'N' | 'R' | 'H';
  job_metadata: unknown;
  priority: number;
  submit_time: string;
  job_finished: string | null;
  reason: null;
  vo_name: string;
  files: IFile[];
}

/** Jobs are kept in memory for this long after their end; Rucio polls every second. */
const KEPT_MS = 3_600_000;

/** The jobs of this process. After a restart Rucio sees them as lost and orders again. */
export class Jobs {
  constructor(copier: ICopier, pace: Pace, log: (line: string) => void) {
    this._copier = copier;
    this._pace = pace;
    this._log = log;
  }

  get(id: string): IJob | undefined {
    return this._jobs.get(id);
  }

  /** Starts at once; the answer is the job's id. */
  submit(request: IJobRequest): string {
    const params = request.params ?? {};
    const anySource = params.job_metadata?.multi_sources === true;
    const id = randomUUID();
    const files: IFile[] = [];
    const orders: ICopyOrder[] = [];
    request.files.forEach((file, index) => {
      for (const source of file.sources) {
        const destination = file.destinations[0] ?? '';
        files.push({
          file_id: files.length + 1,
          file_index: index,
          file_state: 'SUBMITTED',
          reason: '',
          source_surl: source,
          dest_surl: destination,
          start_time: null,
          finish_time: null,
          staging_start: null,
          staging_finished: null,
          file_metadata: file.metadata ?? {}
        });
        orders.push({
          source,
          destination,
          ...(file.filesize === undefined ? {} : { bytes: file.filesize }),
          ...adlerOf(file.checksum),
          verify: verifyOf(params.verify_checksum)
        });
      }
    });
    const job: IJob = {
      job_id: id,
      job_state: 'SUBMITTED',
      job_type: params.multihop ? 'H' : anySource ? 'R' : 'N',
      job_metadata: params.job_metadata ?? {},
      priority: params.priority ?? 3,
      submit_time: now(),
      job_finished: null,
      reason: null,
      vo_name: 'lab',
      files
    };
    this._jobs.set(id, job);
    void this._run(job, orders);
    return id;
  }

  /** Files that have not begun are cancelled; those under way end by themselves. */
  cancel(job: IJob): void {
    if (job.job_finished) return;
    job.job_state = 'CANCELED';
    for (const file of job.files) {
      if (file.file_state === 'SUBMITTED') finish(file, 'CANCELED', 'Job canceled by the user');
    }
  }

  private async _run(job: IJob, orders: ICopyOrder[]): Promise<void> {
    job.job_state = 'ACTIVE';
    if (job.job_type === 'N') {
      await Promise.all(job.files.map((file, at) => this._copy(job, file, orders[at]!)));
    } else {
      // Alternatives end with the first success, a chain of hops with the first failure.
      const last: State = job.job_type === 'R' ? 'FINISHED' : 'FAILED';
      for (const [at, file] of job.files.entries()) {
        if (file.file_state !== 'SUBMITTED') continue;
        await this._copy(job, file, orders[at]!);
        if (stateOf(file) !== last) continue;
        for (const other of job.files) {
          const sameFile = job.job_type === 'H' || other.file_index === file.file_index;
          if (sameFile && other.file_state === 'SUBMITTED') other.file_state = 'NOT_USED';
        }
      }
    }
    if (stateOfJob(job) !== 'CANCELED') job.job_state = outcome(job);
    job.job_finished = now();
    setTimeout(() => this._jobs.delete(job.job_id), KEPT_MS).unref();
  }

  private async _copy(job: IJob, file: IFile, order: ICopyOrder): Promise<void> {
    await this._pace.run(async () => {
      if (file.file_state !== 'SUBMITTED') return;
      file.file_state = 'ACTIVE';
      file.start_time = now();
      try {
        await this._copier.copy(order);
        finish(file, 'FINISHED', '');
      } catch (error) {
        finish(file, 'FAILED', reasonOf(error));
      }
      this._log(
        `${job.job_id} ${stateOf(file)} ${file.source_surl} -> ${file.dest_surl} ${file.reason}`
      );
    });
  }

  private readonly _copier: ICopier;
  private readonly _pace: Pace;
  private readonly _log: (line: string) => void;
  private readonly _jobs = new Map<string, IJob>();
}

function finish(file: IFile, state: State, reason: string): void {
  file.reason = reason;
  file.finish_time = now();
  file.file_state = state;
}

/**
 * One line: xrdcp ends some of its sentences with a NUL, which PostgreSQL refuses, and Rucio's poller then never
 * gets past that job to any other.
 */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 900);
}

function outcome(job: IJob): State {
  const finished = new Set<number>();
  const all = new Set<number>();
  for (const file of job.files) {
    all.add(file.file_index);
    if (file.file_state === 'FINISHED') finished.add(file.file_index);
  }
  if (finished.size === all.size) return 'FINISHED';
  return finished.size ? 'FINISHEDDIRTY' : 'FAILED';
}

// Read anew: these fields change while a copy is awaited, which control flow analysis cannot know.
const stateOf = (file: IFile): State => file.file_state;
const stateOfJob = (job: IJob): State => job.job_state;

function adlerOf(checksum: string | undefined): { adler32?: string } {
  const [kind, value] = (checksum ?? '').toLowerCase().split(':');
  return kind === 'adler32' && value ? { adler32: value.padStart(8, '0') } : {};
}

function verifyOf(asked: string | undefined): ICopyOrder['verify'] {
  return asked === 'both' || asked === 'source' || asked === 'target' ? asked : 'none';
}

/** As FTS writes times: UTC without a zone. */
function now(): string {
  return new Date().toISOString().slice(0, 19);
}
