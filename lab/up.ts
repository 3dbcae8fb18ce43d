import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  copyServiceFiles,
  makeFolders,
  writeConfiguration,
  writeCopyServiceFiles
} from './configuration.ts';
import { installDebianPackages } from './debian.ts';
import { PROJECT_PYTHON, serverEnvironment } from './environment.ts';
import { exclusively } from './exclusive.ts';
import { lakeFile, type ILake } from './lake.ts';
import { memcached, prepareMemcached } from './memcached.ts';
import { claimFolder, mustBeReachable, serviceUser } from './places.ts';
import { isListening } from './ports.ts';
import { makeCluster, postgresServer } from './postgres.ts';
import { LabError } from './problem.ts';
import { Processes } from './processes.ts';
import { say, step } from './progress.ts';
import { run } from './run.ts';
import { copyService, daemons, restServer, rucioEnvironment } from './servers.ts';
import { xrootdProcesses } from './xrootd/config.ts';
import { prepareXrootd, xrootdServers } from './xrootd/servers.ts';

const RUCIO = path.join(import.meta.dirname, 'rucio');

/** Starts what is not running and makes what is missing; a lake that is complete is left as it is. */
export async function up(lake: ILake, labFolder: string): Promise<void> {
  const began = performance.now();
  mustBeReachable(lake.folder);
  claimFolder(labFolder);
  claimFolder(lake.folder);
  await exclusively(lake.folder, () => start(lake, labFolder));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `the ${lake.profile} lake is up after ${seconds} s: ${lake.rucioUrl}, policy ${lake.policy}, ${lake.folder}`
  );
}

async function start(lake: ILake, labFolder: string): Promise<void> {
  const user = serviceUser();
  const isFull = lake.profile === 'full';
  makeFolders(lake);
  const processes = new Processes(lake.folders.run, lake.folders.log);
  await refuseForeignPorts(lake, processes);
  if (isFull) await installDebianPackages();
  const environment = await exclusively(labFolder, () => serverEnvironment(labFolder));
  writeConfiguration(lake, environment);

  const seeded = path.join(lake.folder, 'seeded');
  const isSeeded = existsSync(seeded);
  const science = isSeeded ? Promise.resolve() : collectScience(lake);
  science.catch(() => undefined);

  await makeCluster(lake, environment, user);
  await processes.start(postgresServer(lake, environment, user));
  if (isFull) {
    prepareMemcached(lake, user);
    await processes.start(memcached(lake, user));
    await prepareXrootd(lake, user);
    for (const server of xrootdServers(lake, user)) await processes.start(server);
  }
  await makeTables(lake, environment);
  if (processes.pidOf('copy-service') === undefined) writeCopyServiceFiles(lake);
  const files = copyServiceFiles(lake);
  await processes.start(copyService(lake, files.settings));
  await processes.start(restServer(lake, environment));
  if (!isSeeded) {
    await science;
    await fill(lake, environment);
    writeFileSync(seeded, '');
    rmSync(lake.folders.science, { recursive: true, force: true });
  }
  await processes.start(daemons(lake, environment, files.netrc));
}

/** Ports taken by somebody else: said before anything is started. */
async function refuseForeignPorts(lake: ILake, processes: Processes): Promise<void> {
  const owners: [string, number][] = [
    ['rucio', lake.ports.rucio],
    ['postgres', lake.ports.postgres],
    ['copy-service', lake.ports.copyService]
  ];
  if (lake.profile === 'full') {
    for (const { name, port } of xrootdProcesses(lake))
      if (port !== undefined) owners.push([name, port]);
  }
  for (const [name, port] of owners) {
    if (processes.pidOf(name) === undefined && (await isListening(port))) {
      throw new LabError(
        `Port ${port} is in use by another program: stop it, or move the lake with LAB_PORT_BASE=<first of ten free ports>.`
      );
    }
  }
}

async function makeTables(lake: ILake, environment: string): Promise<void> {
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

async function fill(lake: ILake, environment: string): Promise<void> {
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

async function collectScience(lake: ILake): Promise<void> {
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
