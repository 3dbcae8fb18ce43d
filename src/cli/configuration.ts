import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { DataLakeError } from '../common/contract/problem.js';
import { Config } from '../server/config.js';

/** What the one reader of configuration came to; the document is described in configuration.py. */
export const Configuration = z.object({
  config: Config,
  /** By the option's name without `c.DataLake.`: a path, `command line` or `default`. */
  sources: z.record(z.string(), z.string())
});
export type Configuration = z.infer<typeof Configuration>;

/** Asks the Python that runs us for the configuration. Throws `not-configured`. */
export async function loadConfiguration(env: NodeJS.ProcessEnv): Promise<Configuration> {
  const python = env.DATALAKE_PYTHON || 'python3';
  try {
    const { stdout } = await promisify(execFile)(python, [
      '-m',
      'jupyterlab_datalake.configuration'
    ]);
    return Configuration.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new DataLakeError(
      'not-configured',
      `The configuration cannot be read: run ${python} -m jupyterlab_datalake.configuration to see why.`,
      { cause }
    );
  }
}
