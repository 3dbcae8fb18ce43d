import path from 'node:path';
import { secretIn } from '../private-file.ts';
import type { ICertificates } from './certificates.ts';
import type { IClient, IIamSettings } from './settings.ts';

/** Where one IAM is, on which port, and where its clients send people back to. */
export interface IIamPlace {
  port: number;
  /** Passwords of people: `iam-<name>`; secrets of clients: `client-<id>`; for the lab's routes: `iam-lab`. */
  secretsFolder: string;
  stateFolder: string;
  certificates: Pick<ICertificates, 'certificate' | 'key'>;
  redirectUris: Readonly<Record<string, string[]>>;
}

/** Eve has no account at Rucio. */
const PEOPLE = ['alice', 'bob', 'eve'];

export const isPerson = (name: string): boolean => PEOPLE.includes(name);

const EVERYWHERE = ['rucio', 'eos', 'xrootd'];

const CLIENTS: Pick<IClient, 'id' | 'grants' | 'audiences'>[] = [
  { id: 'datalake', grants: ['code', 'device', 'exchange'], audiences: EVERYWHERE },
  { id: 'datalake-public', grants: ['code', 'device', 'exchange'], audiences: EVERYWHERE },
  { id: 'jupyterhub', grants: ['code', 'exchange'], audiences: EVERYWHERE },
  { id: 'rucio', grants: ['code', 'exchange', 'own'], audiences: ['rucio', 'xrootd'] },
  // Rucio asks the IAM with it for the list of people (SCIM), which this one does not have.
  { id: 'rucio-admin', grants: ['own'], audiences: [] },
  // Only asks whether tokens are good, as EOS does.
  { id: 'resource-server', grants: [], audiences: [] }
];
export const PUBLIC = 'datalake-public';

/** A call-back where nothing listens: for sign-ins without a browser window. */
export const NOWHERE = 'http://127.0.0.1:9/call-back';

/** An hour; tests shorten it by the dials. */
const ACCESS_TOKEN_SECONDS = 3600;

/** The name in certificates, so also in the issuer. */
export const issuerAt = (port: number): string => `https://localhost:${port}`;

/** The subject that tokens of this person name. */
export const subjectOf = (person: string): string => `subject-of-${person}`;

/** The file with what this person types at sign-in. */
export const passwordFileOf = (secretsFolder: string, person: string): string =>
  path.join(secretsFolder, `iam-${person}`);

export const clientSecretFile = (secretsFolder: string, client: string): string =>
  path.join(secretsFolder, `client-${client}`);

export const labSecretFile = (secretsFolder: string): string => path.join(secretsFolder, 'iam-lab');

/** Settings of an IAM with the lab's people and clients. Makes secrets that are missing. */
export function planIam(place: IIamPlace): IIamSettings {
  const { port, secretsFolder, stateFolder, certificates, redirectUris } = place;
  const withSecret = (file: string): string => {
    secretIn(file);
    return file;
  };
  return {
    port,
    issuer: issuerAt(port),
    certificate: certificates.certificate,
    key: certificates.key,
    stateFolder,
    labSecretFile: withSecret(labSecretFile(secretsFolder)),
    people: PEOPLE.map(name => ({
      name,
      subject: subjectOf(name),
      passwordFile: withSecret(passwordFileOf(secretsFolder, name))
    })),
    clients: CLIENTS.map(client => ({
      ...client,
      redirectUris: redirectUris[client.id] ?? [],
      secretFile:
        client.id === PUBLIC ? null : withSecret(clientSecretFile(secretsFolder, client.id))
    })),
    accessTokenSeconds: ACCESS_TOKEN_SECONDS
  };
}
