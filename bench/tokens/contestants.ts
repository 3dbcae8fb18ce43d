import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { trust } from '../../lab/env.ts';
import type { LabIam } from '../../lab/iam/client/lab-iam.ts';
import type { ILake } from '../../lab/lake.ts';
import { CHECKOUT } from '../../lab/places.ts';
import { LabError } from '../../lab/problem.ts';
import { step } from '../../lab/progress.ts';
import { run } from '../../lab/run.ts';
import { exchange } from '../client.ts';
import { ours } from '../contestants.ts';
import { startJupyter } from '../jupyter.ts';

export const SWAN_VERSION = '1.0.3';
const SWAN = path.join(CHECKOUT, '.lab/swanoauthrenew');
export const SWAN_PYTHON = path.join(SWAN, 'bin/python');
const PORTS = { ours: 27520, reference: 27521 };
const PATIENCE_MS = 60_000;

/** Who keeps these two files fresh. */
export interface IKeeper {
  name: 'ours' | 'reference';
  files: { storage: string; rucio: string };
  stop(): Promise<void>;
}

const Tokens = z.object({
  tokens: z.tuple([
    z.object({
      device: z.object({ completeUrl: z.string() }).nullable(),
      targets: z.array(z.object({ name: z.string(), state: z.string(), file: z.string() }))
    })
  ])
});

/** The extension of this checkout after alice's sign-in; its tokens come from refresh and exchange. */
export async function startOurKeeper(lake: ILake, iam: LabIam): Promise<IKeeper> {
  const { iam: at } = lake;
  if (!at) throw new LabError('There is no identity provider.');
  const state = mkdtempSync(path.join(tmpdir(), 'bench-tokens-'));
  const file = path.join(at.jupyterFolder, 'jupyter_server_config.json');
  const { DataLake } = JSON.parse(readFileSync(file, 'utf8')) as { DataLake: object };
  const server = await startJupyter(
    'ours',
    path.join(CHECKOUT, '.venv'),
    PORTS.ours,
    { DataLake: { ...DataLake, state_dir: state } },
    [],
    trust(at.certificates)
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(state, { recursive: true, force: true });
  };
  const read = async () => {
    const { text } = await exchange(server, { path: ours('/tokens') });
    return Tokens.parse(JSON.parse(text)).tokens[0];
  };
  await exchange(server, { method: 'POST', path: ours('/tokens/device'), body: {} });
  await iam.person('alice').open((await read()).device?.completeUrl ?? '');
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await wait(100)) {
    const { targets } = await read();
    if (targets.every(({ state: now }) => now === 'valid')) {
      const fileOf = (name: string): string => targets.find(each => each.name === name)?.file ?? '';
      return { name: 'ours', files: { storage: fileOf('storage'), rucio: fileOf('rucio') }, stop };
    }
  }
  await stop();
  throw new LabError('No tokens came.');
}

/** swanoauthrenew from PyPI in a Jupyter server of its own, with this hub. Does not wait for its files. */
export async function startReferenceKeeper(hubUrl: string, hubToken: string): Promise<IKeeper> {
  await install();
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-swan-'));
  const files = { storage: path.join(folder, 'storage'), rucio: path.join(folder, 'rucio') };
  const entry = (name: 'storage' | 'rucio') => [files[name], `exchanged_tokens/${name}`, '{token}'];
  const server = await startJupyter(
    'reference',
    SWAN,
    PORTS.reference,
    { SwanOauthRenew: { files: [entry('storage'), entry('rucio')] } },
    [],
    { JUPYTERHUB_API_URL: hubUrl, JUPYTERHUB_API_TOKEN: hubToken }
  );
  const stop = async (): Promise<void> => {
    // Its thread is no daemon and ends for no signal that Jupyter handles.
    const gone = server.stop();
    await Promise.race([gone, wait(5000)]);
    process.kill(server.pid, 'SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: 'reference', files, stop };
}

/** Those that are there. */
export const filesOf = ({ files }: IKeeper): string[] => Object.values(files).filter(existsSync);

export const isMade = (keeper: IKeeper): boolean => filesOf(keeper).length === 2;

async function install(): Promise<void> {
  if (existsSync(path.join(SWAN, 'installed'))) return;
  const wanted = `swanoauthrenew==${SWAN_VERSION}`;
  await step(`${wanted} installed from PyPI`, async () => {
    await run([path.join(CHECKOUT, '.venv/bin/python'), '-m', 'venv', SWAN]);
    const pip = [SWAN_PYTHON, '-m', 'pip', '--disable-pip-version-check'];
    await run([...pip, '--quiet', 'install', wanted]);
    await run(['touch', path.join(SWAN, 'installed')]);
  });
}
