import type { CommandLine, ICall } from '../../common/cli/command-line.js';
import { EXIT_STATUS } from '../../common/cli/exit-status.js';
import { formatDuration, formatTime } from '../../common/cli/format.js';
import { DataLakeError, fromProblem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { Instances } from '../../common/core/instances.js';
import type { TokensStatus, TokenStatus } from '../contract.js';
import type { TokenService } from '../core/token-service.js';

const LOOK_MS = 500;
const LONGEST_RENEWAL_MS = 60_000;

/** The tokens as commands use them. */
export interface IKeptTokens {
  tokens: Instances<TokenService>;
  /** Keeps them fresh, or follows who does, until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

interface ITokenCall extends ICall<object> {
  kept: IKeptTokens;
  service: TokenService;
  clock: IClock;
}

const ACTIONS: Readonly<Record<string, (call: ITokenCall) => Promise<number>>> = {
  status,
  renew,
  login,
  logout,
  keep
};

/** `datalake token`. */
export function tokenCommands(
  cli: CommandLine,
  tokens: () => Promise<IKeptTokens>,
  clock: IClock
): void {
  cli.add({
    usage: 'token [action] [target]',
    summary: 'Tokens that are kept fresh: status, renew, login, logout, keep',
    examples: [
      ['datalake token', 'which tokens there are, until when, and what is wrong'],
      [
        'datalake token login',
        'signs in with a link, and a code where there is one, in any browser'
      ],
      ['datalake token keep &', 'keeps them fresh where there is no JupyterLab, until it is ended']
    ],
    run: async call => {
      const [action = 'status'] = call.args;
      const act = ACTIONS[action];
      if (act === undefined) {
        throw new DataLakeError(
          'bad-request',
          `There is no token action ${action}; there are ${Object.keys(ACTIONS).join(', ')}.`
        );
      }
      const kept = await tokens();
      if (kept.tokens.names.length === 0) {
        throw new DataLakeError(
          'not-configured',
          'No tokens are kept fresh here: set c.DataLake.oidc_issuer and c.DataLake.token_targets.'
        );
      }
      return act({ ...call, kept, service: kept.tokens.get(call.instance), clock });
    }
  });
}

async function status({ service, out, clock }: ITokenCall): Promise<number> {
  service.look();
  const found = service.status();
  await show(found, out, clock);
  return exitOf(found);
}

/** As the owner if there is none, else by the one that there is. `signedInSince`: after a sign-in that was begun then. */
async function renew(call: ITokenCall, signedInSince?: number): Promise<number> {
  const { service, kept, args, signal, clock, out } = call;
  const target = args[1];
  const before = clock.now();
  const done = new AbortController();
  const running = kept.run(AbortSignal.any([signal, done.signal]));
  try {
    service.renew(target);
    const progress = out.progress();
    const isDone = ({ signedIn, targets }: TokensStatus) =>
      targets.every(
        ({ name, audience, scope, state, renewedAt, problem }) =>
          (target !== undefined && name !== target) ||
          // The first token itself, which is renewed when its time has come.
          (signedInSince === undefined && audience + scope === '' && state === 'valid') ||
          // Of before the sign-in: the owner has not looked again yet.
          (problem !== null && !(signedIn && problem.code === 'not-signed-in')) ||
          Date.parse(renewedAt ?? '') >= (signedInSince ?? before)
      );
    while (
      !isDone(service.status()) &&
      !signal.aborted &&
      clock.now() - before < LONGEST_RENEWAL_MS
    ) {
      progress.show('Waiting for the identity provider …', null);
      await clock.sleep(LOOK_MS, signal).catch(() => {});
    }
    progress.done();
  } finally {
    done.abort();
    await running;
  }
  const found = service.status();
  await show(found, out, clock);
  return exitOf(found);
}

async function login(call: ITokenCall): Promise<number> {
  const { service, out, signal, clock } = call;
  const begun = clock.now();
  const { device } = await service.beginOnDevice();
  if (device === null) {
    throw new DataLakeError('internal', 'The sign-in has no code.');
  }
  out.note(
    device.userCode === null
      ? `Open ${device.url} in any browser, and sign in there.`
      : `Open ${device.url} in any browser, and type in this code: ${device.userCode}`
  );
  if (device.completeUrl !== null) {
    out.note(`Or open ${device.completeUrl}`);
  }
  while (service.status().device !== null && !signal.aborted) {
    await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
  if (signal.aborted) {
    service.cancelOnDevice();
    return EXIT_STATUS.cancelled;
  }
  const { deviceProblem } = service.status();
  if (deviceProblem !== null) {
    throw fromProblem(deviceProblem);
  }
  return renew({ ...call, args: ['renew'] }, begun);
}

async function logout({ service, kept, out, clock, signal }: ITokenCall): Promise<number> {
  const done = new AbortController();
  const running = kept.run(AbortSignal.any([signal, done.signal]));
  try {
    await service.signOut();
    // Until the owner, this process or another one, has taken the files away.
    const end = clock.now() + LONGEST_RENEWAL_MS;
    const isLeft = () => service.status().targets.some(({ expiresAt }) => expiresAt !== null);
    do {
      await clock.sleep(2 * LOOK_MS, signal).catch(() => {});
    } while (isLeft() && !signal.aborted && clock.now() < end);
  } finally {
    done.abort();
    await running;
  }
  await show(service.status(), out, clock);
  return 0;
}

async function keep({ service, kept, out, signal, clock }: ITokenCall): Promise<number> {
  for (const { name, file } of service.status().targets) {
    out.note(`${name}: ${file}`);
  }
  let told = '';
  const running = kept.run(signal);
  while (!signal.aborted) {
    const { targets } = service.status();
    const states = targets.map(({ name, state, problem }) => `${name} ${state} ${problem?.code}`);
    if (states.join() !== told) {
      told = states.join();
      await show(service.status(), out, clock);
    }
    await clock.sleep(LOOK_MS, signal).catch(() => {});
  }
  await running;
  return 0;
}

function show(found: TokensStatus, out: ICall<object>['out'], clock: IClock): Promise<void> {
  if (out.json) {
    return out.record(found, []);
  }
  if (!found.signedIn) {
    out.note('Nobody is signed in: datalake token login');
  }
  found.hints.forEach(hint => out.remark(hint));
  const left = (until: string | null) =>
    until === null ? '' : formatDuration((Date.parse(until) - clock.now()) / 1000);
  return out.table<TokenStatus>([
    { head: 'TARGET', value: ({ name }) => name },
    { head: 'STATE', value: ({ state }) => state },
    { head: 'UNTIL', value: ({ expiresAt }) => formatTime(expiresAt) },
    { head: 'LEFT', value: ({ expiresAt, state }) => (state === 'expired' ? '' : left(expiresAt)) },
    { head: 'FILE', value: ({ file }) => file },
    { head: '', value: ({ problem }) => problem?.message ?? '' }
  ])(found.targets);
}

/** The first failure; a token that is good still is no failure. */
function exitOf({ targets }: TokensStatus): number {
  const bad = targets.find(({ state }) => state === 'waiting' || state === 'expired');
  return bad === undefined ? 0 : EXIT_STATUS[bad.problem?.code ?? 'not-signed-in'];
}
