import { EXIT_PARTLY, EXIT_STATUS } from '../../common/cli/exit-status.js';
import { formatBytes, formatCount } from '../../common/cli/format.js';
import { DataLakeError } from '../../common/contract/problem.js';
import {
  PROVENANCE,
  UploadPlan,
  type Job,
  type PlannedFile,
  type ProvenancePart,
  type UploadFile
} from '../contract.js';
import { notebookOrigin } from '../core/notebook-origin.js';
import { hasEnded, statusOf, until, type UploadCall } from './call.js';

export interface IUploadOptions {
  scope?: string;
  prefix?: string;
  lifetime?: string;
  rse?: string;
  dataset?: string;
  meta?: string[];
  include?: string[];
  exclude?: string[];
  separator?: string;
  copies?: string;
  activity?: string;
  protocol?: string;
  provenance?: string | boolean;
  delayDeletion?: string | boolean;
  dryRun?: boolean;
  detach?: boolean;
}

const DAY_S = 86_400;

/** `datalake upload`: does the work itself if no server does, and waits for the end. */
export async function upload(call: UploadCall<IUploadOptions>): Promise<number> {
  const { options, out, uploads, services, startInBackground, signal } = call;
  const service = services.get(call.instance);
  const plan = await planOf(call);
  if (options.dryRun === true) {
    return dryRun(call, plan);
  }
  const begun = uploads.start(service.instance, plan, null);
  if (options.detach === true) {
    startInBackground();
    await told(call, begun);
    return 0;
  }
  try {
    const job = await until(call, begun.id, hasEnded);
    return job === null ? EXIT_STATUS['not-found'] : await ended(call, job);
  } catch (error) {
    if (signal.aborted) {
      out.note(
        `The upload stays on the list, and goes on with the next JupyterLab or "datalake uploads run"; "datalake uploads cancel ${begun.id}" takes it back.`
      );
    }
    throw error;
  }
}

/** What has come of it, with what failed. */
export async function ended(
  { out, uploads }: Pick<UploadCall<object>, 'out' | 'uploads'>,
  job: Job
): Promise<number> {
  const failed = uploads.files(job.id, { states: ['failed'] });
  for (const { path, did, problem } of failed) {
    out.note(failureOf({ path, did, problem }));
  }
  if (job.problem !== null) {
    out.note(job.problem.message);
  }
  await told({ out }, job);
  return statusOf(job, uploads);
}

/** Each sentence begins with what it is about. */
export function failureOf({
  path,
  did,
  problem
}: Pick<UploadFile, 'path' | 'did' | 'problem'>): string {
  const what = did === '' ? path : did;
  const why = problem?.message ?? '';
  return why.includes(what) ? why : `${what}: ${why}`;
}

async function told({ out }: Pick<UploadCall<object>, 'out'>, job: Job): Promise<void> {
  const { files, bytes } = job;
  await out.record(job, [
    ['upload', job.id],
    ['state', job.state],
    [
      'files',
      `${formatCount(files.done)} done, ${formatCount(files.skipped)} there already, ${formatCount(files.failed)} failed, of ${formatCount(files.total)}`
    ],
    ['bytes', formatBytes(bytes.total)],
    ['to', job.rse],
    ['dataset', job.dataset]
  ]);
}

