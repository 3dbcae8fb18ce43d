import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { Configuration } from './configuration-document.js';

const Stamp = z.object({ mtimeNs: z.string(), bytes: z.number(), inode: z.number() });
type Stamp = z.infer<typeof Stamp>;

/** The document that the Python reader keeps, with all that went into it: see configuration.py. */
const Kept = Configuration.extend({
  format: z.literal(1),
  inputs: z.object({
    pythonFolder: z.string(),
    files: z.record(z.string(), Stamp.nullable()),
    environment: z.record(z.string(), z.string().nullable()),
    process: z.object({ pid: z.number().int().positive(), started: z.string() }).nullable()
  })
});
type Inputs = z.infer<typeof Kept>['inputs'];

/** The configuration that was kept, or null if there is none or something that went into it has changed. */
export async function keptConfiguration(env: NodeJS.ProcessEnv): Promise<Configuration | null> {
  try {
    const path = join(runtimeFolder(env), 'jupyterlab-datalake', 'config.json');
    const kept = Kept.parse(JSON.parse(await readFile(path, 'utf8')));
    return (await isUnchanged(kept.inputs, env)) ? Configuration.parse(kept) : null;
  } catch {
    return null;
  }
}

/** Jupyter's runtime folder, as jupyter_core finds it. */
function runtimeFolder(env: NodeJS.ProcessEnv): string {
  const data =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Jupyter')
      : join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'jupyter');
  return env.JUPYTER_RUNTIME_DIR || join(env.JUPYTER_DATA_DIR || data, 'runtime');
}

async function isUnchanged(inputs: Inputs, env: NodeJS.ProcessEnv): Promise<boolean> {
  const { DATALAKE_PYTHON: python } = env;
  const samePython = !python || dirname(python) === inputs.pythonFolder;
  const sameEnvironment = Object.entries(inputs.environment).every(
    ([name, digest]) => digestOf(env[name]) === digest
  );
  if (!samePython || !sameEnvironment || !(await isAlive(inputs.process))) {
    return false;
  }
  const same = await Promise.all(
    Object.entries(inputs.files).map(async ([path, stamp]) => isSame(await stampOf(path), stamp))
  );
  return same.every(Boolean);
}

function digestOf(value: string | undefined): string | null {
  return value === undefined ? null : createHash('sha256').update(value).digest('hex');
}

async function stampOf(path: string): Promise<Stamp | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null
    ? null
    : {
        mtimeNs: String(found.mtimeNs),
        bytes: Number(found.size),
        inode: Number(found.ino)
      };
}

function isSame(a: Stamp | null, b: Stamp | null): boolean {
  if (a === null || b === null) {
    return a === b;
  }
  return a.mtimeNs === b.mtimeNs && a.bytes === b.bytes && a.inode === b.inode;
}

/** Whether the server whose command line counts still lives: its number alone may be another's by now. */
async function isAlive(server: Inputs['process']): Promise<boolean> {
  if (server === null) {
    return true;
  }
  if (process.platform !== 'linux') {
    process.kill(server.pid, 0);
    return true;
  }
  const text = await readFile(`/proc/${server.pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[19] === server.started;
}
