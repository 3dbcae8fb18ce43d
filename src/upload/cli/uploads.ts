import { EXIT_STATUS } from '../../common/cli/exit-status.js';
import { formatBytes, formatCount, formatTime } from '../../common/cli/format.js';
import { DataLakeError, fromProblem } from '../../common/contract/problem.js';
import { ENDED, WISHES, type Job, type LogLine, type Wish } from '../contract.js';
import { hasEnded, until, type UploadCall } from './call.js';
import { ended, failureOf } from './upload.js';

export type UploadsCall = UploadCall<{ detach?: boolean }>;

/** `datalake uploads`. */
export async function uploads(call: UploadsCall): Promise<number> {
  const [action = 'list', ...ids] = call.args;
  switch (action) {
    case 'list':
      return list(call);
    case 'run':
      return run(call);
    case 'show':
    case 'log':
      return forEach(ids, action, id => (action === 'show' ? show(call, id) : log(call, id)));
    default:
      if ((WISHES as readonly string[]).includes(action)) {
        return forEach(ids, action, id => wish(call, id, action as Wish));
      }
      throw new DataLakeError(
        'bad-request',
        `There is no action ${action}; there are list, show, log, ${WISHES.join(', ')} and run.`
      );
  }
}

async function forEach(
  ids: readonly string[],
  action: string,
  work: (id: string) => Promise<number>
): Promise<number> {
  if (ids.length === 0) {
    throw new DataLakeError(
      'bad-request',
      `Say which upload to ${action}: datalake uploads lists them.`
    );
  }
  let worst = 0;
  for (const id of ids) {
    worst = Math.max(worst, await work(id));
  }
  return worst;
}

async function list({ out, uploads: all }: UploadsCall): Promise<number> {
  const jobs = all.list();
  await out.table<Job>([
    { head: 'UPLOAD', value: ({ id }) => id },
    { head: 'STATE', value: ({ state }) => state },
    {
      head: 'FILES',
      value: ({ files }) =>
        `${formatCount(files.done + files.skipped)}/${formatCount(files.total)}`,
      align: 'right'
    },
    { head: 'BYTES', value: ({ bytes }) => formatBytes(bytes.total), align: 'right' },
    { head: 'BEGUN', value: ({ createdAt }) => formatTime(createdAt) },
    { head: 'WHAT', value: ({ title }) => title },
    { head: '', value: ({ problem }) => problem?.message ?? '' }
  ])(jobs);
  if (jobs.length === 0) {
    out.remark('Nothing was uploaded yet: datalake upload --help says how.');
  }
  return 0;
}

async function show({ out, uploads: all }: UploadsCall, id: string): Promise<number> {
  const job = all.show(id);
  const failed = all.files(id, { states: ['failed'] });
  await out.record({ ...job, failed }, [
    ['upload', job.id],
    ['what', job.title],
    ['state', job.state],
    ['why', job.problem?.message ?? null],
    ['to', job.rse],
    [
      'files',
      `${formatCount(job.files.done)} done, ${formatCount(job.files.skipped)} there already, ${formatCount(job.files.failed)} failed, of ${formatCount(job.files.total)}`
    ],
    ['bytes', `${formatBytes(job.bytes.sent)} of ${formatBytes(job.bytes.total)}`],
    ['begun', formatTime(job.createdAt)],
    ['ended', job.endedAt === null ? null : formatTime(job.endedAt)]
  ]);
  await out.text(...failed.map(file => `failed: ${failureOf(file)}`));
  return 0;
}

async function log({ out, uploads: all }: UploadsCall, id: string): Promise<number> {
  await out.table<LogLine>([
    { head: 'AT', value: ({ at }) => formatTime(at) },
    { head: 'LEVEL', value: ({ level }) => level },
    { head: 'WHAT', value: ({ text }) => text }
  ])(all.lines(id));
  return 0;
}

/** Waits until it has happened; after resume and retry until the upload ends. */
async function wish(call: UploadsCall, id: string, want: Wish): Promise<number> {
  const { uploads: all, options, startInBackground, out } = call;
  const goesOn = want === 'resume' || want === 'retry';
  const before = all.show(id);
  all.wish(id, want);
  if (goesOn && options.detach === true) {
    startInBackground();
    return 0;
  }
  if (goesOn) {
    // It may have gone on and ended between two looks.
    await until(
      call,
      id,
      ({ state, endedAt }) => state !== before.state || endedAt !== before.endedAt
    );
    const job = await until(call, id, hasEnded);
    return job === null ? 0 : ended(call, job);
  }
  const job = await until(call, id, ({ state, problem }) =>
    want === 'remove'
      ? problem?.code === 'conflict'
      : ENDED.has(state) || (want === 'pause' && state === 'paused')
  );
  if (want === 'remove' && job !== null) {
    throw fromProblem(job.problem!);
  }
  out.remark(job === null ? `${id} is off the list.` : `${id} is ${job.state}.`);
  if (want === 'cancel' && job !== null && job.problem !== null) {
    out.note(job.problem.message);
    return EXIT_STATUS[job.problem.code];
  }
  return 0;
}

/** Does the work that is on the list, if nobody else does, until there is none. */
async function run({ uploads: all, clock, signal }: UploadsCall): Promise<number> {
  const enough = new AbortController();
  const work = all.run(AbortSignal.any([signal, enough.signal]));
  const busy = () => all.list().some(({ state }) => !ENDED.has(state) && state !== 'paused');
  while (busy() && !signal.aborted) {
    await clock.sleep(500, signal).catch(() => {});
  }
  enough.abort();
  await work;
  return 0;
}
