import type { ILake } from './lake.ts';
import { Processes } from './processes.ts';
import { say } from './progress.ts';

/** Name, title and signal of everything that may run, in the order in which it is stopped. */
export const STOPPED = [
  { name: 'daemons', title: "Rucio's daemons" },
  { name: 'rucio', title: 'Rucio server' },
  { name: 'copy-service', title: 'copy service' },
  { name: 'postgres', title: 'PostgreSQL', stopSignal: 'SIGINT' }
] as const;

/** Stops the lake's processes and returns when they are gone; the data stay for the next start. */
export async function down(lake: ILake): Promise<void> {
  const processes = new Processes(lake.folders.run, lake.folders.log);
  let stopped = 0;
  for (const server of STOPPED) if (await processes.stop(server)) stopped++;
  say(stopped ? `the ${lake.profile} lake is down` : `the ${lake.profile} lake was not running`);
}

/** One line for each server; true if all of them run. */
export function status(lake: ILake): boolean {
  const processes = new Processes(lake.folders.run, lake.folders.log);
  const lines = STOPPED.map(({ name, title }) => {
    const pid = processes.pidOf(name);
    return `${title}: ${pid === undefined ? 'not running' : `running, process ${pid}`}`;
  });
  process.stdout.write(
    `${lake.profile} lake in ${lake.folder}, policy ${lake.policy}, ${lake.rucioUrl}\n`
  );
  process.stdout.write(lines.map(line => `  ${line}\n`).join(''));
  return STOPPED.every(({ name }) => processes.pidOf(name) !== undefined);
}
