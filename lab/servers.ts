import path from 'node:path';
import type { ILake } from './lake.ts';
import { isListening } from './ports.ts';
import type { IServer } from './processes.ts';
import { serverConfig } from './rucio-config.ts';

const HERE = import.meta.dirname;

/** What the Python parts need to find Rucio's configuration and the lab's policy package. */
export function rucioEnvironment(lake: ILake, environment: string): Record<string, string> {
  return {
    PATH: `${path.join(environment, 'bin')}:/usr/bin:/bin`,
    HOME: lake.folders.server,
    RUCIO_HOME: lake.folders.server,
    PYTHONUNBUFFERED: '1',
    ...(lake.keytab ? { XrdSecSSSKT: lake.keytab } : {})
  };
}

/** Rucio's REST server. */
export function restServer(lake: ILake, environment: string): IServer {
  return {
    name: 'rucio',
    title: 'Rucio server',
    command: [
      path.join(environment, 'bin/gunicorn'),
      lake.profile === 'full' ? '--workers=2' : '--workers=1',
      '--threads=8',
      `--bind=127.0.0.1:${lake.ports.rucio}`,
      '--timeout=600',
      '--graceful-timeout=1',
      '--no-control-socket',
      `--access-logfile=${path.join(lake.folders.log, 'rucio.access.log')}`,
      'rucio.web.rest.flaskapi.v1.main:application'
    ],
    environment: rucioEnvironment(lake, environment),
    configuration: serverConfig(lake, environment),
    isReady: async () => {
      try {
        const answer = await fetch(`${lake.rucioUrl}/ping`, { signal: AbortSignal.timeout(5000) });
        return answer.ok;
      } catch {
        return false;
      }
    }
  };
}

/** The stand-in for FTS. Its secret is new at each start; `netrcFile` is how the daemons get it. */
export function copyService(lake: ILake, settingsFile: string): IServer {
  return {
    name: 'copy-service',
    title: 'copy service',
    command: [process.execPath, path.join(HERE, 'copy-service/main.ts'), settingsFile],
    isReady: () => isListening(lake.ports.copyService)
  };
}

/** Rucio's daemons. */
export function daemons(lake: ILake, environment: string, netrcFile: string): IServer {
  return {
    name: 'daemons',
    title: "Rucio's daemons",
    command: [path.join(environment, 'bin/python'), path.join(HERE, 'rucio/daemons.py'), '0.5'],
    environment: { ...rucioEnvironment(lake, environment), NETRC: netrcFile },
    configuration: serverConfig(lake, environment),
    isReady: async () => true
  };
}
