import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startTimeOf } from './processes.ts';
import { say } from './progress.ts';

/** The folder in a lake that says that somebody works on it. */
export const LOCK = 'lock';

/** Does the work while no other process does any on this lake; waits for one that does. */
export async function exclusively<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(folder, LOCK);
  const owner = path.join(lock, 'owner');
  let told = false;
  while (!take(lock)) {
    if (isAbandoned(owner)) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!told) say(`waiting for another "lab" command on ${folder}`);
    told = true;
    await wait(200);
  }
  try {
    writeFileSync(owner, `${process.pid} ${startTimeOf(process.pid) ?? ''}`);
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** True when the process that took the lock is gone; a lock without a name is just being taken. */
function isAbandoned(owner: string): boolean {
  try {
    const [pid, startTime] = readFileSync(owner, 'utf8').split(' ');
    return startTimeOf(Number(pid)) !== startTime;
  } catch {
    return false;
  }
}
