import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_PYTHON, serverEnvironment } from './environment.ts';
import { lakeFile, type ILake } from './lake.ts';
import { claimFolder, mustBeReachable, serviceUser } from './places.ts';
import { isListening } from './ports.ts';
import { makeCluster, postgresServer } from './postgres.ts';
import { newSecret, privateFolder, secretIn, writePrivate } from './private-file.ts';
import { LabError } from './problem.ts';
import { Processes } from './processes.ts';
import { say, step } from './progress.ts';
import { accountConfig, alembicConfig, netrc, serverConfig } from './rucio-config.ts';
import { run } from './run.ts';
import { copyService, daemons, restServer, rucioEnvironment } from './servers.ts';

/** Raised when the content changes, so that lakes made before are filled up. */
const SEED_VERSION = '1';

/** Starts what is not running and makes what is missing; a lake that is complete is left as it is. */
export async function up(lake: ILake, labFolder: string): Promise<void> {
  const began = performance.now();
  mustBeReachable(lake.folder);
  const user = serviceUser();
  claimFolder(labFolder);
  claimFolder(lake.folder);
  makeFolders(lake);
  const processes = new Processes(lake.folders.run, lake.folders.log);
  await refuseForeignPorts(lake, processes);
  const environment = await serverEnvironment(labFolder);
  writeConfiguration(lake, environment);

  const seeded = path.join(lake.folder, 'seeded');
  const isSeeded = existsSync(seeded);
  const science = isSeeded ? Promise.resolve() : collectScience(lake);
  science.catch(() => undefined);

  await makeCluster(lake, environment, user);
  await processes.start(postgresServer(lake, environment, user));
  const python = path.join(environment, 'bin/python');
  const rucio = rucioEnvironment(lake, environment);
  const bootstrapped = path.join(lake.folder, 'bootstrapped');
  if (!existsSync(bootstrapped)) {
    await step("Rucio's tables made", async () => {
      await run(
        [python, path.join(import.meta.dirname, 'rucio/bootstrap.py'), lakeFile(lake.folder)],
        { environment: rucio }
      );
    });
    writeFileSync(bootstrapped, '');
  }
  const netrcFile = await startCopyService(lake, processes);
  await processes.start(restServer(lake, environment));
  if (!isSeeded) {
    await science;
    await step('lake filled', async () => {
      const manifest = path.join(lake.folders.science, 'manifest.json');
      await run(
        [python, path.join(import.meta.dirname, 'rucio/seed.py'), lakeFile(lake.folder), manifest],
        {
          environment: { ...rucio, RUCIO_HOME: path.join(lake.folders.accounts, 'root') }
        }
      );
    });
    writeFileSync(seeded, SEED_VERSION);
    rmSync(lake.folders.science, { recursive: true, force: true });
  }
  await processes.start(daemons(lake, environment, netrcFile));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `the ${lake.profile} lake is up after ${seconds} s: ${lake.rucioUrl}, policy ${lake.policy}, ${lake.folder}`
  );
}

function makeFolders(lake: ILake): void {
  const { postgres, ...ours } = lake.folders;
  void postgres;
  for (const folder of Object.values(ours)) privateFolder(folder);
  for (const rse of lake.rses) privateFolder(rse.folder);
  for (const account of lake.accounts)
    privateFolder(path.join(lake.folders.accounts, account, 'etc'));
  privateFolder(path.join(lake.folders.server, 'etc'));
  mkdirSync(path.join(lake.folders.log, 'trace'), { recursive: true });
}

/** Ports taken by somebody else: said before anything is started. */
async function refuseForeignPorts(lake: ILake, processes: Processes): Promise<void> {
  const owners: [string, number][] = [
    ['rucio', lake.ports.rucio],
    ['postgres', lake.ports.postgres],
    ['copy-service', lake.ports.copyService]
  ];
  for (const [name, port] of owners) {
    if (processes.pidOf(name) === undefined && (await isListening(port))) {
      throw new LabError(
        `Port ${port} is in use by another program: stop it, or move the lake with LAB_PORT_BASE=<first of ten free ports>.`
      );
    }
  }
}

function writeConfiguration(lake: ILake, environment: string): void {
  for (const name of [...lake.accounts, 'postgres', 'database'])
    secretIn(path.join(lake.folders.secrets, name));
  writePrivate(lakeFile(lake.folder), JSON.stringify(lake, undefined, 2) + '\n');
  writePrivate(path.join(lake.folders.server, 'etc/rucio.cfg'), serverConfig(lake, environment));
  writePrivate(path.join(lake.folders.server, 'etc/alembic.ini'), alembicConfig(lake));
  for (const account of lake.accounts) {
    writePrivate(
      path.join(lake.folders.accounts, account, 'etc/rucio.cfg'),
      accountConfig(lake, account)
    );
  }
  writePrivate(path.join(lake.folders.jupyter, 'jupyter_server_config.json'), jupyterConfig(lake));
}

/** Points the JupyterLab extension at this lake, signed in as alice. */
function jupyterConfig(lake: ILake): string {
  const DataLake = {
    instance_name: 'lab',
    display_name: 'Lab lake',
    rucio_cfg: path.join(lake.folders.accounts, 'alice/etc/rucio.cfg'),
    mounts: [lake.mount],
    rse_expressions: [lake.mount.rse],
    state_dir: lake.folders.state
  };
  return JSON.stringify({ DataLake }, undefined, 2) + '\n';
}

async function startCopyService(lake: ILake, processes: Processes): Promise<string> {
  const netrcFile = path.join(lake.folders.secrets, 'netrc');
  const settingsFile = path.join(lake.folders.server, 'copy-service.json');
  const secretFile = path.join(lake.folders.secrets, 'copy-service');
  const server = copyService(lake, settingsFile);
  if (processes.pidOf(server.name) === undefined) {
    // New at each start: whoever listened on this port in between knows only a secret of the past.
    const secret = newSecret();
    writePrivate(secretFile, secret + '\n');
    writePrivate(netrcFile, netrc(secret));
    const folders = lake.rses.map(rse => realpathSync(rse.folder));
    writePrivate(
      settingsFile,
      JSON.stringify({ port: lake.ports.copyService, secretFile, paceFile: lake.paceFile, folders })
    );
  }
  await processes.start(server);
  return netrcFile;
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
