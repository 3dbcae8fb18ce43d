import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { certificatesIn } from '../../../lab/iam/certificates.ts';
import { clientSecretFile } from '../../../lab/iam/plan.ts';
import { NO_LOG } from '../../../src/common/core/log.js';
import { Config, type TokensConfig } from '../../../src/server/config.js';
import { makeLake } from '../../../src/server/lake.js';
import { makeTokens } from '../../../src/server/tokens.js';
import { REDIRECT_URI, TestIam } from '../../lab/test-iam.ts';

export const SCOPE = 'openid profile offline_access storage.read:/';

/** Identity providers start one after the other: their keys are work, and what comes after is mostly waiting. */
export function startIam(port: number): Promise<TestIam> {
  const iam = lastStart.then(() => TestIam.start(port));
  lastStart = iam.catch(() => {});
  return iam;
}
let lastStart: Promise<unknown> = Promise.resolve();

/** The file of the authority that vouches for this identity provider. */
export const authorityOf = (iam: TestIam): string =>
  certificatesIn(join(iam.folder, 'certificates')).authority;

/** A target whose token is in a file of its name. */
export function target(files: string, name: string, audience: string, format = 'plain') {
  return { name, audience, format, scope: '', serves: '' as const, file: join(files, name) };
}

/** The configuration of a server that keeps its state in a home and its token files in a folder of its own. */
export function configOf(
  iam: TestIam,
  home: string,
  files: string,
  rest: Partial<TokensConfig> = {}
): Config {
  return Config.parse({
    instances: [
      {
        name: 'default',
        rucioUrl: 'http://127.0.0.1:9',
        authType: 'oidc',
        caCert: authorityOf(iam),
        tokens: {
          source: 'sign-in',
          issuer: iam.address.issuer,
          clientId: 'datalake',
          clientSecretFile: clientSecretFile(join(iam.folder, 'secrets'), 'datalake'),
          scope: SCOPE,
          redirectUrl: REDIRECT_URI,
          hubTokenPath: 'access_token',
          subjectFile: '',
          subjectVariable: '',
          targets: [target(files, 'eos', 'eos', 'eos'), target(files, 'storage', 'xrootd')],
          inSharedFolders: false,
          ...rest
        }
      }
    ],
    stateDir: join(home, 'state'),
    kernelDir: '/nowhere',
    // A machine that is busy loses no answer; the keeper's own attempts end sooner.
    requestDeadlineSeconds: 10
  });
}

/**
 * Keeps tokens in this process, as a server does in its own, and reads its files. The deadline is the keeper's;
 * who signs in has the usual one.
 */
export function keepHere(iam: TestIam, home: string, files: string, deadlineSeconds?: number) {
  const usual = configOf(iam, home, files);
  const { requestDeadlineSeconds: seconds } = usual;
  const made = (requestDeadlineSeconds: number) =>
    makeTokens(makeLake({ ...usual, requestDeadlineSeconds }, NO_LOG), null, () => {});
  const kept = made(deadlineSeconds ?? seconds);
  const signingIn = made(seconds);
  const service = kept.tokens.get();
  const end = new AbortController();
  const running = kept.run(end.signal);
  const stop = async () => {
    end.abort();
    await running;
  };
  const signIn = async (person = 'alice') => {
    const url = await signingIn.tokens.get().beginInBrowser(REDIRECT_URI, 'browser');
    const back = await iam.person(person).open(url);
    const { refreshed } = await signingIn.browserSignIns.finish(
      new URL(back.url).search,
      'browser',
      name => signingIn.authorizations.get(name)
    );
    service.signedIn(refreshed);
  };
  const read = (name: string) => readFileSync(join(files, name), 'utf8');
  const has = (name: string) => existsSync(join(files, name));
  return { service, signIn, read, has, files, stop };
}

/** Waits for a state, and throws if it does not come about. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  seconds = 45,
  what: () => unknown = () => ''
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`It did not come about. ${JSON.stringify(what())}`);
    }
    await setTimeout(20);
  }
}
