import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hubEnvironment } from '../environment.ts';
import { exclusively } from '../exclusive.ts';
import type { ILake } from '../lake.ts';
import { isListening } from '../ports.ts';
import { LabError } from '../problem.ts';
import { Processes, type IServer } from '../processes.ts';
import { say } from '../progress.ts';
import { hubFolder, hubSettingsFile, hubUrl, writeHubSettings } from './settings.ts';

/** What `status` and `down` know it by. */
export const HUB: Pick<IServer, 'name' | 'title'> = { name: 'hub', title: 'JupyterHub' };

/** Starts JupyterHub in front of the extension; the lake has to run. */
export async function hubUp(lake: ILake, labFolder: string): Promise<void> {
  const { iam } = lake;
  if (!iam) throw new LabError('JupyterHub needs an identity provider: take --profile full.');
  const processes = new Processes(lake.folders.run, lake.folders.log);
  if (processes.pidOf('iam') === undefined) {
    throw new LabError('The lake is not running: "make lab-up PROFILE=full" starts it.');
  }
  await refuseForeignPorts(lake, processes);
  const environment = await exclusively(labFolder, () => hubEnvironment(labFolder));
  writeHubSettings(lake, iam, environment);
  await processes.start(hub(lake, environment));
  say(`JupyterHub is at ${hubUrl(lake)}; people and passwords: ${lake.folders.secrets}/iam-*`);
}

export async function hubDown(lake: ILake): Promise<void> {
  const processes = new Processes(lake.folders.run, lake.folders.log);
  if (!(await processes.stop(HUB))) say('JupyterHub was not running');
}

function hub(lake: ILake, environment: string): IServer {
  const bin = path.join(environment, 'bin');
  const settings = hubSettingsFile(lake);
  const configuration = path.join(import.meta.dirname, 'jupyterhub_config.py');
  return {
    ...HUB,
    command: [path.join(bin, 'jupyterhub'), '--config', configuration],
    cwd: hubFolder(lake),
    environment: { PATH: `${bin}:/usr/bin:/bin`, DATALAKE_LAB_HUB: settings },
    configuration: readFileSync(settings, 'utf8') + readFileSync(configuration, 'utf8'),
    // The proxy complains in the log of every request that comes before the hub is there.
    isReady: async () =>
      (await answers(`http://127.0.0.1:${lake.ports.hub}/hub/api/`)) &&
      (await answers(`${hubUrl(lake)}/hub/api/`))
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

async function refuseForeignPorts(lake: ILake, processes: Processes): Promise<void> {
  if (processes.pidOf(HUB.name) !== undefined) return;
  for (const port of [lake.ports.hubProxy, lake.ports.hub, lake.ports.hubProxyApi]) {
    if (await isListening(port)) {
      throw new LabError(`Port ${port}, which JupyterHub would use, is in use by another program.`);
    }
  }
}
