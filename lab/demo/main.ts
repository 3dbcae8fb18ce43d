/**
 * The demo: the embedded lake and JupyterLab with the extension, signed in. Stays in the foreground
 * until Ctrl-C, then stops what it started. With --run COMMAND it runs that instead of waiting,
 * with where everything is in its environment, and ends with its exit status.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isListening } from '../ports.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    policy: { type: 'string', default: 'generic' },
    profile: { type: 'string', default: 'embedded' },
    folder: { type: 'string', default: join(ROOT, 'build', 'demo') },
    port: { type: 'string', default: '8888' },
    run: { type: 'string' },
    /** Where the lake is; `--fresh` makes it anew there, and removes it in the end. */
    dir: { type: 'string' },
    'port-base': { type: 'string' },
    /** Nobody has a password: who it is, the sign-in at the identity provider says. */
    tokens: { type: 'boolean', default: false },
    /** Most bytes a second that uploads send: slow enough to be watched. */
    'upload-bandwidth': { type: 'string' },
    fresh: { type: 'boolean', default: false }
  }
});

const DIR = resolve(options.dir ?? join(ROOT, '.lab', options.profile));
const LAKE = ['--profile', options.profile, '--policy', options.policy, '--dir', DIR];
const PORTS = options['port-base'] === undefined ? [] : ['--port-base', options['port-base']];

/** Runs a command of the lab; what it says goes to our terminal, or nowhere. */
function lab(words: string[], stdio: 'inherit' | 'ignore' = 'inherit'): number {
  const done = spawnSync(process.execPath, [join(ROOT, 'lab/main.ts'), ...words, ...LAKE], {
    stdio
  });
  return done.status ?? 1;
}

/** The exports of `lab env`, evaluated by a shell as a person would. */
function labEnvironment(): NodeJS.ProcessEnv {
  const words = ['lab/main.ts', 'env', ...LAKE, ...(options.tokens ? ['--tokens'] : [])];
  const script = `exports="$("$@")" || exit 1; eval "$exports"; exec "$0" -p 'JSON.stringify(process.env)'`;
  const done = spawnSync('bash', ['-c', script, process.execPath, process.execPath, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  });
  if (done.status !== 0) {
    throw new Error('The lab does not say where its lake is: see the lines above.');
  }
  return JSON.parse(done.stdout) as NodeJS.ProcessEnv;
}

let isInterrupted = false;
const interrupted = new Promise<void>(resolve => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      resolve();
    });
  }
});

interface IServer {
  process: ChildProcess;
  url: string;
  token: string;
}

/** What Jupyter writes about itself. */
interface ICard {
  url: string;
  token: string;
  port: number;
}

/** JupyterLab neither fetches news nor asks whether it may. What a person sets themselves stays. */
function askNobodyForNews(settings: string): void {
  const notification = join(settings, '@jupyterlab/apputils-extension');
  const file = join(notification, 'notification.jupyterlab-settings');
  if (!existsSync(file)) {
    mkdirSync(notification, { recursive: true });
    writeFileSync(file, JSON.stringify({ fetchNews: 'false', checkForUpdates: false }));
  }
}

