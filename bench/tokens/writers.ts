import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../lab/places.ts';
import { SWAN_PYTHON, type IKeeper } from './contestants.ts';
import { watchFiles, type IWatched } from './watcher.ts';

const WRITES = 1000;
const PAUSE_MS = 2;

const OURS = `
import { TokenFiles } from './src/adapters/state/token-files.js';
const [storage, rucio, ...tokens] = process.argv.slice(2);
const file = path => ({ path, text: token => token, inSharedFolder: false });
const files = new TokenFiles(new Map([['storage', file(storage)], ['rucio', file(rucio)]]));
for (let count = 0; count < ${WRITES}; count++) {
  for (const name of ['storage', 'rucio']) await files.write(name, tokens[count % tokens.length]);
  await new Promise(resolve => setTimeout(resolve, ${PAUSE_MS}));
}`;

/** Its own code for an answer of the hub; only the hub is not asked. */
const REFERENCE = `
import logging, os, sys, time, types
os.environ.update(JUPYTERHUB_API_URL="", JUPYTERHUB_API_TOKEN="")
from swanoauthrenew import swanoauthrenew
storage, rucio, *tokens = sys.argv[1:]
answer = types.SimpleNamespace(status_code=200)
swanoauthrenew.requests.get = lambda *_, **__: answer
files = [(storage, "token", "{token}"), (rucio, "token", "{token}")]
refresher = swanoauthrenew.TokenRefresher(logging.getLogger(), types.SimpleNamespace(files=files))
for count in range(${WRITES}):
    answer.json = lambda: {"auth_state": {"token": tokens[count % len(tokens)]}}
    refresher.refresh_token()
    time.sleep(${PAUSE_MS / 1000})
`;

/** Lets each write its two files a thousand times, as it writes them, while somebody reads them. */
export async function writeOften(
  tokens: readonly string[]
): Promise<Record<IKeeper['name'], IWatched & { writes: number }>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-writers-'));
  try {
    const program = path.join(folder, 'ours.mjs');
    const { outputFiles } = await build({
      stdin: { contents: OURS, resolveDir: CHECKOUT, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false
    });
    writeFileSync(program, outputFiles[0]?.contents ?? '');
    const run = async (name: IKeeper['name'], command: string, words: readonly string[]) => {
      const place = mkdtempSync(path.join(folder, `${name}-`));
      const files = { storage: path.join(place, 'storage'), rucio: path.join(place, 'rucio') };
      // Both begin with files that are there.
      for (const file of Object.values(files)) writeFileSync(file, tokens[0] ?? '');
      const stop = watchFiles({ files });
      await promisify(execFile)(command, [...words, files.storage, files.rucio, ...tokens]);
      return { ...(await stop()), writes: 2 * WRITES };
    };
    return {
      ours: await run('ours', process.execPath, [program]),
      reference: await run('reference', SWAN_PYTHON, ['-c', REFERENCE])
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
