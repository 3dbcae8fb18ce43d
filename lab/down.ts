import { HUB } from './hub/commands.ts';
import type { ILake } from './lake.ts';
import { memcached } from './memcached.ts';
import { Processes, type IServer } from './processes.ts';
import { say } from './progress.ts';
import { xrootdServers } from './xrootd/servers.ts';

type Stoppable = Pick<IServer, 'name' | 'title' | 'stopSignal' | 'cleanUp'>;

/** Everything that the lake consists of, in the order in which it is stopped. */
function serversOf(lake: ILake): Stoppable[] {
  const storage = lake.profile === 'full' ? xrootdServers(lake, undefined).reverse() : [];
  const cache = lake.profile === 'full' ? [memcached(lake, undefined)] : [];
  return [
    { name: 'daemons', title: "Rucio's daemons" },
    ...(lake.iam ? [{ name: 'rucio-https', title: 'Rucio by https' }] : []),
    { name: 'rucio', title: 'Rucio server' },
    { name: 'copy-service', title: 'copy service' },
    ...storage,
    ...cache,
    ...(lake.iam ? [{ name: 'iam', title: 'identity provider' }] : []),
    { name: 'postgres', title: 'PostgreSQL', stopSignal: 'SIGINT' }
  ];
}

/** Stops the lake's processes and returns when they are gone; the data stay for the next start. */
export async function down(lake: ILake): Promise<void> {
  const processes = new Processes(lake.folders.run, lake.folders.log);
  let stopped = (await processes.stop(HUB)) ? 1 : 0;
  for (const server of serversOf(lake)) if (await processes.stop(server)) stopped++;
  say(stopped ? `the ${lake.profile} lake is down` : `the ${lake.profile} lake was not running`);
}

/** Prints one line for each server; true if all of them run. */
export function status(lake: ILake): boolean {
  const processes = new Processes(lake.folders.run, lake.folders.log);
  process.stdout.write(
    `${lake.profile} lake in ${lake.folder}, policy ${lake.policy}, ${lake.rucioUrl}\n`
  );
  let complete = true;
  for (const { name, title } of serversOf(lake)) {
    const pid = processes.pidOf(name);
    if (pid === undefined) complete = false;
    process.stdout.write(
      `  ${title}: ${pid === undefined ? 'not running' : `running, process ${pid}`}\n`
    );
  }
  const hub = processes.pidOf(HUB.name);
  if (hub !== undefined) process.stdout.write(`  ${HUB.title}: running, process ${hub}\n`);
  return complete;
}