/** Starts JupyterLab with its own token and XSRF check, as anyone would. */
async function startJupyter(folder: string, env: NodeJS.ProcessEnv): Promise<IServer> {
  const runtime = join(folder, '.runtime');
  const settings = join(folder, '.settings');
  askNobodyForNews(settings);
  rmSync(runtime, { recursive: true, force: true });
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const words = [
    'lab',
    '--no-browser',
    '--ip=127.0.0.1',
    `--port=${options.port}`,
    `--ServerApp.root_dir=${folder}`,
    // As in a terminal of one's own: a login shell forgets where `datalake` is.
    '--ServerApp.terminado_settings=shell_command=bash',
    ...(options['upload-bandwidth'] === undefined
      ? []
      : [`--DataLake.upload_bandwidth=${options['upload-bandwidth']}`])
  ];
  // That of a lake whose accounts have passwords is in its own configuration.
  const state = options.tokens ? [`--DataLake.state_dir=${join(DIR, 'state')}`] : [];
  const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
  const jupyter = spawn(
    join(ROOT, '.venv/bin/jupyter'),
    [...words, ...state, ...asRoot, '--log-level=WARN'],
    {
      cwd: folder,
      // A person's own settings are neither used nor changed.
      env: {
        ...env,
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTERLAB_SETTINGS_DIR: settings,
        JUPYTERLAB_WORKSPACES_DIR: join(folder, '.workspaces')
      },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true
    }
  );
  const card = join(runtime, `jpserver-${jupyter.pid}.json`);
  const start = Date.now();
  for (; !isInterrupted && Date.now() - start < PATIENCE_MS; await setTimeout(100)) {
    if (jupyter.exitCode !== null) {
      throw new Error(`JupyterLab ended with status ${jupyter.exitCode}: see the lines above.`);
    }
    const known = existsSync(card) ? readFileSync(card, 'utf8') : '';
    if (known.endsWith('}')) {
      const { url, token, port } = JSON.parse(known) as ICard;
      // It writes this a little before it listens.
      if (await isListening(port)) {
        return { process: jupyter, url, token };
      }
    }
  }
  jupyter.kill('SIGTERM');
  throw new Error(
    isInterrupted
      ? 'Interrupted.'
      : 'JupyterLab did not start within a minute: see the lines above.'
  );
}

async function stopJupyter({ process: jupyter }: IServer): Promise<void> {
  if (jupyter.exitCode === null && jupyter.signalCode === null) {
    const gone = new Promise(resolve => jupyter.once('exit', resolve));
    jupyter.kill('SIGTERM');
    await gone;
  }
}

/** Resolves with the exit status of the command, or with 0 at Ctrl-C. */
async function untilDone(env: NodeJS.ProcessEnv): Promise<number> {
  if (options.run === undefined) {
    await interrupted;
    return 0;
  }
  const child = spawn('bash', ['-c', options.run], { cwd: ROOT, env, stdio: 'inherit' });
  void interrupted.then(() => child.kill('SIGTERM'));
  return new Promise(resolve => child.once('exit', status => resolve(status ?? 1)));
}

async function main(): Promise<number> {
  if (options.fresh && lab(['down', '--purge']) !== 0) {
    return 1;
  }
  const wasUp = lab(['status'], 'ignore') === 0;
  if (!wasUp && lab(['up', ...PORTS]) !== 0) {
    return 1;
  }
  let status = 1;
  try {
    const folder = resolve(options.folder);
    if (options.fresh) {
      rmSync(join(folder, '.settings'), { recursive: true, force: true });
    }
    mkdirSync(folder, { recursive: true });
    cpSync(join(import.meta.dirname, 'notebooks'), folder, { recursive: true, force: false });
    const env = labEnvironment();
    const jupyter = await startJupyter(folder, env);
    try {
      const url = `${jupyter.url}lab/tree/start-here.ipynb?token=${jupyter.token}`;
      console.log(`\nThe data lake is up. Open this in your browser:\n\n    ${url}\n`);
      console.log(options.run === undefined ? 'Ctrl-C stops it.\n' : '');
      status = await untilDone({
        ...env,
        DATALAKE_DEMO_URL: jupyter.url,
        DATALAKE_DEMO_TOKEN: jupyter.token,
        DATALAKE_DEMO_FOLDER: folder,
        DATALAKE_DEMO_LAKE: join(DIR, 'lake.json'),
        DATALAKE_DEMO_PID: String(jupyter.process.pid),
        DATALAKE_DEMO_UPLOAD_BANDWIDTH: options['upload-bandwidth']
      });
    } finally {
      console.log('Stopping ...');
      await stopJupyter(jupyter);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    if (!wasUp) {
      lab(options.fresh ? ['down', '--purge'] : ['down']);
    }
  }
  return status;
}

process.exitCode = await main();
