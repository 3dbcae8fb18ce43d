import { formatBytes, formatCount, formatDuration } from '../../common/cli/format.js';
import type { ProblemCode } from '../../common/contract/problem.js';
import type { Availability, AvailabilityAnswer } from '../contract.js';
import { settle } from '../core/settle.js';
import type { Call } from './call.js';

/** Shows a bar on terminals; on Ctrl-C says what goes on without us. */
export async function wait(
  { out, service, signal, clock }: Call<object>,
  dids: readonly string[],
  timeoutMs: number | null,
  leaving: string
): Promise<readonly AvailabilityAnswer[]> {
  const progress = out.progress();
  try {
    return await settle(service, dids, clock, {
      timeoutMs,
      signal,
      show: answers => progress.show(...line(answers))
    });
  } catch (error) {
    if (signal.aborted) {
      progress.done();
      out.remark(leaving);
    }
    throw error;
  } finally {
    progress.done();
  }
}

function line(answers: readonly AvailabilityAnswer[]): [text: string, share: number] {
  const known = answers.flatMap(answer => ('availability' in answer ? answer.availability : []));
  const sum = (value: (availability: Availability) => number) =>
    known.reduce((total, availability) => total + value(availability), 0);
  const [there, files] = [sum(({ files: f }) => f.available), sum(({ files: f }) => f.total)];
  const [come, bytes] = [sum(({ bytes: b }) => b.available), sum(({ bytes: b }) => b.total)];
  const etas = known.flatMap(({ etaSeconds }) => etaSeconds ?? []);
  const problem = answers.find(answer => 'problem' in answer);
  return [
    [
      `${formatCount(there)} of ${formatCount(files)} files`,
      `${formatBytes(come)} of ${formatBytes(bytes)}`,
      ...(etas.length === 0 ? [] : [`${formatDuration(Math.max(...etas))} left`]),
      ...(problem === undefined ? [] : [problem.problem.message])
    ].join(', '),
    bytes === 0 ? 0 : come / bytes
  ];
}

/** What its state is as a failure to be there; null: it is there. */
export function failureOf({ state }: Availability): ProblemCode | null {
  return state === 'AVAILABLE'
    ? null
    : state === 'STUCK' || state === 'SUSPENDED'
      ? 'rucio-failed'
      : state === 'NOT_AVAILABLE' || state === 'PATH_MISSING'
        ? 'path-missing'
        : 'rucio-slow';
}
