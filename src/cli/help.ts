import type { CommandLine } from '../common/cli/command-line.js';
import { EXIT_MEANING } from '../common/cli/exit-status.js';
import { DataLakeError } from '../common/contract/problem.js';

/** `datalake help`, of a command or a topic. */
export function helpCommands(cli: CommandLine): void {
  cli.add({
    usage: 'help [topic]',
    summary: 'Help on a command, or on exit-status',
    examples: [
      ['datalake help search', 'help on a command'],
      ['datalake help exit-status', 'what the end of a command means']
    ],
    run: async ({ args: [topic], out }) => {
      if (topic === 'exit-status') {
        await out.table<IStatus>([
          { head: 'STATUS', value: ({ status }) => status, align: 'right' },
          { head: 'MEANING', value: ({ meaning }) => meaning }
        ])(exitStatuses());
        return 0;
      }
      const command = cli.program.commands.find(other => other.name() === topic);
      if (topic !== undefined && command === undefined) {
        throw new DataLakeError('bad-request', `There is no help on ${topic}: see datalake help.`);
      }
      (command ?? cli.program).outputHelp();
      return 0;
    }
  });
}

interface IStatus {
  status: number;
  meaning: string;
}

/** The table of exit statuses, ascending. */
export function exitStatuses(): IStatus[] {
  return Object.entries(EXIT_MEANING).map(([status, meaning]) => ({
    status: Number(status),
    meaning
  }));
}
