import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { programPath } from './debian.ts';
import type { ILake } from './lake.ts';
import type { IServiceUser } from './places.ts';
import type { IServer } from './processes.ts';

/** memcached has no passwords, so it listens on a unix socket in a folder that nobody else can pass. */
export const memcachedSocket = (lake: ILake): string => path.join(lake.folder, 'cache', 'socket');

/** Makes the socket's folder. */
export function prepareMemcached(lake: ILake, user: IServiceUser | undefined): void {
  const folder = path.dirname(memcachedSocket(lake));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/** Rucio's cache; what is in it ends with the process. */
export function memcached(lake: ILake, user: IServiceUser | undefined): IServer {
  const socket = memcachedSocket(lake);
  return {
    name: 'memcached',
    title: 'memcached',
    command: [programPath('memcached') ?? 'memcached', '-s', socket, '-a', '0600', '-m', '64'],
    user,
    cleanUp: () => rmSync(socket, { force: true }),
    isReady: async () => statSync(socket, { throwIfNoEntry: false })?.isSocket() === true
  };
}
