import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_PYTHON } from './environment.ts';
import { isPerson, subjectOf } from './iam/plan.ts';
import { lakeFile, type ILake, type ILakeIam } from './lake.ts';
import { CERTIFIED, nameOf } from './people-certificates.ts';
import { LabError } from './problem.ts';
import { step } from './progress.ts';
import { run } from './run.ts';
import { rucioEnvironment } from './servers.ts';

const RUCIO = path.join(import.meta.dirname, 'rucio');

/** Rucio's tables and its root account; made once. */
export async function makeTables(lake: ILake, environment: string): Promise<void> {
  const mark = path.join(lake.folder, 'bootstrapped');
  if (existsSync(mark)) return;
  await step("Rucio's tables made", () =>
    run(
      [
        path.join(environment, 'bin/python'),
        path.join(RUCIO, 'bootstrap.py'),
        lakeFile(lake.folder)
      ],
      {
        environment: rucioEnvironment(lake, environment)
      }
    )
  );
  writeFileSync(mark, '');
}

/** Accounts, RSEs, files, datasets, rules. */
export async function fill(lake: ILake, environment: string): Promise<void> {
  const manifest = path.join(lake.folders.science, 'manifest.json');
  const command = [
    path.join(environment, 'bin/python'),
    path.join(RUCIO, 'seed.py'),
    lakeFile(lake.folder),
    manifest
  ];
  const root = path.join(lake.folders.accounts, 'root');
  await step('lake filled', () =>
    run(command, { environment: { ...rucioEnvironment(lake, environment), RUCIO_HOME: root } })
  );
}

/** Tells Rucio by which identities people are which accounts: at the identity provider, and in certificates. */
export async function introduce(
  lake: ILake,
  { issuer }: ILakeIam,
  environment: string
): Promise<void> {
  const mark = path.join(lake.folder, 'introduced');
  const identities = lake.accounts.filter(isPerson).map(account => ({
    account,
    type: 'OIDC',
    identity: `SUB=${subjectOf(account)}, ISS=${issuer}`
  }));
  identities.push({ account: CERTIFIED, type: 'X509', identity: nameOf(CERTIFIED) });
  const people = JSON.stringify(identities);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === people) return;
  const root = path.join(lake.folders.accounts, 'root');
  await step('people made known to Rucio', () =>
    run([path.join(environment, 'bin/python'), path.join(RUCIO, 'identities.py')], {
      environment: { ...rucioEnvironment(lake, environment), RUCIO_HOME: root },
      input: people
    })
  );
  writeFileSync(mark, people);
}

/** The files that the lake is filled with. */
export async function collectScience(lake: ILake): Promise<void> {
  await step('science files collected from obspy, sunpy and astropy', async () => {
    try {
      await run([
        PROJECT_PYTHON,
        path.join(import.meta.dirname, 'science/prepare.py'),
        lake.folders.science
      ]);
    } catch (error) {
      throw new LabError(
        `The science files could not be collected; "make venv" installs the packages that have them. ${String(error)}`,
        { cause: error }
      );
    }
  });
}
