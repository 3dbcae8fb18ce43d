import type { CommandLine, Services } from '../common/cli/command-line.js';
import { formatTime } from '../common/cli/format.js';
import { fromProblem } from '../common/contract/problem.js';
import type { SignInState } from './core/sign-in.js';

/** `datalake whoami`. */
export function signInCommands(cli: CommandLine, signIns: Services<SignInState>): void {
  cli.add({
    usage: 'whoami',
    summary: 'Who is signed in, and to which lake',
    examples: [
      ['datalake whoami', 'the account, the lake, and until when'],
      ['datalake whoami --json | jq -r .account', 'the account alone, for a script']
    ],
    run: async ({ out, signal, instance }) => {
      const signIn = await (await signIns()).get(instance).read(signal);
      if (signIn.problem !== null) {
        throw fromProblem(signIn.problem);
      }
      if (signIn.credentialProblem !== null) {
        out.note(signIn.credentialProblem.message);
      }
      await out.record(signIn, [
        ['account', signIn.account],
        ['lake', `${signIn.displayName} (${signIn.rucioUrl})`],
        ['identity', signIn.identity],
        ['sign-in', signIn.authType],
        ['until', formatTime(signIn.expiresAt)],
        [
          signIn.authType === 'x509_proxy' ? 'proxy until' : 'certificate until',
          formatTime(signIn.credentialEndsAt)
        ],
        ['from', signIn.source]
      ]);
      return 0;
    }
  });
}
