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
  datasets: { dataset_100k: 100_000, dataset_300k: 300_000 }
} as const;

/** Makes the scope of 1,000,000 DIDs in a lake that runs, unless it is there. */
export async function million(lake: ILake, labFolder: string): Promise<void> {
  if (new Processes(lake.folders.run, lake.folders.log).pidOf('rucio') === undefined) {
    throw new LabError(`The lake in ${lake.folder} does not run: "lab up" starts it.`);
  }
  const environment = await exclusively(labFolder, () => serverEnvironment(labFolder));
  const command = [
    path.join(environment, 'bin/python'),
    path.join(import.meta.dirname, 'rucio/million.py'),
    lakeFile(lake.folder)
  ];
  const root = path.join(lake.folders.accounts, 'root');
  await step(`${MILLION.dids} DIDs in scope ${MILLION.scope}`, () =>
    exclusively(lake.folder, () =>
      run(command, { environment: { ...rucioEnvironment(lake, environment), RUCIO_HOME: root } })
    )
  );
}
