import type { CommandLine, Services } from '../common/cli/command-line.js';
import type { SignInState } from '../token-renewal/core/sign-in.js';
import { START } from './run.js';

const TO_TRY: readonly (readonly [string, string])[] = [
  ['datalake scopes', 'what there is'],
  ["datalake search 'SCOPE:*'", 'find data; * stands for any text'],
  ['datalake info SCOPE:NAME', 'all about it, and where it is'],
  ['datalake make-available --wait SCOPE:NAME', 'bring it to the mounted RSE'],
  ['datalake paths SCOPE:NAME', 'where its files are here']
];

/** What `datalake` alone says: who you are, on which lake, and five commands to try. */
export function startCommands(cli: CommandLine, signIns: Services<SignInState>): void {
  cli.add({
    usage: START,
    summary: 'Who you are, on which lake, and what to try',
    hidden: true,
    examples: [
      ['datalake', 'for people'],
      ['datalake --json', 'for scripts']
    ],
    run: async ({ out, signal, instance }) => {
      const signIn = await (await signIns()).get(instance).read(signal);
      const who = signIn.signedIn
        ? `You are ${signIn.account} on ${signIn.displayName} (${signIn.rucioUrl}).`
        : `You are not signed in to ${signIn.displayName}: ${signIn.problem?.message}`;
      const width = Math.max(...TO_TRY.map(([line]) => line.length));
      await out.record(signIn, []);
      await out.text(
        who,
        '',
        'Try:',
        ...TO_TRY.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`),
        '',
        'datalake --help lists all commands.'
      );
      return signIn.signedIn ? 0 : undefined;
    }
  });
}
