import { formatCount } from '../../common/cli/format.js';
import { parseDid } from '../../common/contract/did.js';
import { DataLakeError, fromProblem } from '../../common/contract/problem.js';
import type { Availability } from '../contract.js';
import { milliseconds, type Call } from './call.js';
import { failureOf, wait } from './waiting.js';

export interface IPathsOptions {
  wait?: boolean;
  partial?: boolean;
  timeout?: string;
}

/** `datalake paths`: all of them or, unless part will do, none. */
export async function paths(call: Call<IPathsOptions>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const [did] = args;
  parseDid(did);
  const [answer] =
    options.wait === true
      ? await wait(call, [did], milliseconds(options.timeout), 'What is on its way goes on coming.')
      : await service.query([did], signal);
  if ('problem' in answer) {
    throw fromProblem(answer.problem);
  }
  const { state, files, reason } = answer.availability;
  const failure = failureOf(answer.availability);
  if (failure !== null && options.partial !== true) {
    throw new DataLakeError(
      failure,
      `${formatCount(files.available)} of ${formatCount(files.total)} files of ${did} are available (${state}): ${advice(answer.availability)}`,
      { detail: reason ?? undefined }
    );
  }
  const show = out.table<object>([]);
  for await (const batch of service.files(did, signal)) {
    if (out.json) {
      await show(
        batch.map(({ scope, name, ...file }) => ({ did: `${scope}:${name}`, scope, name, ...file }))
      );
    } else {
      await out.text(
        ...batch.flatMap(file => (file.state === 'AVAILABLE' ? (file.path ?? []) : []))
      );
    }
  }
  return 0;
}

function advice({ state, did }: Availability): string {
  switch (state) {
    case 'NOT_AVAILABLE':
      return `ask for it with datalake make-available ${did}.`;
    case 'REPLICATING':
    case 'INJECT':
      return 'wait for it with --wait, or take what is there with --partial.';
    case 'STUCK':
      return `see datalake rules ${did}, and try again with datalake rules retry.`;
    case 'WAITING_APPROVAL':
      return 'an administrator must approve the rule.';
    default:
      return 'datalake doctor looks at the mount.';
  }
}
