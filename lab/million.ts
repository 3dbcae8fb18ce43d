import path from 'node:path';
import { serverEnvironment } from './environment.ts';
import { exclusively } from './exclusive.ts';
import { lakeFile, type ILake } from './lake.ts';
import { LabError } from './problem.ts';
import { Processes } from './processes.ts';
import { step } from './progress.ts';
import { run } from './run.ts';
import { rucioEnvironment } from './servers.ts';

/** What `rucio/million.py` makes. */
export const MILLION = {
  scope: 'big',
  dids: 1_000_000,
  datasets: { dataset_100k: 100_000, dataset_300k: 300_000 },
  /** Its children are datasets of one file each. */
  container: { name: 'container_50k', children: 50_000 }
} as const;

/** The name of the n-th child of the container, from 1. */
export const childOf = (n: number): string => `part.${String(n).padStart(6, '0')}`;

/** Makes the scope in a lake that runs, unless it is there; with fewer DIDs all in it is smaller in proportion. */
export async function million(
  lake: ILake,
  labFolder: string,
  dids: number = MILLION.dids
): Promise<void> {
  if (!Number.isInteger(dids) || dids < 1000 || dids > MILLION.dids) {
    throw new LabError('The number of DIDs is between 1,000 and 1,000,000.');
  }
  if (new Processes(lake.folders.run, lake.folders.log).pidOf('rucio') === undefined) {
    throw new LabError(`The lake in ${lake.folder} does not run: "lab up" starts it.`);
  }
  const environment = await exclusively(labFolder, () => serverEnvironment(labFolder));
  const command = [
    path.join(environment, 'bin/python'),
    path.join(import.meta.dirname, 'rucio/million.py'),
    lakeFile(lake.folder),
    String(dids)
  ];
  const root = path.join(lake.folders.accounts, 'root');
  await step(`${dids} DIDs in scope ${MILLION.scope}`, () =>
    exclusively(lake.folder, () =>
      run(command, { environment: { ...rucioEnvironment(lake, environment), RUCIO_HOME: root } })
    )
  );
}
