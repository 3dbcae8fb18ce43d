import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isListening } from '../../lab/ports.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;

/** A Jupyter server with the extension as people run it: token and XSRF on. */
export interface IJupyter {
  /** Ends with a slash. */
  url: string;
  token: string;
  pid: number;
  folder: string;
  /** What the server has written so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts one in a new folder, with these values of `c.DataLake`, on a free port below /base/.
 */
export async function startJupyter(
  dataLake: object,
  env: NodeJS.ProcessEnv = process.env
): Promise<IJupyter> {
  const folder = mkdtempSync(join(tmpdir(), 'datalake-system-'));
  const place = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const config = place('config');
  writeFileSync(join(config, 'jupyter_server_config.json'), JSON.stringify({ DataLake: dataLake }));
  const runtime = place('runtime');
  const words = [
    'server',
    '--no-browser',
    '--ip=127.0.0.1',
    '--port=0',
    '--ServerApp.base_url=/base/'
  ];
  const jupyter = spawn(
    join(ROOT, '.venv/bin/jupyter'),
    [...words, `--ServerApp.root_dir=${place('work')}`, '--allow-root'],
    {
      cwd: folder,
      env: {
        ...env,
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTER_CONFIG_DIR: config,
        JUPYTER_CONFIG_PATH: ''
      },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  );
  let written = '';
  for (const out of [jupyter.stdout, jupyter.stderr]) {
    out.on('data', (data: Buffer) => (written += data.toString()));
  }
  const { url, token } = await card(
    join(runtime, `jpserver-${jupyter.pid}.json`),
    jupyter,
    () => written
  );
  return {
    url,
    token,
    pid: jupyter.pid ?? 0,
    folder,
    log: () => written,
    stop: async () => {
      await ended(jupyter);
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

async function card(
  file: string,
  jupyter: ChildProcess,
  log: () => string
): Promise<{ url: string; token: string }> {
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await setTimeout(50)) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text.trimEnd().endsWith('}')) {
      const written = JSON.parse(text) as { url: string; token: string; port: number };
      // It writes this a little before it listens.
      if (await isListening(written.port)) {
        return written;
      }
    }
    if (jupyter.exitCode !== null) {
      break;
    }
  }
  await ended(jupyter);
  throw new Error(`Jupyter did not start:\n${log()}`);
}

async function ended(jupyter: ChildProcess): Promise<void> {
  if (jupyter.exitCode === null && jupyter.signalCode === null) {
    const gone = new Promise(resolve => jupyter.once('exit', resolve));
    jupyter.kill('SIGTERM');
    await gone;
  }
}
