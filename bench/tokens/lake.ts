import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { readLake, type ILake } from '../../lab/lake.ts';
import { CHECKOUT } from '../../lab/places.ts';
import { LabError } from '../../lab/problem.ts';

export const FOLDER = path.join(CHECKOUT, '.lab/bench-tokens');
const PORT_BASE = 27500;

function lab(...words: string[]): void {
  execFileSync(process.execPath, ['lab/main.ts', ...words, '--profile', 'full', '--dir', FOLDER], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'inherit', 'inherit']
  });
}

/** A lake of the full profile, without the million DIDs. */
export function startTokensLake(): ILake {
  lab('up', '--port-base', String(PORT_BASE));
  const lake = readLake(FOLDER);
  if (lake?.iam === undefined) throw new LabError(`There is no lake in ${FOLDER}.`);
  return lake;
}

/** JupyterHub with the servers of people. */
export const startHub = (): void => lab('hub', 'up');
export const stopHub = (): void => lab('hub', 'down');

/** What is in it stays, for the next time. */
export const stopTokensLake = (): void => lab('down');
