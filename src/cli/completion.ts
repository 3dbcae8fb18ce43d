import type { Command, Option } from 'commander';
import type { CommandLine } from '../common/cli/command-line.js';
import { DataLakeError } from '../common/contract/problem.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** `datalake completion`: a script for a shell, made from the commands that there are. */
export function completionCommands(cli: CommandLine): void {
  cli.add({
    usage: 'completion <shell>',
    summary: 'Completion script for bash, zsh or fish',
    examples: [
      ['source <(datalake completion bash)', 'for this shell; in ~/.bashrc for all'],
      ['datalake completion fish > ~/.config/fish/completions/datalake.fish', 'for fish']
    ],
    run: async ({ args: [shell], out }) => {
      if (!SHELLS.includes(shell as Shell)) {
        throw new DataLakeError('bad-request', `There is completion for ${SHELLS.join(', ')}.`);
      }
      const commands = cli.program.commands.filter(command => command.name() !== 'start');
      await out.script(WRITERS[shell as Shell](commands.map(described)));
      return 0;
    }
  });
}

interface IDescribed {
  name: string;
  summary: string;
  options: readonly Option[];
}

function described(command: Command): IDescribed {
  return { name: command.name(), summary: command.summary(), options: command.options };
}

const flags = ({ options }: IDescribed) =>
  options.flatMap(({ short, long }) => [short, long]).filter(flag => flag !== undefined);

// The words come from our own declarations and hold no quotes.
const WRITERS: Readonly<Record<Shell, (commands: readonly IDescribed[]) => string>> = {
  bash: commands => `_datalake() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(command => `    ${command.name}) options="${[...flags(command), '--help'].join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o default -F _datalake datalake
`,
  zsh: commands => `#compdef datalake
_datalake() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      '${name}:${summary}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map(command => `    ${command.name}) compadd -- ${[...flags(command), '--help'].join(' ')} ;;`).join('\n')}
  esac
}
compdef _datalake datalake
`,
  fish: commands => `complete -c datalake -f
${commands
  .flatMap(({ name, summary, options }) => [
    `complete -c datalake -n __fish_use_subcommand -a ${name} -d '${summary}'`,
    ...options.map(
      ({ short, long, description }) =>
        `complete -c datalake -n '__fish_seen_subcommand_from ${name}'${short === undefined ? '' : ` -s ${short.slice(1)}`}${long === undefined ? '' : ` -l ${long.slice(2)}`} -d '${description}'`
    )
  ])
  .join('\n')}
`
};
