/** The lab: a real data lake on this machine. `node lab/main.ts help` says how. */
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { down, status } from './down.ts';
import { exportsFor, exportsForTokens } from './env.ts';
import { exclusively, LOCK } from './exclusive.ts';
import { hubDown, hubUp } from './hub/commands.ts';
import { iamDown, iamUp } from './iam/commands.ts';
import {
  planLake,
  POLICIES,
  PORT_BASE,
  PROFILES,
  readLake,
  type ILake,
  type Policy,
  type Profile
} from './lake.ts';
import { million } from './million.ts';
import { labFolder } from './places.ts';
import { writePrivate } from './private-file.ts';
import { LabError } from './problem.ts';
import { say } from './progress.ts';
import { up } from './up.ts';

const HELP = `A real data lake on this machine: Rucio, PostgreSQL, storage, copies.

node lab/main.ts up       start it (make it first, if need be); safe to repeat
node lab/main.ts down     stop it; --purge removes its data too
node lab/main.ts status   what runs; exit status 3 if something does not
node lab/main.ts env      shell lines that point rucio, datalake and jupyter lab at it:
                          eval "$(node lab/main.ts env)"; --account root for another account,
                          --tokens for a shell with no password, for who signs in by browser (full profile)
node lab/main.ts slow 1.5 copies take 1.5 s more each and go one by one (slow 0: full speed)
node lab/main.ts million  1,000,000 DIDs in scope big: datasets of 100,000 and 300,000 files, a container
                          of 50,000 datasets; "million 20000" makes as many, all smaller in proportion

node lab/main.ts iam down the identity provider alone is away, until "iam up" (full profile)
node lab/main.ts hub up   JupyterHub in front of the extension (full profile); "hub down" stops it

--profile embedded|full     (embedded) pip packages only, or Debian packages with XRootD as well
--policy generic|permissive (as it is, at first generic) what Rucio allows to ordinary accounts
--dir FOLDER                where the lake is (.lab/<profile> in the checkout)
--port-base N               first of its ports (LAB_PORT_BASE, else ${PORT_BASE.embedded} or ${PORT_BASE.full})
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'embedded' },
      policy: { type: 'string' },
      dir: { type: 'string' },
      'port-base': { type: 'string' },
      account: { type: 'string', default: 'alice' },
      tokens: { type: 'boolean', default: false },
      purge: { type: 'boolean', default: false }
    }
  });
  const [command, argument] = positionals;
  const profile = oneOf<Profile>('--profile', PROFILES, values.profile);
  const lab = labFolder();
  const folder = path.resolve(values.dir ?? path.join(lab, profile));
  const existing = readLake(folder);
  if (command === 'up') {
    const policy = oneOf<Policy>(
      '--policy',
      POLICIES,
      values.policy || existing?.policy || 'generic'
    );
    const base = values['port-base'] || process.env['LAB_PORT_BASE'];
    await up(planLake(folder, profile, policy, portBase(base, existing, profile)), lab);
    return 0;
  }
  if (command === undefined || command === 'help') {
    process.stdout.write(HELP);
    return command ? 0 : 2;
  }
  if (!['down', 'status', 'env', 'slow', 'million', 'hub', 'iam'].includes(command)) {
    throw new LabError(`There is no command ${command}: "node lab/main.ts help" lists them.`);
  }
  if (!existing) {
    if (command === 'down') {
      say(`there is no lake in ${folder}`);
      return 0;
    }
    throw new LabError(
      `There is no lake in ${folder}: "make lab-up PROFILE=${profile}" makes one.`
    );
  }
  switch (command) {
    case 'down':
      await exclusively(folder, async () => {
        await down(existing);
        if (values.purge) purge(folder);
      });
      if (values.purge) rmdirSync(folder);
      return 0;
    case 'million':
      await million(existing, lab, argument === undefined ? undefined : Number(argument));
      return 0;
    case 'iam':
      await exclusively(folder, () => (argument === 'down' ? iamDown(existing) : iamUp(existing)));
      return 0;
    case 'hub':
      await exclusively(folder, () =>
        argument === 'down' ? hubDown(existing) : hubUp(existing, lab)
      );
      return 0;
    case 'status':
      return status(existing) ? 0 : 3;
    case 'env':
      process.stdout.write(
        values.tokens
          ? exportsForTokens(existing, lab)
          : exportsFor(existing, lab, oneOf('--account', existing.accounts, values.account))
      );
      return 0;
    default:
      setPace(existing, argument);
      return 0;
  }
}

/** Everything but the lock, which whoever waits for it must find or make. */
function purge(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== LOCK) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function setPace(lake: ILake, argument: string | undefined): void {
  const delaySeconds = Number(argument);
  if (argument === undefined || !Number.isFinite(delaySeconds) || delaySeconds < 0) {
    throw new LabError(
      'Say by how many seconds each copy is delayed: "node lab/main.ts slow 1.5"; 0 is full speed.'
    );
  }
  if (delaySeconds === 0) rmSync(lake.paceFile, { force: true });
  else writePrivate(lake.paceFile, JSON.stringify({ delaySeconds, parallel: 1 }));
  say(delaySeconds === 0 ? 'copies at full speed' : `one copy at a time, ${delaySeconds} s each`);
}

function portBase(
  asked: string | undefined,
  existing: ILake | undefined,
  profile: Profile
): number {
  if (!asked) return existing?.ports.rucio ?? PORT_BASE[profile];
  const base = Number(asked);
  if (!Number.isInteger(base) || base < 1024 || base > 65000) {
    throw new LabError(`${asked} is no port to begin with: choose one from 1024 to 65000.`);
  }
  return base;
}

function oneOf<T extends string>(option: string, allowed: readonly T[], given: string): T {
  const found = allowed.find(value => value === given);
  if (found === undefined)
    throw new LabError(`${option} is one of ${allowed.join(', ')}, not ${given}.`);
  return found;
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const expected = error instanceof LabError;
    say(expected ? error.message : String(error instanceof Error ? error.stack : error));
    process.exitCode = 1;
  }
);
