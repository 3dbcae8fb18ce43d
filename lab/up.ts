import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  copyServiceFiles,
  isCopyServiceCurrent,
  makeFolders,
  writeConfiguration,
  writeCopyServiceFiles
} from './configuration.ts';
import { collectScience, fill, introduce, makeTables } from './contents.ts';
import { installDebianPackages } from './debian.ts';
import { serverEnvironment } from './environment.ts';
import { exclusively } from './exclusive.ts';
import { makeCertificates } from './iam/certificates.ts';
import { PORTS, type ILake } from './lake.ts';
import { memcached, prepareMemcached } from './memcached.ts';
import { claimFolder, mustBeReachable, serviceUser } from './places.ts';
import { CERTIFIED, makePeopleCertificates, makeProxy } from './people-certificates.ts';
import { isListening } from './ports.ts';
import { makeCluster, postgresServer } from './postgres.ts';
import { LabError } from './problem.ts';
import { Processes } from './processes.ts';
import { say } from './progress.ts';
import { copyService, daemons, iam, restServer, rucioFront } from './servers.ts';
import { xrootdProcesses } from './xrootd/config.ts';
import { prepareXrootd } from './xrootd/prepare.ts';
import { xrootdServers } from './xrootd/servers.ts';

/** Rises with what a lake has in it: one that was filled before gets what it lacks. */
const CONTENTS = '3';

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
  if (lake.iam) {
    await makeCertificates(path.dirname(lake.iam.certificates.authority));
    await makePeopleCertificates(lake.iam);
    await makeProxy(lake.iam, CERTIFIED);
  }
  writeConfiguration(lake, environment);
  if (lake.iam) await processes.start(iam(lake, lake.iam));

  const seeded = path.join(lake.folder, 'seeded');
  const isSeeded = readOr(seeded, '') === CONTENTS;
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
  const files = copyServiceFiles(lake);
  if (processes.pidOf('copy-service') === undefined || !isCopyServiceCurrent(lake)) {
    writeCopyServiceFiles(lake);
  }
  await processes.start(copyService(lake, files.settings));
  await processes.start(restServer(lake, environment));
  const front = lake.iam && processes.start(rucioFront(lake, lake.iam, environment));
  front?.catch(() => undefined);
  if (!isSeeded) {
    await science;
    await fill(lake, environment);
    writeFileSync(seeded, CONTENTS);
    rmSync(lake.folders.science, { recursive: true, force: true });
  }
  await front;
  if (lake.iam) await introduce(lake, lake.iam, environment);
  await processes.start(daemons(lake, environment, files.netrc));
}

function readOr(file: string, instead: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return instead;
  }
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
    owners.push(['iam', lake.ports.iam], ['rucio-https', lake.ports.rucioHttps]);
  }
  for (const [name, port] of owners) {
    if (processes.pidOf(name) === undefined && (await isListening(port))) {
      throw new LabError(
        `Port ${port} is in use by another program: stop it, or move the lake with LAB_PORT_BASE=<first of ${PORTS} free ports>.`
      );
    }
  }
}
