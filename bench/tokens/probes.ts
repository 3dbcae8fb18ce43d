import { spawn } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ILake } from '../../lab/lake.ts';
import { LabError } from '../../lab/problem.ts';
import type { IKeeper } from './contestants.ts';

const PATIENCE_MS = 10_000;

/** One look at the lake with the files as they are. */
export interface IProbe {
  atSeconds: number;
  isAway: boolean;
  /** Why it failed; empty: it succeeded. */
  storage: string;
  /** The same read, where XRootD does not look at the file's mode. */
  storageAnyMode: string;
  rucio: string;
}

/** Probes once a second, whether or not the last probe has ended. */
export async function probe(
  lake: ILake,
  { files }: IKeeper,
  seconds: number,
  isAway: () => boolean
): Promise<IProbe[]> {
  const sample = sampleOf(lake);
  const began = performance.now();
  const probes: Promise<IProbe>[] = [];
  for (let atSeconds = 0; atSeconds < seconds; atSeconds++) {
    await wait(Math.max(0, began + atSeconds * 1000 - performance.now()));
    const at = { atSeconds, isAway: isAway() };
    probes.push(
      Promise.all([
        readStorage(lake, { BEARER_TOKEN_FILE: files.storage }, sample),
        readStorage(lake, { BEARER_TOKEN: tokenIn(files.storage) }, sample),
        askRucio(lake, tokenIn(files.rucio))
      ]).then(([storage, storageAnyMode, rucio]) => ({ ...at, storage, storageAnyMode, rucio }))
    );
  }
  return Promise.all(probes);
}

interface ISample {
  url: string;
  bytes: number;
}

/** A file of SITE-A, which lets nobody in without a token. */
function sampleOf({ rses, ports }: ILake): ISample {
  const rse = rses.find(({ name }) => name === 'SITEA_DISK');
  const [file] = globSync('*/*/*/*.mseed', { cwd: rse?.folder ?? '' });
  if (rse === undefined || file === undefined) throw new LabError('SITE-A has no file.');
  return {
    url: `root://127.0.0.1:${ports.siteA}//lake/${rse.name}/${file}`,
    bytes: statSync(path.join(rse.folder, file)).size
  };
}

/** '': there is none. */
function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function readStorage(
  lake: ILake,
  variable: Record<string, string>,
  { url, bytes }: ISample
): Promise<string> {
  return new Promise(resolve => {
    const child = spawn('/usr/bin/xrdcp', ['-s', url, '-'], {
      env: {
        PATH: '/usr/bin:/bin',
        X509_CERT_DIR: lake.iam?.certificates.folder,
        ...variable
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS
    });
    let read = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (read += chunk.length));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', error => resolve(error.message));
    child.on('close', status => {
      const isWhole = status === 0 && read === bytes;
      resolve(isWhole ? '' : said.trim().slice(0, 200) || `status ${status}, ${read} bytes`);
    });
  });
}

async function askRucio(lake: ILake, token: string): Promise<string> {
  try {
    const answer = await fetch(`${lake.rucioUrl}/accounts/whoami`, {
      redirect: 'manual',
      headers: { 'X-Rucio-Auth-Token': token },
      signal: AbortSignal.timeout(PATIENCE_MS)
    });
    await answer.body?.cancel();
    const isAlice = path.basename(answer.headers.get('location') ?? '') === 'alice';
    return answer.status === 303 && isAlice ? '' : `status ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : String(error);
  }
}