async function dryRun(call: UploadCall<IUploadOptions>, plan: UploadPlan): Promise<number> {
  const { out, services, signal, instance } = call;
  const table = out.table<PlannedFile>([
    { head: 'FATE', value: ({ fate }) => fate },
    { head: 'BYTES', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { head: 'DID', value: ({ did }) => did },
    { head: 'PATH', value: ({ path }) => path },
    { head: '', value: ({ problem }) => problem?.message ?? '' }
  ]);
  const files = services.get(instance).plan(plan, null, signal);
  const bad: PlannedFile[] = [];
  let good = 0;
  for (;;) {
    const next = await files.next();
    if (next.done) {
      const { problem, rse } = next.value;
      if (problem !== null) {
        out.note(problem.message);
        return EXIT_STATUS[problem.code];
      }
      out.remark(
        `${formatCount(next.value.files)} files, ${formatBytes(next.value.bytes)}, would go to ${rse}.`
      );
      const [first] = bad;
      return first === undefined
        ? 0
        : good > 0
          ? EXIT_PARTLY
          : EXIT_STATUS[first.problem?.code ?? 'internal'];
    }
    await table(next.value);
    for (const file of next.value) {
      if (file.fate === 'refused' || file.fate === 'other') {
        bad.push(file);
      } else if (file.fate !== 'left-out') {
        good++;
      }
    }
  }
}

async function planOf(call: UploadCall<IUploadOptions>): Promise<UploadPlan> {
  const { args, options, workingFolder, notebook, services, instance } = call;
  const configured = services.get(instance).settings;
  const scope = options.scope ?? configured.scope;
  const rseExpression = options.rse ?? configured.rseExpression;
  if (scope === '') {
    throw new DataLakeError('bad-request', 'Say which scope: --scope, or c.DataLake.upload_scope.');
  }
  if (rseExpression === '') {
    throw new DataLakeError(
      'bad-request',
      'Say where to: --rse, or c.DataLake.upload_rse_expression.'
    );
  }
  const { dataset } = options;
  const parsed = UploadPlan.safeParse({
    sources: args.map(path => absolutePath(path, workingFolder)),
    ...{ scope, rseExpression },
    prefix: options.prefix ?? '',
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    ...(options.separator === undefined ? {} : { separator: options.separator }),
    dataset: dataset === undefined ? null : dataset.includes(':') ? dataset : `${scope}:${dataset}`,
    metadata: Object.fromEntries((options.meta ?? []).map(pair)),
    lifetimeSeconds: seconds(options.lifetime, configured.lifetimeDays),
    copies: options.copies === undefined ? 1 : Number(options.copies),
    activity: options.activity ?? null,
    protocol: options.protocol ?? null,
    provenance: partsOf(options.provenance, configured.provenance),
    notebook: notebook?.path ?? null,
    ...(notebook === null ? {} : notebookOrigin(notebook.text, services.get(instance).instance)),
    deletionDelaySeconds: delayOf(options.delayDeletion)
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataLakeError('bad-request', `${issue.path.join('.')}: ${issue.message}`);
  }
  return parsed.data;
}

/** What is noted of where the files come from: as configured (true), nothing (false), or these. */
function partsOf(
  wanted: string | boolean | undefined,
  configured: readonly ProvenancePart[]
): readonly ProvenancePart[] {
  if (wanted === undefined || typeof wanted === 'boolean') {
    return wanted === false ? [] : configured;
  }
  const parts = wanted.split(',').map(part => part.trim());
  const unknown = parts.find(part => !(PROVENANCE as readonly string[]).includes(part));
  if (unknown !== undefined) {
    throw new DataLakeError(
      'bad-request',
      `"${unknown}" cannot be noted: there are ${PROVENANCE.join(', ')}.`
    );
  }
  return PROVENANCE.filter(part => parts.includes(part));
}

/** A scratch folder keeps files for so long by default, too. */
const DELAY_DAYS = '2';

function delayOf(days: string | boolean | undefined): number | null {
  if (days === undefined || days === false) {
    return null;
  }
  return seconds(days === true ? DELAY_DAYS : days, null);
}

/** Without `.` and `..`: links stay as they are. */
function absolutePath(path: string, folder: string): string {
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return `/${parts.join('/')}`;
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new DataLakeError('bad-request', `Metadata is written key=value; "${text}" is not.`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

/** 0 days: never. */
function seconds(days: string | undefined, otherwise: number | null): number | null {
  const value = days === undefined ? otherwise : Number(days);
  if (value !== null && !(value >= 0 && Number.isFinite(value))) {
    throw new DataLakeError('bad-request', `A lifetime is a number of days; "${days}" is not.`);
  }
  return value === null || value === 0 ? null : Math.max(1, Math.round(value * DAY_S));
}
