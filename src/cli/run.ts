import { Command, CommanderError } from 'commander';
import { CommandLine } from '../common/cli/command-line.js';
import { EXIT_STATUS } from '../common/cli/exit-status.js';
import { ReaderGone, type IStreams } from '../common/cli/output.js';
import { jsonLine, neutralise } from '../common/cli/terminal.js';
import { DataLakeError, toProblem } from '../common/contract/problem.js';

/** Adds the commands of one slice, or of this composition root. */
export type Commands = (cli: CommandLine) => void;

/** The hidden command that `datalake` alone runs. */
export const START = 'start';

export interface IRun {
  argv: readonly string[];
  streams: IStreams;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  version: string;
  commands: readonly Commands[];
}

/** Runs one command line to its end. Resolves to the exit status; what failed has been said on stderr. */
export async function run({ argv, streams, signal, version, commands }: IRun): Promise<number> {
  const cli = new CommandLine(makeProgram(streams, version), streams, signal);
  for (const add of commands) {
    add(cli);
  }
  const bare = argv.every(argument => argument === '--json');
  try {
    await cli.program.parseAsync(bare ? [START, ...argv] : argv, { from: 'user' });
    return cli.status ?? (signal.aborted ? EXIT_STATUS.cancelled : 0);
  } catch (error) {
    if (error instanceof CommanderError) {
      // 0 is --help and --version; all else is a wrong command line, which commander has explained.
      return error.exitCode === 0 ? 0 : EXIT_STATUS['bad-request'];
    }
    if (error instanceof ReaderGone) {
      return 0;
    }
    if (signal.aborted) {
      return EXIT_STATUS.cancelled;
    }
    return say(error, cli.json, streams);
  }
}

function say(error: unknown, json: boolean, { stderr, env }: IStreams): number {
  const problem = toProblem(error);
  const bug = error instanceof DataLakeError ? null : error;
  const message =
    bug === null
      ? problem.message
      : 'Something went wrong in this command. DATALAKE_TRACE=1 in the environment shows where.';
  if (json) {
    stderr.write(`${jsonLine({ problem: { ...problem, message } })}\n`);
  } else {
    stderr.write(`datalake: ${neutralise(message)}\n`);
    if (problem.detail !== undefined) {
      stderr.write(`  ${neutralise(problem.detail)}\n`);
    }
  }
  if (bug instanceof Error && env.DATALAKE_TRACE === '1') {
    stderr.write(`${bug.stack ?? bug.message}\n`);
  }
  return EXIT_STATUS[problem.code];
}

function makeProgram({ stdout, stderr }: IStreams, version: string): Command {
  return new Command('datalake')
    .description('A Rucio data lake from the command line, in the words of its JupyterLab panel.')
    .version(version)
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: text => stdout.write(text),
      writeErr: text => stderr.write(neutraliseLines(text)),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100
    })
    .addHelpText(
      'after',
      '\ndatalake help COMMAND says more of one command, datalake help exit-status what its end means.'
    );
}

function neutraliseLines(text: string): string {
  return text.split('\n').map(neutralise).join('\n');
}
