import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IamAddress } from './iam/client/ask.ts';
import type { ILake, ILakeIam } from './lake.ts';
import { peopleAuthority } from './people-certificates.ts';
import { isListening } from './ports.ts';
import type { IServer } from './processes.ts';
import { serverConfig } from './rucio-config.ts';

const HERE = import.meta.dirname;
/** Python's ssl.CERT_OPTIONAL. */
const CERTIFICATE_OPTIONAL = 1;

/** What the Python parts need to find Rucio's configuration and the lab's policy package. */
export function rucioEnvironment(lake: ILake, environment: string): Record<string, string> {
  return {
    PATH: `${path.join(environment, 'bin')}:/usr/bin:/bin`,
    HOME: lake.folders.server,
    RUCIO_HOME: lake.folders.server,
    PYTHONUNBUFFERED: '1',
    ...(lake.keytab ? { XrdSecSSSKT: lake.keytab } : {}),
    ...(lake.iam
      ? {
          X509_CERT_DIR: lake.iam.certificates.folder,
          REQUESTS_CA_BUNDLE: lake.iam.certificates.bundle
        }
      : {})
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
    configuration: readIfThere(settingsFile),
    isReady: () => isListening(lake.ports.copyService)
  };
}

/** The identity provider. */
export function iam(lake: ILake, { settings }: ILakeIam): IServer {
  return {
    name: 'iam',
    title: 'identity provider',
    command: [process.execPath, path.join(HERE, 'iam/main.ts'), settings],
    configuration: readIfThere(settings),
    isReady: () => isListening(lake.ports.iam)
  };
}

/** Rucio by https: for people with certificates, and for the identity provider to send browsers back to. */
export function rucioFront(lake: ILake, iam: ILakeIam, environment: string): IServer {
  const { certificate, key, authority } = iam.certificates;
  return {
    name: 'rucio-https',
    title: 'Rucio by https',
    command: [
      path.join(environment, 'bin/gunicorn'),
      '--workers=1',
      '--threads=4',
      `--bind=127.0.0.1:${lake.ports.rucioHttps}`,
      `--config=${path.join(HERE, 'rucio/modules/lab_front.py')}`,
      `--certfile=${certificate}`,
      `--keyfile=${key}`,
      `--ca-certs=${peopleAuthority(iam)}`,
      `--cert-reqs=${CERTIFICATE_OPTIONAL}`,
      '--timeout=600',
      '--graceful-timeout=1',
      '--no-control-socket',
      'lab_front:application'
    ],
    environment: rucioEnvironment(lake, environment),
    configuration: serverConfig(lake, environment),
    isReady: async () => {
      const address = new IamAddress(iam.rucioHttpsUrl, readFileSync(authority, 'utf8'));
      try {
        return (await address.ask('/ping')).status === 200;
      } catch {
        return false;
      }
    }
  };
}

/** A server that is stopped may have lost its configuration. */
const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

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
