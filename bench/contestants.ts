import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ILake } from '../lab/lake.ts';
import { CHECKOUT } from '../lab/places.ts';
import { privateFolder, writePrivate } from '../lab/private-file.ts';
import { LabError } from '../lab/problem.ts';
import { say, step } from '../lab/progress.ts';
import { run } from '../lab/run.ts';
import { FOLDER, passwordOf, REFERENCE } from './bench-lake.ts';
import { exchange } from './client.ts';
import { startJupyter } from './jupyter.ts';
import type { IJupyterUnderTest } from './server-under-test.ts';

export const REFERENCE_VERSION = '41.0.0';
const PORTS = { ours: 27400, reference: 27401 };
const INSTANCE = 'lab';
/** Of ours, where the configuration names none. */
export const OUR_INSTANCE = 'default';

/** Where both find Rucio: itself, or a proxy before it. */
const urlOf = (lake: ILake, port: number | undefined): string =>
  port === undefined ? lake.rucioUrl : `http://127.0.0.1:${port}`;

/** The extension of this checkout, as alice, once its Node server answers; with these variables besides. */
export async function startOurs(
  lake: ILake,
  { proxyPort, variables }: { proxyPort?: number; variables?: Record<string, string> } = {}
): Promise<IJupyterUnderTest> {
  const folder = path.join(FOLDER, 'jupyter-bench');
  privateFolder(folder);
  const own = path.join(lake.folders.accounts, 'alice/etc/rucio.cfg');
  const rucioCfg = path.join(folder, 'rucio.cfg');
  const text = readFileSync(own, 'utf8').replaceAll(lake.rucioUrl, urlOf(lake, proxyPort));
  writePrivate(rucioCfg, text);
  const DataLake = {
    rucio_cfg: rucioCfg,
    mounts: [lake.mount],
    rse_expressions: [lake.mount.rse],
    state_dir: path.join(folder, 'state')
  };
  const configuration = { DataLake };
  const environment = path.join(CHECKOUT, '.venv');
  const server = await startJupyter('ours', environment, PORTS.ours, configuration, [], variables);
  const { status, text: said } = await exchange(server, { path: ours('/session') });
  if (status !== 200) throw new LabError(`The extension does not answer (${status}): ${said}`);
  return server;
}

/** A route of ours. */
export const ours = (route: string, query: Record<string, string> = {}): string =>
  `jupyterlab-datalake/api${route}?${new URLSearchParams(query).toString()}`;

/** A route of the reference. */
export const theirs = (route: string, query: Record<string, string> = {}): string =>
  `rucio-jupyterlab/${route}?${new URLSearchParams({ namespace: INSTANCE, ...query }).toString()}`;

/** Signs in to Rucio with the reference's own form. */
export const signInTheirs = (lake: ILake) =>
  ({
    method: 'PUT',
    path: theirs('auth'),
    body: {
      namespace: INSTANCE,
      type: 'userpass',
      params: { username: 'alice', password: passwordOf(lake, 'alice'), account: 'alice' }
    }
  }) as const;

/** The reference from PyPI, in an environment of its own, as alice. */
export async function startReference(lake: ILake, proxyPort?: number): Promise<IJupyterUnderTest> {
  await install();
  const RucioConfig = {
    default_instance: INSTANCE,
    default_auth_type: 'userpass',
    instances: [
      {
        name: INSTANCE,
        display_name: 'Lab lake',
        rucio_base_url: urlOf(lake, proxyPort),
        mode: 'replica',
        destination_rse: lake.mount.rse,
        rse_mount_path: lake.mount.path,
        path_begins_at: 2,
        wildcard_enabled: true
      }
    ]
  };
  const server = await startJupyter('reference', REFERENCE, PORTS.reference, { RucioConfig }, [
    'rucio_jupyterlab.kernels.ipython'
  ]);
  const signedIn = await exchange(server, signInTheirs(lake));
  const chosen = await exchange(server, {
    method: 'PUT',
    path: theirs('instances'),
    body: { instance: INSTANCE, auth: 'userpass' }
  });
  for (const { status, text } of [signedIn, chosen]) {
    if (status !== 200 || !/"success":\s*true/.test(text)) {
      await server.stop();
      throw new LabError(`The reference could not be set up (${status}): ${text}`);
    }
  }
  return server;
}

async function install(): Promise<void> {
  const python = path.join(REFERENCE, 'bin/python');
  const pip = [python, '-m', 'pip', '--disable-pip-version-check', '--quiet'];
  const wanted = `rucio-jupyterlab==${REFERENCE_VERSION}`;
  const wheels = path.join(REFERENCE, 'wheel');
  if (existsSync(wheels)) return;
  say('the reference is installed once; this takes a minute');
  await step(`${wanted} installed from PyPI`, async () => {
    await run([path.join(CHECKOUT, '.venv/bin/python'), '-m', 'venv', REFERENCE]);
    await run([...pip, 'install', wanted]);
    await run([...pip, 'wheel', '--no-deps', '--wheel-dir', wheels, wanted]);
  });
}
