import type { MountHealth } from '../availability/contract.js';
import type { AvailabilityService } from '../availability/core/service.js';
import type { CommandLine, Services } from '../common/cli/command-line.js';
import { EXIT_STATUS } from '../common/cli/exit-status.js';
import { toProblem, type ProblemCode } from '../common/contract/problem.js';
import type { ILake } from '../server/lake.js';
import type { SignInState } from '../token-renewal/core/sign-in.js';
import type { Configuration } from './configuration.js';
import { makeReport, writeReport, type IReport } from './report.js';

/** One line of the doctor's. */
export interface IFinding {
  check: string;
  ok: boolean;
  /** What was found, or what is wrong and what to do. */
  message: string;
  code?: ProblemCode;
}

export interface IDoctorNeeds {
  version: string;
  env: NodeJS.ProcessEnv;
  configuration(): Promise<Configuration>;
  lake(): Promise<ILake>;
  signIns: Services<SignInState>;
  availabilities: Services<AvailabilityService>;
}

/** `datalake doctor`: one line a check; what fails says what to do. */
export function doctorCommands(cli: CommandLine, needs: IDoctorNeeds): void {
  cli.add<{ report?: string | true }>({
    usage: 'doctor',
    summary: 'Checks configuration, reachability, sign-in and mounts',
    examples: [
      ['datalake doctor', 'one line a check'],
      ["datalake doctor --json | jq 'select(.ok | not)'", 'only what fails'],
      ['datalake doctor --report', 'a file to attach to a bug report, free of secrets']
    ],
    options: command =>
      command.option('--report [file]', 'write a report as well; left out: with a name of today'),
    run: async ({ out, options, signal }) => {
      const show = out.table<IFinding>([
        { head: '', value: ({ ok }) => (ok ? 'ok' : 'failed') },
        { head: 'CHECK', value: ({ check }) => check },
        { head: 'FINDING', value: ({ message }) => message }
      ]);
      let status = 0;
      const findings: IReport['findings'] = [];
      let started = performance.now();
      for await (const finding of examine(needs, signal)) {
        await show([finding]);
        const milliseconds = Math.round(performance.now() - started);
        findings.push({ ...finding, milliseconds });
        started = performance.now();
        if (!finding.ok && status === 0) {
          status = EXIT_STATUS[finding.code ?? 'internal'];
        }
      }
      if (options.report !== undefined) {
        const now = new Date();
        const name = `datalake-report-${now.toISOString().slice(0, 19).replace(/[-:T]/g, '')}.json`;
        const report = makeReport(findings, needs.version, needs.env, now);
        const path = writeReport(options.report === true ? name : options.report, report);
        out.note(
          `The report is ${path}: it holds no secret, but names accounts, addresses and folders.`
        );
      }
      return status;
    }
  });
}

async function* examine(needs: IDoctorNeeds, signal: AbortSignal): AsyncGenerator<IFinding> {
  let lake: ILake;
  try {
    yield* configured(await needs.configuration());
    lake = await needs.lake();
  } catch (error) {
    yield failed('configuration', error);
    return;
  }
  for (const { name, message } of lake.problems) {
    yield {
      check: 'configuration',
      ok: false,
      message: `${name}: ${message}`,
      code: 'not-configured'
    };
  }
  if (lake.instances.names.length === 0) {
    yield {
      check: 'configuration',
      ok: false,
      message: 'No Rucio instance is configured: set c.DataLake.rucio_cfg or c.DataLake.rucio_url.',
      code: 'not-configured'
    };
  }
  const signIns = await needs.signIns();
  for (const [name, { client, http }] of lake.instances) {
    const of = lake.instances.names.length > 1 ? ` ${name}` : '';
    yield {
      check: `rucio.cfg${of}`,
      ok: true,
      message: client.rucioCfg === '' ? 'none is used' : client.rucioCfg
    };
    yield await examined(`reachability${of}`, async () => {
      const version = await http.ping(signal);
      return `Rucio ${version} answers at ${client.rucioUrl}`;
    });
    const signIn = await signIns.get(name).read(signal);
    yield signIn.problem === null
      ? {
          check: `sign-in${of}`,
          ok: true,
          message: `${signIn.account}, with ${signIn.authType} from ${signIn.source}`
        }
      : {
          check: `sign-in${of}`,
          ok: false,
          message: signIn.problem.message,
          code: signIn.problem.code
        };
    for (const health of await (await needs.availabilities()).get(name).healthOfMounts()) {
      yield mounted(health);
    }
  }
}

/** Each value with its source. Configuration holds no secret, only where they are. */
function* configured({ config, sources }: Configuration): Generator<IFinding> {
  const values: Readonly<Record<string, unknown>> = { ...config, ...config.instances[0] };
  for (const [option, source] of Object.entries(sources)) {
    const key =
      KEYS[option] ?? option.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const value = values[key];
    if (value !== undefined && !(source === 'default' && (value === '' || same(value, [])))) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      yield { check: 'configuration', ok: true, message: `${option} = ${text} (${source})` };
    }
  }
}

/** Options whose value stands under another name. */
const KEYS: Readonly<Record<string, string>> = { instance_name: 'name' };

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

async function examined(check: string, ask: () => Promise<string>): Promise<IFinding> {
  try {
    return { check, ok: true, message: await ask() };
  } catch (error) {
    return failed(check, error);
  }
}

function failed(check: string, error: unknown): IFinding {
  const { code, message } = toProblem(error);
  return { check, ok: false, message, code };
}

/** From the process that looks at mounts: a dead one answers never. */
function mounted({ rse, path, milliseconds, problem }: MountHealth): IFinding {
  const check = `mount ${rse}`;
  return problem === null
    ? { check, ok: true, message: `${path} answers in ${milliseconds} ms` }
    : { check, ok: false, message: problem.message, code: problem.code };
}
