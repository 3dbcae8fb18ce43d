import type { CommandLine, ICall, Services } from '../common/cli/command-line.js';
import type { IClock } from '../common/core/clock.js';
import type { Call } from './cli/call.js';
import { make, type IMakeOptions } from './cli/make.js';
import { paths, type IPathsOptions } from './cli/paths.js';
import { rules } from './cli/rules.js';
import type { AvailabilityService } from './core/service.js';

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
