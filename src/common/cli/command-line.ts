import { Command } from 'commander';
import type { Instances } from '../core/instances.js';
import { Output, type IOutput, type IStreams } from './output.js';

/** What a command is run with. */
export interface ICall<O extends object> {
  /** Positional arguments in order, as they were typed. */
  args: readonly string[];
  /** The command's own options, as its `options` declares them. */
  options: O;
  out: IOutput;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** --instance; left out: the first configured one. */
  instance: string | undefined;
}

/** One command, declared by its slice. */
export interface ICommandSpec<O extends object> {
  /** As commander writes it: `search <pattern>`, `rules [did]`, `paths <did...>`. */
  usage: string;
  /** One line, no full stop. */
  summary: string;
  /** Two of them: what to type, and what it does. */
  examples: readonly [Example, Example, ...Example[]];
  /** Adds the command's own options; --json, --instance and --help are there already. */
  options?(command: Command): void;
  hidden?: boolean;
  /** Resolves to the exit status; undefined is 0, or 130 after Ctrl-C. Throws DataLakeError for what fails. */
  run(call: ICall<O>): Promise<number | undefined>;
}

export type Example = readonly [line: string, meaning: string];

/** Services of a slice, made at the first need: `--help` reads no configuration. */
export type Services<T> = () => Promise<Instances<T>>;

interface ICommonOptions {
  json?: boolean;
  instance?: string;
}

/**
 * What a slice's `xCommands(cli, services)` adds its commands to. Composition roots make one for each
 * run; the exit status of what ran is `status`.
 */
export class CommandLine {
  constructor(
    readonly program: Command,
    private readonly _streams: IStreams,
    private readonly _signal: AbortSignal
  ) {}

  /** What the command that ran has resolved to; undefined: nothing of its own. */
  status: number | undefined;

  /** --json was asked for: problems are written as JSON too. */
  json = false;

  add<O extends object = object>(spec: ICommandSpec<O>): void {
    const command = new Command(spec.usage.split(' ')[0]);
    command.summary(spec.summary).description(`${spec.summary}.`);
    for (const argument of spec.usage.split(' ').slice(1)) {
      command.argument(argument);
    }
    spec.options?.(command);
    command
      .option('--json', 'one JSON object a line')
      .option('--instance <name>', 'the Rucio instance, if several are configured')
      .addHelpText('after', exampleText(spec.examples))
      .action(() => this._run(command, spec));
    this.program.addCommand(command.copyInheritedSettings(this.program), {
      hidden: spec.hidden === true
    });
  }

  private async _run<O extends object>(command: Command, spec: ICommandSpec<O>): Promise<void> {
    const options = command.opts<O & ICommonOptions>();
    this.json = options.json === true;
    const status = await spec.run({
      args: command.args,
      options,
      out: new Output(this._streams, this.json),
      signal: this._signal,
      instance: options.instance
    });
    this.status = status;
  }
}

function exampleText(examples: readonly Example[]): string {
  const lines = examples.map(([line, meaning]) => `  ${line}\n      ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
