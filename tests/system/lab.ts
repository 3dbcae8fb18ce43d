import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { NO_LOG } from '../../src/common/core/log.js';
import { Config } from '../../src/server/config.js';
import { makeLake, type ILake } from '../../src/server/lake.js';

const ROOT = resolve(import.meta.dirname, '../..');
type Profile = 'embedded' | 'full';
const PROFILE = (process.env.PROFILE || 'embedded') as Profile;

const Description = z.object({
  policy: z.enum(['generic', 'permissive']),
  scratch: z.object({ rse: z.string(), path: z.string(), pfnPrefix: z.string() })
});
const JupyterConfig = z.object({ DataLake: z.object({ mounts: z.array(z.unknown()) }).loose() });

function lab(profile: Profile, ...words: string[]): string {
  return execFileSync('node', ['lab/main.ts', ...words, '--profile', profile], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  });
}

/** The lab's environment for one of its accounts, as `make lab-env` exports it. Starts the lab if it does not run. */
export function labEnvironment(account = 'alice', profile = PROFILE): Record<string, string> {
  lab(profile, 'up');
  const exports = lab(profile, 'env', '--account', account);
  const shell = spawnSync('bash', ['-c', `${exports}\nenv -0`], { encoding: 'utf8' });
  return Object.fromEntries(
    shell.stdout
      .split('\0')
      .map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)])
  );
}

/** The lab as our own server sees it, signed in as one of its accounts. */
export function labLake(account = 'alice', profile = PROFILE): ILake {
  const environment = labEnvironment(account, profile);
  const file = join(environment.JUPYTER_CONFIG_PATH, 'jupyter_server_config.json');
  const { DataLake } = JupyterConfig.parse(JSON.parse(readFileSync(file, 'utf8')));
  const config = Config.parse({
    instances: [
      { name: 'lab', rucioCfg: environment.RUCIO_CONFIG, account, mounts: DataLake.mounts }
    ],
    stateDir: '/nonexistent',
    kernelDir: '/nonexistent'
  });
  return makeLake(config, NO_LOG);
}

/** Where the lake that the tests use is: LAB_FOLDER, else the shared one, which is started if it does not run. */
export function labFolder(): string {
  const { LAB_FOLDER = '' } = process.env;
  if (LAB_FOLDER === '') {
    lab(PROFILE, 'up');
  }
  return LAB_FOLDER || join(ROOT, '.lab', PROFILE);
}

/** Rucio's policy that the lab runs with. */
export function labPolicy(): 'generic' | 'permissive' {
  lab(PROFILE, 'up');
  return described().policy;
}

/** The lab's scratch space. */
export function labScratch(): { rse: string; path: string; pfnPrefix: string } {
  lab(PROFILE, 'up');
  return described().scratch;
}

function described(): z.output<typeof Description> {
  return Description.parse(
    JSON.parse(readFileSync(join(ROOT, '.lab', PROFILE, 'lake.json'), 'utf8'))
  );
}
