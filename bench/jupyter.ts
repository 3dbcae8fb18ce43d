import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writePrivate } from '../lab/private-file.ts';
import { LabError } from '../lab/problem.ts';
import type { IJupyterUnderTest } from './server-under-test.ts';

const PATIENCE_MS = 60_000;

/**
 * A Jupyter server of this Python environment, in a home of its own, with this configuration and these variables
 * besides; its kernels load `kernelExtensions`.
 */
export async function startJupyter(
  name: 'ours' | 'reference',
  environment: string,
  port: number,
  configuration: object,
  kernelExtensions: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {}
): Promise<IJupyterUnderTest> {
  const home = mkdtempSync(path.join(tmpdir(), `bench-${name}-`));
  const place = (folder: string) => {
    mkdirSync(path.join(home, folder), { mode: 0o700 });
    return path.join(home, folder);
  };
  const token = randomBytes(24).toString('hex');
  const config = place('config');
  writePrivate(
    path.join(config, 'jupyter_server_config.json'),
    JSON.stringify({ ...configuration, IdentityProvider: { token } })
  );
  const profile = path.join(home, '.ipython/profile_default');
  mkdirSync(profile, { recursive: true });
  writePrivate(
    path.join(profile, 'ipython_kernel_config.json'),
    JSON.stringify({ IPKernelApp: { extensions: kernelExtensions } })
  );
  const notebooks = place('work');
  const bin = path.join(environment, 'bin');
  const words = ['--no-browser', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0'];
  const log = openSync(path.join(home, 'log'), 'a', 0o600);
  const jupyter = spawn(
    path.join(bin, 'jupyter'),
    ['server', ...words, `--ServerApp.root_dir=${notebooks}`, '--allow-root'],
    {
      cwd: home,
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        LANG: 'C.UTF-8',
        HOME: home,
        JUPYTER_RUNTIME_DIR: place('runtime'),
        JUPYTER_CONFIG_DIR: config,
        ...variables
      },
      stdio: ['ignore', log, log]
    }
  );
  closeSync(log);
  const gone = new Promise<void>(resolve => jupyter.once('close', () => resolve()));
  const server: IJupyterUnderTest = {
    name,
    url: `http://127.0.0.1:${port}/`,
    headers: { Authorization: `token ${token}` },
    pid: jupyter.pid ?? 0,
    token,
    notebooks,
    stop: async () => {
      jupyter.kill('SIGTERM');
      await gone;
      rmSync(home, { recursive: true, force: true });
    }
  };
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await wait(50)) {
    if (jupyter.exitCode !== null) break;
    if (await answers(server)) return server;
  }
  const written = readFileSync(path.join(home, 'log'), 'utf8').slice(-2000);
  await server.stop();
  throw new LabError(`Jupyter (${name}) did not start:\n${written}`);
}

async function answers({ url, headers }: IJupyterUnderTest): Promise<boolean> {
  try {
    return (await fetch(`${url}api/status`, { headers })).ok;
  } catch {
    return false;
  }
}
