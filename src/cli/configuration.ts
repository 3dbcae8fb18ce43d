import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DataLakeError } from '../common/contract/problem.js';
import { Configuration } from './configuration-document.js';
import { keptConfiguration } from './kept-configuration.js';

export type { Configuration } from './configuration-document.js';

/**
 * The configuration that a Jupyter server or an earlier command has kept, while nothing that went into
 * it has changed; otherwise asks the Python that runs us, once. Throws `not-configured`.
 */
export async function loadConfiguration(env: NodeJS.ProcessEnv): Promise<Configuration> {
  const kept = await keptConfiguration(env);
  if (kept !== null) {
    return kept;
  }
  const python = env.DATALAKE_PYTHON || 'python3';
  try {
    const { stdout } = await promisify(execFile)(
      python,
      ['-m', 'jupyterlab_datalake.configuration'],
      { env }
    );
    return Configuration.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new DataLakeError(
      'not-configured',
      `The configuration cannot be read: run ${python} -m jupyterlab_datalake.configuration to see why.`,
      { cause }
    );
  }
}
