import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { postgresPrograms } from './environment.ts';
import type { ILake } from './lake.ts';
import type { IServiceUser } from './places.ts';
import { isListening } from './ports.ts';
import { secretIn, writePrivate } from './private-file.ts';
import type { IServer } from './processes.ts';
import { step } from './progress.ts';
import { run } from './run.ts';

/**
 * PostgreSQL on the loopback, with passwords (scram-sha-256) and no unix socket: a socket's path would have to
 * be shorter than that of many checkouts. Nothing is synced to disk: a lab may be lost with the power.
 */
export function postgresServer(
  lake: ILake,
  environment: string,
  user: IServiceUser | undefined
): IServer {
  const data = path.join(lake.folders.postgres, 'data');
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(lake.ports.postgres),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '128MB',
    max_connections: '80'
  };
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    command: [
      path.join(postgresPrograms(environment), 'postgres'),
      '-D',
      data,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    ],
    cwd: lake.folders.postgres,
    user,
    // "Fast": open transactions are rolled back; the default would wait for clients.
    stopSignal: 'SIGINT',
    isReady: async () => isMarkedReady(data) && (await isListening(lake.ports.postgres))
  };
}

/** Makes the empty cluster; a half-made one is thrown away. */
export async function makeCluster(
  lake: ILake,
  environment: string,
  user: IServiceUser | undefined
): Promise<void> {
  const data = path.join(lake.folders.postgres, 'data');
  const password = secretIn(path.join(lake.folders.secrets, 'postgres'));
  mkdirSync(lake.folders.postgres, { recursive: true, mode: 0o700 });
  if (user) chownSync(lake.folders.postgres, user.uid, user.gid);
  if (existsSync(data)) return;
  await step('database cluster made', async () => {
    const partial = `${data}.partial`;
    rmSync(partial, { recursive: true, force: true });
    const passwordFile = path.join(lake.folders.postgres, 'password');
    writePrivate(passwordFile, password);
    if (user) chownSync(passwordFile, user.uid, user.gid);
    await run(
      [
        path.join(postgresPrograms(environment), 'initdb'),
        `--pgdata=${partial}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-sync'
      ],
      { cwd: lake.folders.postgres, user, environment: { HOME: lake.folders.postgres } }
    );
    rmSync(passwordFile);
    renameSync(partial, data);
  });
}

/** The last line of postmaster.pid says how far the start has come. */
function isMarkedReady(data: string): boolean {
  try {
    return readFileSync(path.join(data, 'postmaster.pid'), 'utf8').trimEnd().endsWith('ready');
  } catch {
    return false;
  }
}
