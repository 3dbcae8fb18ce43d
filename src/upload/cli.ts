import type { CommandLine } from '../common/cli/command-line.js';
import type { IClock } from '../common/core/clock.js';
import type { IUploadCommands } from './cli/call.js';
import { scratch, type IScratchOptions } from './cli/scratch.js';
import { upload, type IUploadOptions } from './cli/upload.js';
import { uploads } from './cli/uploads.js';

const gather = (value: string, before: string[] = []) => [...before, value];

/** `datalake upload`, `uploads` and `scratch`. */
export function uploadCommands(
  cli: CommandLine,
  parts: () => Promise<IUploadCommands>,
  clock: IClock
): void {
  cli.add<IUploadOptions>({
    usage: 'upload <paths...>',
    summary: 'Uploads files and folders to the lake',
    examples: [
      [
        'datalake upload --scope user.alice --rse MYSITE_USERDISK plots/',
        "each file's name is its path in plots/"
      ],
      [
        'datalake upload -s user.alice -p run7/ --rse MYSITE_USERDISK --dataset run7 *.csv',
        'names begin with run7/; all of them are in the dataset user.alice:run7'
      ],
      ['datalake upload --dry-run -s user.alice plots/', 'what would become of each file']
    ],
    options: command =>
      command
        .option('-s, --scope <scope>', 'scope of the DIDs; needed unless it is configured')
        .option('-p, --prefix <text>', 'what the names begin with, before the path')
        .option('-t, --lifetime <days>', 'days until Rucio may remove it; 0: never')
        .option('--rse <expression>', 'where to; needed unless it is configured')
        .option(
          '--dataset <did>',
          'a dataset that the files are attached to; made if it is not there'
        )
        .option(
          '--meta <key=value>',
          'metadata, of the dataset if there is one; can be given often',
          gather
        )
        .option(
          '--include <pattern>',
          'only these paths in folders: *, ** and ?; can be given often',
          gather
        )
        .option('--exclude <pattern>', 'not these; can be given often', gather)
        .option('--separator <sign>', "what stands for '/' in names, where a scope allows none")
        .option('--copies <number>', 'copies that Rucio makes on RSEs of the expression')
        .option('--activity <name>', "Rucio's activity for copies")
        .option('--protocol <scheme>', 'by this protocol of the RSE: root, davs, ...')
        .option(
          '--provenance <parts>',
          'note only that of where the files come from: client,host,notebook,kernel,inputs'
        )
        .option('--no-provenance', 'note nothing of it')
        .option(
          '--delay-deletion [days]',
          'from scratch space: the copy there stays so long (2) after the lake has its own'
        )
        .option('--no-delay-deletion', 'from scratch space: the copy there is removed at once')
        .option('--dry-run', 'only say what would become of each file')
        .option('--detach', 'do not wait: it is done in the background'),
    run: async call => upload({ ...call, ...(await parts()), clock })
  });

  cli.add<{ detach?: boolean }>({
    usage: 'uploads [action] [ids...]',
    summary: 'Uploads on the list: list, show, log, pause, resume, cancel, retry, remove, run',
    examples: [
      ['datalake uploads', 'all of them, the newest first'],
      ['datalake uploads show 0123456789ab', 'that one, with its files that failed'],
      ['datalake uploads cancel 0123456789ab', 'ends it, and removes what it has begun']
    ],
    options: command => command.option('--detach', 'for resume and retry: do not wait'),
    run: async call => uploads({ ...call, ...(await parts()), clock })
  });

  cli.add<IScratchOptions>({
    usage: 'scratch [action]',
    summary: 'Folders that are scratch RSEs: status, clean',
    examples: [
      ['datalake scratch', 'what lies in them, and how much of it is too old'],
      ['datalake scratch clean --dry-run', 'what would be removed; without --dry-run it is']
    ],
    options: command =>
      command
        .option('--days <number>', 'for clean: what is older; by default as configured (2)')
        .option('--dry-run', 'for clean: only say what would be removed'),
    run: async call => scratch({ ...call, ...(await parts()), clock })
  });
}
