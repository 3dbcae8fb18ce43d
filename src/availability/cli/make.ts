import { EXIT_PARTLY, EXIT_STATUS } from '../../common/cli/exit-status.js';
import { parseDid } from '../../common/contract/did.js';
import type { ProblemCode } from '../../common/contract/problem.js';
import type { Availability, MakeResult } from '../contract.js';
import { days, milliseconds, type Call } from './call.js';
import { failureOf, wait } from './waiting.js';

export interface IMakeOptions {
  lifetime?: string;
  rse?: string;
  wait?: boolean;
  timeout?: string;
}

/** `datalake make-available`: asks for them all, then waits if that is wanted. */
export async function make(call: Call<IMakeOptions>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const dids = [...new Set(args)];
  dids.forEach(parseDid);
  const lifetimeSeconds = options.lifetime === undefined ? undefined : days(options.lifetime);
  const timeoutMs = milliseconds(options.timeout);
  const results = await service.make(dids, { lifetimeSeconds, rseExpression: options.rse }, signal);
  const asked = results.filter(result => 'outcome' in result);
  if (options.wait !== true || asked.length === 0) {
    await out.table<MakeResult>([
      { head: 'OUTCOME', value: result => ('outcome' in result ? result.outcome : 'failed') },
      { head: 'DID', value: ({ did }) => did },
      { head: 'RULE', value: result => ('outcome' in result ? (result.rule?.id ?? null) : null) },
      { head: '', value: result => ('problem' in result ? result.problem.message : '') }
    ])(results);
    return statusOf(results.map(result => ('problem' in result ? result.problem.code : null)));
  }
  const answers = await wait(
    call,
    asked.map(({ did }) => did),
    timeoutMs,
    'The rules stay: what is on its way goes on coming.'
  );
  const outcomes = new Map(answers.map(answer => [answer.did, answer]));
  const all = results.map(result => ({ ...result, ...outcomes.get(result.did) }));
  await out.table<(typeof all)[0]>([
    { head: 'STATE', value: stateOf },
    { head: 'FILES', value: filesOf, align: 'right' },
    { head: 'DID', value: ({ did }) => did },
    { head: '', value: reasonOf }
  ])(all);
  return statusOf(
    all.map(result => ('availability' in result ? failureOf(result.availability) : codeOf(result)))
  );
}

function statusOf(codes: readonly (ProblemCode | null)[]): number {
  const [first] = codes.filter(code => code !== null);
  return first === undefined ? 0 : codes.includes(null) ? EXIT_PARTLY : EXIT_STATUS[first];
}

type Outcome = MakeResult & Partial<{ availability: Availability }>;

const codeOf = (result: Outcome) => ('problem' in result ? result.problem.code : null);

function stateOf(result: Outcome): string {
  return result.availability?.state ?? ('problem' in result ? 'failed' : result.outcome);
}

function filesOf({ availability }: Outcome): string | null {
  return availability === undefined
    ? null
    : `${availability.files.available}/${availability.files.total}`;
}

function reasonOf(result: Outcome): string | null {
  return 'problem' in result ? result.problem.message : (result.availability?.reason ?? null);
}
