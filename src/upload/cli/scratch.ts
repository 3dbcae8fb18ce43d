import { EXIT_PARTLY } from '../../common/cli/exit-status.js';
import { formatBytes, formatCount } from '../../common/cli/format.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ScratchFolder } from '../contract.js';
import type { CleanStep } from '../core/scratch-space.js';
import type { UploadCall } from './call.js';

export interface IScratchOptions {
  days?: string;
  dryRun?: boolean;
}

/** `datalake scratch`: fit for cron. */
export async function scratch(call: UploadCall<IScratchOptions>): Promise<number> {
  const { args, options, out, signal, instance } = call;
  const [action = 'status'] = args;
  const space = call.scratch.get(instance);
  if (action === 'status') {
    const folders = await space.status(signal);
    if (folders.length === 0) {
      throw new DataLakeError(
        'not-configured',
        'No folder is a scratch RSE here: set c.DataLake.scratch.'
      );
    }
    await out.table<ScratchFolder>([
      { head: 'RSE', value: ({ rse }) => rse },
      { head: 'FILES', value: ({ files }) => formatCount(files), align: 'right' },
      { head: 'BYTES', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
      { head: 'NEEDED', value: ({ held }) => formatCount(held), align: 'right' },
      { head: 'TOO OLD', value: ({ removable }) => formatCount(removable.files), align: 'right' },
      { head: 'FOLDER', value: ({ path }) => path },
      { head: '', value: ({ problem }) => problem?.message ?? '' }
    ])(folders);
    return 0;
  }
  if (action !== 'clean') {
    throw new DataLakeError(
      'bad-request',
      `There is no action ${action}; there are status and clean.`
    );
  }
  const days = options.days === undefined ? null : Number(options.days);
  if (days !== null && !(days >= 0 && Number.isFinite(days))) {
    throw new DataLakeError('bad-request', `"${options.days}" is no number of days.`);
  }
  const table = out.table<CleanStep>([
    { head: 'ACTION', value: ({ action: what }) => what },
    { head: 'BYTES', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { head: 'PATH', value: ({ path }) => path },
    { head: 'WHY', value: ({ why }) => why }
  ]);
  let steps = 0;
  let failed = 0;
  for await (const step of space.clean({ dryRun: options.dryRun === true, days }, signal)) {
    await table([step]);
    steps++;
    failed += step.action === 'failed' ? 1 : 0;
  }
  if (steps === 0) {
    out.remark('Nothing there is too old.');
  }
  return failed === 0 ? 0 : EXIT_PARTLY;
}
