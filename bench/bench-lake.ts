import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readLake, type ILake } from '../lab/lake.ts';
import { Processes } from '../lab/processes.ts';
import { LabError } from '../lab/problem.ts';
import { CHECKOUT } from '../lab/places.ts';
import type { IServerUnderTest } from './server-under-test.ts';

export const FOLDER = path.join(CHECKOUT, '.lab/bench');
export const REFERENCE = path.join(CHECKOUT, '.lab/reference');
const PORT_BASE = 27300;

function lab(...words: string[]): void {
  execFileSync(process.execPath, ['lab/main.ts', ...words, '--profile', 'full', '--dir', FOLDER], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'inherit', 'inherit']
  });
}

/** The lake of the benchmark, of the full profile (the other has no cache for Rucio), with its million DIDs. */
export function startLake(): ILake {
  lab('up', '--port-base', String(PORT_BASE));
  lab('million');
  const lake = readLake(FOLDER);
  if (lake === undefined) throw new LabError(`There is no lake in ${FOLDER}.`);
  return lake;
}

/** The same without anything that earlier runs have done to it. */
export function startNewLake(): ILake {
  lab('down', '--purge');
  return startLake();
}

/** Copies go one by one, each so much later; 0: all at once. */
export const setPace = (seconds: number): void => lab('slow', String(seconds));

/** What is in it stays, for the next time. */
export const stopLake = (): void => lab('down');

export const passwordOf = (lake: ILake, account: string): string =>
  readFileSync(path.join(lake.folders.secrets, account), 'utf8').trim();

/** Rucio itself, as alice asks it, or another. */
export async function rucioItself(lake: ILake, account = 'alice'): Promise<IServerUnderTest> {
  const answer = await fetch(`${lake.rucioUrl}/auth/userpass`, {
    headers: {
      'X-Rucio-Account': account,
      'X-Rucio-Username': account,
      'X-Rucio-Password': passwordOf(lake, account)
    }
  });
  const token = answer.headers.get('x-rucio-auth-token');
  const pid = new Processes(lake.folders.run, lake.folders.log).pidOf('rucio');
  if (!answer.ok || token === null || pid === undefined) {
    throw new LabError(`Rucio did not let ${account} in (${answer.status}).`);
  }
  return {
    name: 'rucio',
    url: `${lake.rucioUrl}/`,
    headers: { 'X-Rucio-Auth-Token': token },
    pid,
    stop: async () => undefined
  };
}
