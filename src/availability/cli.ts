import type { CommandLine, ICall, Services } from '../common/cli/command-line.js';
import { EXIT_PARTLY, EXIT_STATUS } from '../common/cli/exit-status.js';
import { formatBytes, formatCount, formatDuration, formatTime } from '../common/cli/format.js';
import { parseDid } from '../common/contract/did.js';
import { DataLakeError, fromProblem, type ProblemCode } from '../common/contract/problem.js';
import type { IClock } from '../common/core/clock.js';
import type { Availability, AvailabilityAnswer, MakeResult, Rule } from './contract.js';
import type { AvailabilityService } from './core/service.js';
import { settle } from './core/settle.js';

const DAY_S = 86_400;

interface IMakeOptions {
  lifetime?: string;
  rse?: string;
  wait?: boolean;
  timeout?: string;
}

interface IPathsOptions {
  wait?: boolean;
  partial?: boolean;
  timeout?: string;
}

type Call<O extends object> = ICall<O> & { service: AvailabilityService; clock: IClock };

/** `datalake make-available`, `rules` and `paths`. */
export function availabilityCommands(
  cli: CommandLine,
  services: Services<AvailabilityService>,
  clock: IClock
): void {
  const served =
    <O extends object>(run: (call: Call<O>) => Promise<number>) =>
    async (call: ICall<O>) =>
      run({ ...call, clock, service: (await services()).get(call.instance) });

  cli.add<IMakeOptions>({
    usage: 'make-available <did...>',
    summary: 'Makes DIDs available on the mounted RSE',
    examples: [
      ['datalake make-available obs.2024:event_0412', 'asks for it, for the usual lifetime'],
      ['datalake make-available obs.2024:event_0412 --lifetime 30 --wait', 'and waits for it']
    ],
    options: command =>
      command
        .option('-l, --lifetime <days>', 'days until Rucio may remove it again')
        .option('--rse <expression>', 'an RSE expression that the administrator offers')
        .option('-w, --wait', 'until all of it is there, or does not come by itself')
        .option('--timeout <seconds>', 'wait no longer than that'),
    run: served(make)
  });

  cli.add<{ lifetime?: string }>({
    usage: 'rules [what...]',
    summary: 'Rules of a DID, or yours; retry, extend or cancel one',
    examples: [
      ['datalake rules obs.2024:event_0412', "everybody's rules on it; without a DID: yours"],
      [
        'datalake rules extend 0123456789abcdef0123456789abcdef --lifetime 30',
        'that one ends 30 days from now; also: retry RULE, cancel RULE'
      ]
    ],
    options: command => command.option('-l, --lifetime <days>', 'for extend: days from now'),
    run: served(rules)
  });

  cli.add<IPathsOptions>({
    usage: 'paths <did>',
    summary: 'The local paths of the files of a DID, one a line',
    examples: [
      ['ls -l $(datalake paths obs.2024:event_0412)', 'fails if they are not all there'],
      ['datalake paths obs.2024:event_0412 --partial --json', 'every file with its state']
    ],
    options: command =>
      command
        .option('-w, --wait', 'until all of it is there')
        .option('-p, --partial', 'those that are there, if not all')
        .option('--timeout <seconds>', 'wait no longer than that'),
    run: served(paths)
  });
}

async function make(call: Call<IMakeOptions>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const dids = [...new Set(args)];
  dids.forEach(parseDid);
  const lifetimeSeconds = options.lifetime === undefined ? undefined : days(options.lifetime);
  const timeoutMs = seconds(options.timeout);
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

async function paths(call: Call<IPathsOptions>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const [did] = args;
  parseDid(did);
  const [answer] =
    options.wait === true
      ? await wait(call, [did], seconds(options.timeout), 'What is on its way goes on coming.')
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

async function rules(call: Call<{ lifetime?: string }>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const [what, ruleId] = args;
  if (what === 'retry' || what === 'extend' || what === 'cancel') {
    if (!/^[0-9a-f]{32}$/.test(ruleId ?? '') || args.length > 2) {
      throw new DataLakeError('bad-request', `Write datalake rules ${what} RULE, with its id.`);
    }
    const rule =
      what === 'retry'
        ? await service.retry(ruleId, signal)
        : what === 'cancel'
          ? await service.cancel(ruleId, signal)
          : await service.extend(ruleId, days(options.lifetime ?? ''), signal);
    await out.record(rule ?? { id: ruleId, state: null }, [
      ['rule', ruleId],
      ['DID', rule?.did ?? null],
      ['state', rule?.state ?? 'gone'],
      ['ends', rule === null ? null : formatTime(rule.expiresAt) || 'never']
    ]);
    return 0;
  }
  if (args.length > 1) {
    throw new DataLakeError(
      'bad-request',
      'Write datalake rules [DID], or retry, extend or cancel and a rule.'
    );
  }
  if (what !== undefined) {
    parseDid(what);
  }
  const show = out.table<Rule>([
    { head: 'STATE', value: ({ state }) => state },
    {
      head: 'FILES',
      value: ({ locks }) => `${locks.ok}/${locks.ok + locks.replicating + locks.stuck}`,
      align: 'right'
    },
    { head: 'ACCOUNT', value: ({ account }) => account },
    { head: 'RSE EXPRESSION', value: ({ rseExpression }) => rseExpression },
    {
      head: 'ENDS',
      value: ({ expiresAt }) => expiresAt,
      show: ({ expiresAt }) => formatTime(expiresAt) || 'never'
    },
    { head: 'RULE', value: ({ id }) => id },
    { head: 'DID', value: ({ did }) => did },
    { head: '', value: ({ error }) => error }
  ]);
  for await (const batch of service.rules(what, signal)) {
    await show(batch);
  }
  return 0;
}

/** Shows a bar on terminals; on Ctrl-C says what goes on without us. */
async function wait(
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

/** null: it is there. */
function failureOf({ state }: Availability): ProblemCode | null {
  return state === 'AVAILABLE'
    ? null
    : state === 'STUCK' || state === 'SUSPENDED'
      ? 'rucio-failed'
      : state === 'NOT_AVAILABLE' || state === 'PATH_MISSING'
        ? 'path-missing'
        : 'rucio-slow';
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

function days(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value <= 0) {
    throw new DataLakeError('bad-request', '--lifetime is a number of days above 0.');
  }
  return Math.round(value * DAY_S);
}

function seconds(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new DataLakeError('bad-request', '--timeout is a number of seconds above 0.');
  }
  return value * 1000;
}
